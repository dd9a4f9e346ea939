// The first screen: drop, choose or paste; below it, how far each reading is.

import { fill, h, scrollTo, speak } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./messages.js";
import { problemCard } from "./problem.js";
import { cancel, open, read, readAgain, remove } from "./readings.js";
import { SAMPLE } from "./sample.js";
import { publish, state } from "./state.js";

const KINDS = ".docx,.docm,.pdf,.txt,.md,.html,.htm,.mht,.mhtml,.doc,.wps,.rtf,.odt,.ofd,.xlsx,.xls,.et,.eml";
const rows = new Map();
let pasted = "";

/** The whole screen, built anew when the language changes. */
export function renderIntake(place) {
  rows.clear();
  const list = h("ul", { class: "queue", id: "queue" });
  fill(
    place,
    h("h1", {}, t("intake_title")),
    h("p", { class: "lead" }, t("intake_lead")),
    h("div", { class: "ways" }, dropping(), pasting()),
    h("p", { class: "privacy" }, t("privacy")),
    h("section", { class: "progress", id: "progress", "aria-label": t("queue_title") }, h("h2", {}, t("queue_title")), list),
  );
  updateQueue();
}

/** Adds and removes rows; a row that stays keeps its elements and so the focus. */
export function updateQueue() {
  const list = document.getElementById("queue");
  if (!list) return;
  document.getElementById("progress").hidden = state.readings.length === 0;
  document.body.classList.toggle("has-readings", state.readings.length > 0);
  for (const [reading, row] of rows) {
    if (!state.readings.includes(reading)) {
      row.remove();
      rows.delete(reading);
    }
  }
  for (const reading of state.readings) {
    if (!rows.has(reading)) {
      rows.set(reading, h("li", { class: "reading" }));
      list.append(rows.get(reading));
    }
    updateReading(reading);
  }
}

/** One row anew: buttons only when its status changed, words whenever they did. */
export function updateReading(reading) {
  const row = rows.get(reading);
  if (!row) return;
  if (row.dataset.status !== reading.status) {
    const focused = row.contains(document.activeElement);
    row.dataset.status = reading.status;
    rebuild(row, reading);
    if (focused) row.querySelector("button")?.focus();
    if (reading.status === "done" || reading.status === "failed") speak(`${reading.source.name}：${statusWords(reading)}`);
  }
  row.querySelector(".status-words").textContent = statusWords(reading);
  const meter = row.querySelector("progress");
  if (meter && reading.status === "sending") meter.value = reading.share;
}

/** Takes dropped files anywhere on the page. */
export function acceptDrops(target) {
  let depth = 0;
  const over = (on) => document.body.classList.toggle("dropping", on);
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  target.addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth += 1;
    over(true);
  });
  target.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (!depth) over(false);
  });
  target.addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  target.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    readFiles(event.dataTransfer.files);
  });
}

function dropping() {
  const chooser = h("input", {
    type: "file",
    id: "chooser",
    multiple: true,
    accept: KINDS,
    class: "unseen",
    tabindex: "-1",
    "aria-hidden": "true",
    on: {
      change: () => {
        readFiles(chooser.files);
        chooser.value = "";
      },
    },
  });
  return h(
    "section",
    { class: "drop", "aria-label": t("choose"), on: { click: (event) => event.target.closest("button, input") || chooser.click() } },
    h("span", { class: "drop-sign" }, icon("upload")),
    h("h2", {}, h("span", { class: "calm" }, t("drop_title")), h("span", { class: "over" }, t("drop_here"))),
    h("button", { type: "button", class: "primary", on: { click: () => chooser.click() } }, t("choose")),
    chooser,
    h("p", { class: "hint" }, t("drop_formats")),
    h("p", { class: "hint" }, t("drop_old")),
  );
}

function pasting() {
  const field = h("textarea", {
    id: "pasted",
    placeholder: t("paste_hint"),
    spellcheck: "false",
    value: pasted,
    on: {
      input: () => {
        pasted = field.value;
        button.disabled = pasted.trim() === "";
      },
      keydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) readText(field.value);
      },
    },
  });
  const button = h(
    "button",
    { type: "button", class: "primary", id: "read-text", disabled: pasted.trim() === "", on: { click: () => readText(field.value) } },
    t("paste_read"),
  );
  const sample = () => {
    field.value = SAMPLE;
    field.dispatchEvent(new Event("input"));
    field.focus();
    field.setSelectionRange(0, 0);
    field.scrollTop = 0;
  };
  return h(
    "section",
    { class: "paste", "aria-label": t("paste_title") },
    h(
      "div",
      { class: "paste-head" },
      h("h2", {}, h("label", { for: "pasted" }, t("paste_title"))),
      h("button", { type: "button", class: "link", on: { click: sample } }, t("sample")),
    ),
    field,
    h("div", { class: "paste-foot" }, h("kbd", {}, t("paste_keys")), button),
  );
}

function readFiles(files) {
  if (!files.length) return;
  if (state.screen !== "intake") {
    state.screen = "intake";
    publish("screen");
  }
  read([...files].map((file) => ({ name: file.name, file })));
  scrollTo(document.getElementById("progress"), "nearest");
}

function readText(text) {
  if (text.trim() === "") return;
  const first = text.trim().split("\n", 1)[0].trim().slice(0, 24);
  read([{ name: first || t("pasted_name"), text }]);
  scrollTo(document.getElementById("progress"), "nearest");
}

function rebuild(row, reading) {
  const busy = ["sending", "reading", "busy", "waiting"].includes(reading.status);
  const sign = { done: "check", failed: "alert", cancelled: "close" }[reading.status] ?? "file";
  const act = (name, told, kind = "small") =>
    h("button", { type: "button", class: kind, "aria-label": `${t(name)}：${reading.source.name}`, on: { click: told } }, t(name));
  fill(
    row,
    h("span", { class: "sign" }, icon(sign)),
    h("span", { class: "name" }, reading.source.name),
    h("span", { class: "status-words" }),
    ["sending", "reading", "busy"].includes(reading.status)
      ? h("progress", { max: "1", "aria-label": reading.source.name })
      : h("span", { class: "no-progress" }),
    h(
      "span",
      { class: "acts" },
      reading.page ? act("open", () => open(reading), "small strong") : null,
      busy ? act("cancel", () => cancel(reading)) : null,
      ["failed", "cancelled"].includes(reading.status) ? act("retry", () => readAgain(reading)) : null,
      busy ? null : act("remove", () => remove(reading), "small plain"),
    ),
    reading.status === "failed" ? problemCard(reading.problem) : null,
  );
}

function statusWords(reading) {
  switch (reading.status) {
    case "sending":
      return t("sending", Math.round(reading.share * 100));
    case "reading":
      return t("reading", Math.floor((Date.now() - reading.since) / 1000));
    case "busy":
      return t("busy", Math.max(0, Math.ceil((reading.until - Date.now()) / 1000)));
    case "done":
      return t("done", reading.page.blocks.length);
    default:
      return t(reading.status);
  }
}
