// The block itself, large: its spans, and a caret that keys and mouse move, in code points throughout.

import { fill, h, speak } from "../dom.js";
import { labelName } from "../labels.js";
import { t } from "../messages.js";
import { publish } from "../state.js";
import { askedSets, changeDraft, desk, tell } from "./desk.js";
import { modelAnswer } from "./draft.js";
import { cutText, openSuggestions, ordered, signsOf, snapped, trimmed, withSpan, wordEdge } from "./spans.js";

let signs = [];
let caret = { anchor: 0, head: 0 };
let current = null; // the span that keys change or remove
let region = null;
let held = false; // while a mouse button is down nothing is drawn anew, or its selection would be lost

/** Builds the region for the open block. */
export function renderParagraph(place) {
  const { block } = desk.detail;
  signs = signsOf(block.text);
  caret = { anchor: 0, head: 0 };
  current = null;
  region = h("div", {
    class: "paragraph",
    id: "paragraph",
    tabindex: "0",
    role: "group",
    "aria-label": t("paragraph"),
    "aria-describedby": "paragraph-text",
    data: { kind: block.kind, stay: "paragraph" },
    on: { keydown: pressed, mousedown: () => (held = true), focus: () => editing(true), blur: () => editing(false) },
  });
  place.append(region);
  place.scrollTop = 0;
  draw();
}

/** Draws text, spans, suggestions, caret and selection. */
export function draw() {
  if (!region || !desk.detail) return;
  const marks = marksEntities();
  const spans = marks ? desk.draft.answers.entities : [];
  if (!spans.includes(current)) current = null;
  const suggestions = marks ? openSuggestions(suggested(), spans) : [];
  const picked = desk.editing && marks ? ordered(caret.anchor, caret.head) : null;
  const text = h("p", { id: "paragraph-text" });
  const sign = () => h("span", { class: "caret", id: "caret" });
  for (const piece of cutText(signs, spans, suggestions, picked)) {
    if (picked && caret.head === piece.start && !text.querySelector(".caret")) text.append(sign());
    text.append(pieceElement(piece, spans, suggestions));
  }
  if (picked && !text.querySelector(".caret")) text.append(sign());
  fill(region, text);
}

/** Marks the selection as a span of a type, or gives the current span that type. */
export function mark(type) {
  const list = desk.draft.answers.entities;
  const picked = ordered(caret.anchor, caret.head);
  let range = picked.start < picked.end ? trimmed(signs, picked) : current;
  if (!range) {
    tell(t("select_first"));
    return;
  }
  const meant = current ? null : snapped(range, openSuggestions(suggested(), list));
  if (meant) range = meant;
  const span = { start: range.start, end: range.end, text: signs.slice(range.start, range.end).join(""), label: type };
  const made = withSpan(list, span, current);
  if (made.clash) {
    tell(t("overlap", span.text, made.clash.text, labelName("entities", made.clash.label)));
    return;
  }
  current = span;
  caret = { anchor: span.end, head: span.end };
  changeDraft(withEntities(made.spans), { set: "entities", id: type });
  speak(t("marked", span.text, labelName("entities", type)));
  region.focus({ preventScroll: true });
}

/** Removes the current span. */
export function removeSpan() {
  if (!current) return;
  const gone = current;
  current = null;
  caret = { anchor: gone.end, head: gone.end };
  changeDraft(withEntities(desk.draft.answers.entities.filter((one) => one !== gone)));
  speak(t("unmarked", gone.text));
}

/** Whether a span is chosen, and of which type. */
export function currentType() {
  return current?.label ?? null;
}

function marksEntities() {
  return askedSets().includes("entities");
}

function withEntities(entities) {
  return { ...desk.draft, answers: { ...desk.draft.answers, entities } };
}

function suggested() {
  const { item, answers } = desk.detail;
  if (item.blind) return [];
  const model = modelAnswer(desk.detail, "entities")?.value?.spans ?? [];
  return [...model, ...(answers.entities?.others ?? []).flatMap((one) => one.value?.spans ?? [])];
}

function editing(on) {
  if (desk.editing === on || !marksEntities()) return;
  desk.editing = on;
  if (!on) current = null;
  if (!held) draw();
  publish("editing");
}

function pieceElement(piece, spans, suggestions) {
  const shown = h("span", { class: piece.text === "\n" ? "break" : null }, piece.text);
  if (piece.picked) shown.classList.add("picked");
  if (piece.span >= 0) {
    const span = spans[piece.span];
    shown.classList.add("entity");
    if (span === current) shown.classList.add("current");
    if (piece.start === span.start) shown.classList.add("first");
    shown.dataset.type = span.label;
    shown.dataset.span = String(piece.span);
    if (piece.end === span.end) shown.dataset.name = labelName("entities", span.label);
  } else if (piece.suggestion >= 0) {
    shown.classList.add("suggested");
    shown.dataset.suggestion = String(piece.suggestion);
    shown.title = t("suggested", labelName("entities", suggestions[piece.suggestion].label));
  }
  return shown;
}

