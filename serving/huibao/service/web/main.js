// Starts the page: the bar, the two screens, and who is told of which news.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { acceptDrops, renderIntake, updateQueue, updateReading } from "./intake.js";
import { language, setLanguage, t } from "./messages.js";
import { problemCard, renderKey } from "./problem.js";
import { learn, readAgain } from "./readings.js";
import { renderReport, updateReport } from "./report.js";
import { publish, state, subscribe } from "./state.js";
import { follow, hide } from "./tip.js";

const TICK = 1000; // milliseconds between two looks at the clock while something is read
const bar = document.getElementById("bar");
const main = document.getElementById("main");
const keyPlace = h("div", { class: "key-place" });
const screen = h("div", { class: "screen" });
const again = h("div", { class: "again", role: "status" });

function show() {
  document.documentElement.lang = language() === "en" ? "en" : "zh-CN";
  document.title = t("title");
  document.querySelector(".skip").textContent = t("skip");
  document.body.dataset.screen = state.screen;
  renderBar();
  renderKey(keyPlace);
  screen.className = `screen ${state.screen}`;
  if (state.screen === "report" && state.current?.page) renderReport(screen);
  else renderIntake(screen);
  tellAgain();
}

/** Builds the screen anew and leaves the eye and the focus where they were. */
function showInPlace() {
  const scrolled = [...document.querySelectorAll("#text, .left, .right")].map((part) => part.scrollTop);
  const chosen = document.activeElement?.name === "persons";
  show();
  document.querySelectorAll("#text, .left, .right").forEach((part, place) => (part.scrollTop = scrolled[place] ?? 0));
  if (chosen) document.querySelector('[name="persons"]:checked')?.focus({ preventScroll: true });
}

function renderBar() {
  const other = language() === "en" ? "zh" : "en";
  fill(
    bar,
    h("div", { class: "brand" }, brandSign(), h("b", {}, t("brand")), h("span", {}, t("tagline"))),
    h(
      "div",
      { class: "bar-acts" },
      state.screen === "intake" && state.current?.page
        ? h("button", { type: "button", class: "bar-act", on: { click: () => go("report") } }, icon("file"), t("back_to_report"))
        : null,
      state.screen === "report"
        ? h("button", { type: "button", class: "bar-act", id: "new", on: { click: () => go("intake") } }, icon("plus"), t("new_reading"))
        : null,
      h(
        "button",
        {
          type: "button",
          class: "bar-act",
          id: "language",
          lang: other === "en" ? "en" : "zh-CN",
          title: t("other_language_hint"),
          on: {
            click: () => {
              setLanguage(other);
              publish("language");
              document.getElementById("language").focus();
            },
          },
        },
        icon("language"),
        t("other_language"),
      ),
    ),
  );
}

function brandSign() {
  return h("img", { src: "web/icon.svg", alt: "", width: "24", height: "24" });
}

function go(name) {
  state.screen = name;
  publish("screen");
}

/** Says that an open report is being read once more (for personal names), or why that failed. */
function tellAgain() {
  const reading = state.current;
  const status = state.screen === "report" ? reading?.status : null;
  if (!reading?.page || !status || ["done", "cancelled"].includes(status)) fill(again);
  else if (status === "failed") fill(again, problemCard(reading.problem, { retry: () => readAgain(reading) }));
  else fill(again, h("p", { class: "notice" }, t("reading", Math.max(0, Math.floor((Date.now() - reading.since) / 1000)) || 0)));
}

subscribe("language", showInPlace);
subscribe("screen", () => {
  show();
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
});
subscribe("report", showInPlace);
subscribe("filters", updateReport);
subscribe("key", () => renderKey(keyPlace));
subscribe("readings", () => {
  updateQueue();
  tellAgain();
});
subscribe("reading", (reading) => {
  updateReading(reading);
  if (reading === state.current) tellAgain();
});

document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
document.addEventListener("scroll", follow, { capture: true, passive: true });
acceptDrops(window);
setInterval(() => {
  for (const reading of state.readings) if (["reading", "busy"].includes(reading.status)) publish("reading", reading);
}, TICK);

fill(main, keyPlace, again, screen);
show();
learn();
