// The screen where blocks are decided: report at the left, block and answers in the middle, label at the right.

import { fill, h, refill } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../messages.js";
import { subscribe } from "../state.js";
import { answerSections, choose } from "./answers.js";
import { askedSets, asksLess, desk, keepQuietly } from "./desk.js";
import { back, confirm, skip, start, toggleUnsure } from "./flow.js";
import { meantBy } from "./keys.js";
import { renderPanel } from "./label_panel.js";
import { draw, renderParagraph } from "./paragraph.js";
import { reasonWords, renderColumn } from "./report_column.js";
import { troubleCard } from "./trouble.js";

let parts = null;

/** Builds the whole screen for the open item, or says that there is nothing to do. */
export function renderWork(place) {
  parts = null;
  if (!desk.detail) {
    fill(place, desk.queue && !desk.queue.items.length ? nothingLeft() : h("div", { class: "calm-state" }, desk.trouble ? troubleCard() : h("p", { class: "calm-line" }, t("loading"))));
    return;
  }
  parts = {
    place,
    column: h("aside", { class: "column", "aria-label": t("whole_report") }),
    head: h("div", { class: "card-head" }),
    text: h("div", { class: "card-text" }),
    answers: h("div", { class: "card-answers", id: "answers" }),
    trouble: h("div", { class: "card-trouble" }),
    foot: h("div", { class: "card-foot" }),
    panel: h("aside", { class: "panel", "aria-label": t("label_panel"), tabindex: "0" }),
  };
  const card = h("section", { class: "card", id: "card", tabindex: "-1", "aria-label": t("work_region") }, parts.head, parts.text, parts.answers, parts.trouble, parts.foot);
  fill(place, h("div", { class: desk.detail.item.blind ? "desk blind" : "desk" }, parts.column, card, parts.panel));
  fill(parts.head, headLine(), pathLine());
  renderColumn(parts.column);
  renderParagraph(parts.text);
  update();
  card.focus({ preventScroll: true });
}

/** Does what a key stands for on this screen; true when it stood for something. */
export function workKey(event) {
  if (!desk.detail) {
    if (event.key === "Backspace" && desk.queue) back();
    return event.key === "Backspace";
  }
  if (desk.busy) return true; // what is being saved must not change under the person's hands
  const acts = {
    Enter: () => (desk.trouble ? parts.trouble.querySelector("button")?.click() : confirm()),
    Backspace: back,
    "?": toggleUnsure,
    "？": toggleUnsure,
    s: skip,
    "/": focusNote,
    "、": focusNote,
    ".": widen,
    "。": widen,
    ";": () => document.getElementById("genre")?.focus(),
    F2: () => document.getElementById("paragraph").focus(),
    Escape: () => document.getElementById("card").focus({ preventScroll: true }),
  };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) {
    act();
    return true;
  }
  const meant = meantBy(desk.keys, event, desk.editing);
  if (!meant || !askedSets().includes(meant.set)) return false;
  choose(meant.set, meant.id);
  return true;
}

function update() {
  updateAnswers();
  updateFoot();
}

/** The foot stays as it is: its button may be under a pressed mouse button. */
function updateAnswers() {
  if (!parts || !parts.place.isConnected) return;
  refill(parts.answers, answerSections());
  renderPanel(parts.panel);
}

function updateFoot() {
  if (!parts) return;
  parts.answers.classList.toggle("busy", desk.busy);
  fill(parts.trouble, troubleCard());
  refill(parts.foot, foot());
}

function headLine() {
  const { item, page } = desk.detail;
  const { position, of } = desk.queue ?? {};
  const place = desk.walking ? [page.blocks.findIndex((one) => one.place === desk.detail.block.place) + 1, page.blocks.length] : [Math.min(position ?? 1, of ?? 1), of ?? 1];
  return h(
    "p",
    { class: "reason-line" },
    h("span", { class: `reason ${item.blind ? "blind" : ""}`, data: { reason: item.reason } }, reasonWords(item)),
    h("span", { class: "position", title: desk.walking ? t("position_in_report") : t("position_in_queue") }, `${place[0]} / ${place[1]}`),
  );
}

function pathLine() {
  const path = desk.detail.block.heading_path ?? [];
  return path.length ? h("p", { class: "path" }, path.map((heading) => h("span", {}, heading))) : null;
}

function foot() {
  const { draft, busy } = desk;
  const note = h("input", {
    id: "note-field",
    type: "text",
    maxlength: "500",
    autocomplete: "off",
    placeholder: t("note_hint"),
    "aria-label": t("note"),
    value: draft.note,
    readonly: busy,
    data: { stay: "note" },
    on: { input: (event) => keepQuietly({ note: event.target.value }) },
  });
  const act = (name, key, run, more = {}) => h("button", { type: "button", class: "small", disabled: busy, data: { stay: name }, on: { click: run }, ...more }, h("kbd", {}, key), t(name));
  return [
    desk.news ? h("p", { class: "news", id: "news", role: "status" }, desk.news) : null,
    h(
      "div",
      { class: "acts" },
      act("act_back", "⌫", back),
      act("act_skip", "S", skip),
      act("act_unsure", "?", toggleUnsure, { "aria-pressed": String(draft.unsure) }),
      h("span", { class: "note-line" }, h("kbd", { "aria-hidden": "true" }, "/"), note),
      asksLess() ? act("act_wide", ".", widen, { "aria-pressed": String(desk.wide) }) : null,
      h("button", { type: "button", class: "primary", id: "confirm", "aria-disabled": busy ? "true" : null, on: { click: confirm } }, busy ? t("saving") : t("act_confirm"), h("kbd", {}, "Enter")),
    ),
  ];
}

function focusNote() {
  document.getElementById("note-field").focus();
}

function widen() {
  desk.wide = !desk.wide;
  draw();
  update();
}

function nothingLeft() {
  return h(
    "div",
    { class: "calm-state" },
    h("span", { class: "calm-sign" }, icon("check")),
    h("h1", {}, t("queue_empty")),
    h("p", { class: "lead" }, t("queue_empty_lead")),
    h("p", {}, h("button", { type: "button", class: "primary", on: { click: start } }, t("look_again"))),
  );
}

subscribe("draft", () => {
  draw();
  update();
});
subscribe("label", () => parts && renderPanel(parts.panel));
subscribe("editing", updateAnswers);
subscribe("busy", () => parts && desk.detail && updateFoot());
subscribe("news", () => parts && desk.detail && updateFoot());