/** The mouse: a drag selects, a click chooses a span or a suggestion. */
function released(event) {
  if (!held) return;
  held = false;
  if (!region?.isConnected || !marksEntities()) return;
  const picked = window.getSelection();
  if (picked.rangeCount && !picked.isCollapsed && region.contains(picked.anchorNode) && region.contains(picked.focusNode)) {
    caret = { anchor: placeOf(picked.anchorNode, picked.anchorOffset), head: placeOf(picked.focusNode, picked.focusOffset) };
    current = null;
    picked.removeAllRanges();
  } else {
    const span = event.target.closest("[data-span]");
    const suggestion = event.target.closest("[data-suggestion]");
    const at = document.caretRangeFromPoint(event.clientX, event.clientY);
    const place = at && region.contains(at.startContainer) ? placeOf(at.startContainer, at.startOffset) : caret.head;
    current = span ? desk.draft.answers.entities[Number(span.dataset.span)] : null;
    caret = current ? { anchor: current.end, head: current.end } : { anchor: place, head: place };
    if (suggestion) {
      const one = openSuggestions(suggested(), desk.draft.answers.entities)[Number(suggestion.dataset.suggestion)];
      caret = { anchor: one.start, head: one.end };
    }
  }
  told();
}

function placeOf(node, offset) {
  const before = document.createRange();
  before.selectNodeContents(region.querySelector("p"));
  before.setEnd(node, offset);
  return signsOf(before.toString()).length;
}

function pressed(event) {
  const others = event.altKey || event.metaKey || (event.ctrlKey && !event.key.startsWith("Arrow"));
  if (others || !marksEntities() || event.isComposing) return;
  if (event.key === "Tab") {
    if (nextSpan(event.shiftKey ? -1 : 1)) event.preventDefault();
    return;
  }
  if (event.key === "Delete" || event.key === "Backspace") removeSpan();
  else if (!moved(event)) return;
  event.preventDefault();
  event.stopPropagation();
}

function moved(event) {
  const goal = {
    ArrowRight: () => (event.ctrlKey ? wordEdge(signs, caret.head, 1) : caret.head + 1),
    ArrowLeft: () => (event.ctrlKey ? wordEdge(signs, caret.head, -1) : caret.head - 1),
    ArrowDown: () => otherLine(1),
    ArrowUp: () => otherLine(-1),
    Home: () => 0,
    End: () => signs.length,
  }[event.key];
  if (!goal) return false;
  if (event.shiftKey && current && caret.anchor === caret.head) caret = { anchor: current.start, head: current.end };
  const head = Math.min(Math.max(goal(), 0), signs.length);
  caret = { anchor: event.shiftKey ? caret.anchor : head, head };
  if (!event.shiftKey) current = desk.draft.answers.entities.find((one) => one.start < head && head < one.end) ?? null;
  told();
  return true;
}

function otherLine(step) {
  const at = document.getElementById("caret")?.getBoundingClientRect();
  if (!at) return caret.head;
  const line = parseFloat(getComputedStyle(region.querySelector("p")).lineHeight);
  const found = document.caretRangeFromPoint(at.left + 1, at.top + at.height / 2 + step * line);
  if (!found || !region.contains(found.startContainer)) return step > 0 ? signs.length : 0;
  return placeOf(found.startContainer, found.startOffset);
}

/** Goes to the next span or suggestion; false where none is left, so that Tab leaves the text. */
function nextSpan(step) {
  const spans = desk.draft.answers.entities;
  const stops = [...spans, ...openSuggestions(suggested(), spans)].sort((a, b) => a.start - b.start);
  const here = stops.indexOf(current ?? stops.find((one) => one.start === caret.anchor && one.end === caret.head));
  const ahead = (one, place) => (here >= 0 ? (place - here) * step > 0 : step > 0 ? one.start >= caret.head : one.end <= caret.head);
  const left = stops.filter(ahead);
  const next = step > 0 ? left[0] : left[left.length - 1];
  if (!next) return false;
  current = spans.includes(next) ? next : null;
  caret = current ? { anchor: next.end, head: next.end } : { anchor: next.start, head: next.end };
  told();
  return true;
}

function told() {
  draw();
  document.getElementById("caret")?.scrollIntoView({ block: "nearest" });
  const picked = ordered(caret.anchor, caret.head);
  const words = signs.slice(picked.start, picked.end).join("");
  if (current) {
    desk.label = { set: "entities", id: current.label };
    speak(t("span_chosen", current.text, labelName("entities", current.label)));
  } else if (words) speak(t("picked", words));
  publish("editing");
}

document.addEventListener("mouseup", released);
