// Where two people differ: both answers side by side, one is chosen and the cause named.

import { fill, h } from "../dom.js";
import { definitionOf, labelName, labelOf } from "../labels.js";
import { t } from "../messages.js";
import { problemCard } from "../problem.js";
import { desk } from "./desk.js";
import { KINDS } from "./draft.js";
import { filledFrom, minute, personName } from "./screen_parts.js";
import * as service from "./service.js";
import { cutText, signsOf } from "./spans.js";

const CAUSES = ["guideline_unclear", "slip", "both_fit", "segmentation", "other"];
let open = null; // {all, at, chosen, cause, note, fault, busy, place}

/** Builds the screen. */
export function renderDiffer(place) {
  open = null;
  return filledFrom(place, service.disagreements, ({ disagreements }) => {
    const region = h("div", { class: "differ", tabindex: "-1" });
    open = { all: disagreements, at: 0, place: region };
    begin();
    return region;
  }).then(() => open?.place.focus({ preventScroll: true }));
}

/** Does what a key stands for on this screen; true when it stood for something. */
export function differKey(event) {
  const one = open?.all[open.at];
  if (!one) return false;
  const digit = Number(event.key);
  const cause = "abcde".indexOf(event.key.toLowerCase());
  if (event.key === "Enter") settle();
  else if (digit >= 1 && digit <= one.answers.length && one.answers[digit - 1].value !== null) choose({ chosen: digit - 1 });
  else if (event.key.length === 1 && cause >= 0) choose({ cause: CAUSES[cause] });
  else if (event.key === "s" || event.key === "S" || event.key === "ArrowRight") move(1);
  else if (event.key === "ArrowLeft") move(-1);
  else return false;
  return true;
}

function begin() {
  Object.assign(open, { chosen: null, cause: null, note: "", fault: null, news: "", busy: false });
  draw();
}

function move(step) {
  open.at = (open.at + step + open.all.length) % open.all.length;
  begin();
}

function choose(part) {
  Object.assign(open, part, { news: "" });
  draw();
}

function draw() {
  const one = open.all[open.at];
  if (!one) {
    fill(open.place, h("div", { class: "calm-state" }, h("h1", {}, t("differ_none")), h("p", { class: "lead" }, t("differ_none_lead"))));
    return;
  }
  const stay = open.place.contains(document.activeElement) ? document.activeElement.dataset.stay : null;
  const note = h("input", {
    type: "text", maxlength: "500", "aria-label": t("note"), placeholder: t("note_hint"), value: open.note, data: { stay: "note" },
    on: { input: (event) => (open.note = event.target.value) },
  });
  fill(
    open.place,
    h("p", { class: "reason-line" }, h("span", { class: "reason" }, t(`set_${one.set}`)), h("span", { class: "hint" }, one.page), h("span", { class: "position" }, `${open.at + 1} / ${open.all.length}`)),
    (one.heading_path ?? []).length ? h("p", { class: "path" }, one.heading_path.map((heading) => h("span", {}, heading))) : null,
    KINDS[one.set] === "span" ? null : h("p", { class: "paragraph differ-text" }, one.text),
    h("div", { class: "sides" }, one.answers.map((answer, i) => side(one, answer, i))),
    rulesBetween(one).map((rule) => h("p", { class: "rule" }, rule)),
    h("h2", {}, t("cause")),
    h(
      "ul",
      { class: "causes" },
      CAUSES.map((cause, i) => h("li", {}, h("button", { type: "button", class: "choice", "aria-pressed": String(open.cause === cause), data: { stay: cause }, on: { click: () => choose({ cause }) } }, h("kbd", {}, "ABCDE"[i]), t(`cause_${cause}`)))),
    ),
    open.fault ? problemCard(open.fault, { retry: settle }) : null,
    h("p", { class: "differ-news", role: "status" }, open.news),
    h(
      "div",
      { class: "acts" },
      h("button", { type: "button", class: "small", data: { stay: "skip" }, on: { click: () => move(1) } }, h("kbd", {}, "S"), t("act_skip")),
      h("span", { class: "note-line" }, note),
      h("button", { type: "button", class: "primary", data: { stay: "settle" }, on: { click: settle } }, open.busy ? t("saving") : t("act_settle"), h("kbd", {}, "Enter")),
    ),
  );
  if (stay) open.place.querySelector(`[data-stay="${CSS.escape(stay)}"]`)?.focus({ preventScroll: true });
}

function side(one, answer, i) {
  const told = KINDS[one.set] === "span" ? spansElement(one.text, answer.value.spans) : h("span", { class: "side-value" }, valueWords(one.set, answer));
  return h(
    "button",
    { type: "button", class: "answer-side", disabled: answer.value === null, "aria-pressed": String(open.chosen === i), data: { stay: `side-${i}` }, on: { click: () => choose({ chosen: i }) } },
    h("span", { class: "side-head" }, h("kbd", {}, String(i + 1)), h("b", {}, personName(answer.by)), h("i", {}, `${minute(answer.at)} · ${t(answer.mode === "blind" ? "mode_blind" : "mode_open")}`)),
    told,
    definitions(one.set, answer.value),
    answer.note ? h("span", { class: "side-note" }, `${t("note")}：${answer.note}`) : null,
  );
}

/** The sentences of the label set that tell the labels of the two answers apart. */
function rulesBetween({ set, answers }) {
  if (KINDS[set] === "span") return [];
  const said = answers.map(({ value }) => (value === null ? [] : KINDS[set] === "one" ? [value] : value.yes));
  const only = said.map((ids, i) => ids.filter((id) => said.some((others, j) => i !== j && !others.includes(id))));
  const all = [...new Set(only.flat())];
  return all.flatMap((id) =>
    (labelOf(set, id)?.confused_with ?? []).filter((other) => all.includes(other.id)).map((other) => `${labelName(set, id)} / ${labelName(set, other.id)}：${other.rule}`),
  );
}

function definitions(set, value) {
  const ids = value === null || KINDS[set] === "span" ? [] : KINDS[set] === "one" ? [value] : value.yes;
  return ids.map((id) => h("span", { class: "side-note" }, definitionOf(set, id)));
}

function valueWords(set, { value, one_of: open }) {
  if (KINDS[set] === "one") return labelName(set, value ?? open[0].join("|"));
  return value.yes.length ? value.yes.map((id) => labelName(set, id)).join(t("and_then")) : t("none_of_them");
}

function spansElement(text, spans) {
  const pieces = cutText(signsOf(text), spans, [], null);
  return h(
    "span",
    { class: "paragraph side-text" },
    pieces.map((piece) => {
      const span = spans[piece.span];
      return span ? h("span", { class: "entity", data: { type: span.label, name: labelName("entities", span.label) } }, piece.text) : piece.text;
    }),
  );
}

async function settle() {
  if (open.busy) return;
  if (open.chosen === null || !open.cause) {
    choose({ news: "" });
    open.news = open.chosen === null ? t("choose_side") : t("choose_cause");
    draw();
    return;
  }
  const one = open.all[open.at];
  Object.assign(open, { busy: true, fault: null });
  draw();
  try {
    await service.adjudicate({ place: one.place, text_sha: one.text_sha, label_version: desk.labels.version, set: one.set, value: one.answers[open.chosen].value, cause: open.cause, note: open.note });
    open.all.splice(open.at, 1);
    open.at = Math.min(open.at, Math.max(0, open.all.length - 1));
    begin();
  } catch (fault) {
    if (fault.status === undefined) throw fault;
    Object.assign(open, { fault, busy: false });
    draw();
  }
}
