// Starts the review: who is here, the bar, the screens, and where the keys go.

import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { language, setLanguage, t, teach } from "../messages.js";
import { problemCard } from "../problem.js";
import { publish, subscribe } from "../state.js";
import { desk } from "./desk.js";
import { differKey, renderDiffer } from "./differ.js";
import { start } from "./flow.js";
import { closeHelp, toggleHelp } from "./help.js";
import { renderNumbers } from "./numbers.js";
import { renderPages } from "./pages.js";
import { en } from "./review_en.js";
import { zh } from "./review_zh.js";
import * as service from "./service.js";
import { renderSets } from "./sets.js";
import { hearElsewhere } from "./tabs.js";
import { askWho, whoIsHere } from "./who.js";
import { renderWork, workKey } from "./work.js";

const SCREENS = { work: renderWork, pages: renderPages, differ: renderDiffer, sets: renderSets, numbers: renderNumbers };
const bar = document.getElementById("bar");
const main = document.getElementById("main");
const screen = h("div", { class: "screen" });

async function begin() {
  fill(screen, h("p", { class: "calm-line" }, t("loading")));
  try {
    const here = await whoIsHere();
    if (here) Object.assign(desk, here);
    show();
  } catch (fault) {
    if (fault.status === undefined) throw fault;
    if (fault.name === "unauthorized") askWho(screen, show);
    else fill(screen, h("div", { class: "calm-state" }, problemCard(fault, { retry: begin })));
  }
}

function show() {
  document.documentElement.lang = language() === "en" ? "en" : "zh-CN";
  document.title = t("review_title");
  document.querySelector(".skip").textContent = t("skip");
  renderBar();
  screen.className = `screen at-${desk.screen}`;
  if (!desk.person) askWho(screen, show);
  else if (desk.screen === "work" && !desk.queue) start();
  else SCREENS[desk.screen](screen);
}

function renderBar() {
  const other = language() === "en" ? "zh" : "en";
  const act = (id, sign, words, run, more = {}) => h("button", { type: "button", class: "bar-act", id, title: words, on: { click: run }, ...more }, icon(sign), h("span", {}, words));
  fill(
    bar,
    h("div", { class: "brand" }, h("img", { src: "web/icon.svg", alt: "", width: "24", height: "24" }), h("b", {}, t("brand")), h("span", {}, t("review_tagline"))),
    desk.person
      ? h(
          "nav",
          { class: "screens", "aria-label": t("screens") },
          Object.keys(SCREENS).map((name, i) =>
            h("button", { type: "button", title: `Alt ${i + 1}`, data: { go: name }, "aria-current": desk.screen === name ? "page" : null, on: { click: () => go(name) } }, t(`screen_${name}`)),
          ),
        )
      : null,
    h(
      "div",
      { class: "bar-acts" },
      desk.person ? act("person", "person", `${desk.person.name}${desk.head ? `（${t("head")}）` : ""}`, signOut, { title: t("sign_out") }) : null,
      desk.person ? act("help", "help", t("help"), toggleHelp) : null,
      act("language", "language", t("other_language"), switchLanguage, { lang: other === "en" ? "en" : "zh-CN", title: t("other_language_hint") }),
    ),
  );
}

function switchLanguage() {
  setLanguage(language() === "en" ? "zh" : "en");
  show();
  document.getElementById("language").focus();
}

function go(name) {
  desk.screen = name;
  show();
  if (name !== "differ" && (name !== "work" || !desk.detail)) bar.querySelector(`[data-go="${name}"]`).focus();
}

async function signOut() {
  await service.leave().catch(() => null); // without the service there is no session to end
  Object.assign(desk, { person: null, head: false, detail: null, queue: null, trouble: null, screen: "work" });
  show();
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.metaKey) return;
  if (event.key === "Escape" && closeHelp()) return;
  if (document.querySelector(".veil")) {
    if (["h", "H", "F1"].includes(event.key) && closeHelp()) event.preventDefault();
    return;
  }
  if (!desk.person) return;
  const screenNumber = event.altKey && /^Digit([1-5])$/.exec(event.code);
  if (screenNumber) {
    event.preventDefault();
    go(Object.keys(SCREENS)[screenNumber[1] - 1]);
    return;
  }
  if (event.ctrlKey || event.altKey) return;
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "F1" || (event.key.toLowerCase() === "h" && !typing)) {
    event.preventDefault();
    toggleHelp();
    return;
  }
  if (typing && !["Escape", "Enter"].includes(event.key)) return;
  if (typing && event.key === "Enter" && event.target.tagName !== "INPUT") return;
  if (event.key === "Enter" && event.target.closest("button, a") && !event.target.closest(".choices, .sides, .causes")) return;
  const taken = desk.screen === "work" ? workKey(event) : desk.screen === "differ" ? differKey(event) : false;
  if (taken) event.preventDefault();
}

/** Another tab of this browser signed somebody in or saved what is open here. */
function heard(news) {
  if (!desk.person || !desk.detail) return;
  if (news.saved === desk.detail.item.id && news.person === desk.person.id) {
    desk.news = t("saved_elsewhere");
    publish("news");
  } else if (news.person !== desk.person.id && !news.saved) {
    desk.trouble = { fault: { name: "other_person", status: 409, title: "", detail: "", id: null }, again: start };
    publish("busy");
  }
}

teach({ zh, en });
subscribe("item", () => desk.screen === "work" && show());
subscribe("busy", () => desk.screen === "work" && !desk.detail && renderWork(screen));
document.addEventListener("keydown", pressed);
window.addEventListener("focus", () => document.activeElement === document.body && document.getElementById("card")?.focus({ preventScroll: true }));
hearElsewhere(heard);
fill(main, screen);
begin();
