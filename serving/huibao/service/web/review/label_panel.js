// What a label means, while one decides: definition, when, when not, examples, what it is confused with.

import { fill, h } from "../dom.js";
import { labelName, labelOf } from "../labels.js";
import { t } from "../messages.js";
import { chosenIn } from "./draft.js";
import { desk } from "./desk.js";
import { keyCap } from "./keys.js";

const EXAMPLES = 3;

/** Fills the panel with the label under the pointer or the one chosen last. */
export function renderPanel(place) {
  const { set, id } = desk.label ?? chosenRole() ?? {};
  const label = set ? labelOf(set, id) : null;
  if (!label) {
    fill(place, h("p", { class: "hint panel-empty" }, t("panel_empty")));
    return;
  }
  fill(
    place,
    h(
      "header",
      { class: "panel-head", data: set === "roles" ? { role: id } : set === "entities" ? { type: id } : {} },
      h("p", { class: "hint" }, t(`set_${set}`)),
      h("h2", {}, desk.keys[set].get(id) ? h("kbd", {}, keyCap(set, desk.keys[set].get(id))) : null, labelName(set, id)),
      typeof label.count === "number" ? h("p", { class: "hint" }, countWords(label)) : null,
    ),
    label.definition ? h("p", { class: "definition" }, marked(label.definition)) : null,
    part("use_when", useWhen(label)),
    part("not_when", notWhen(set, label)),
    part("examples", (label.examples ?? []).slice(0, EXAMPLES).map((one) => exampleElement(one))),
    part("confused_with", confusions(set, label)),
  );
}

function chosenRole() {
  const [id] = desk.draft ? chosenIn(desk.draft, "roles") : [];
  return id ? { set: "roles", id } : null;
}

function countWords(label) {
  const few = label.min_gold && label.count < label.min_gold;
  return few ? h("span", { class: "few" }, t("too_few", label.count, label.min_gold)) : t("examples_so_far", label.count);
}

function part(name, lines) {
  const told = lines.filter(Boolean);
  return told.length ? h("section", { class: `panel-part ${name}` }, h("h3", {}, t(name)), h("ul", {}, told.map((line) => h("li", {}, typeof line === "string" ? marked(line) : line)))) : null;
}

function useWhen(label) {
  return [...(label.inside ?? []), (label.use_when ?? []).join("、")];
}

function notWhen(set, label) {
  const words = label.not_when ?? [];
  const told = (label.counterexamples ?? []).slice(0, EXAMPLES).map((one) => {
    const known = one.instead && labelOf(set, one.instead);
    return h("span", {}, "“", marked(one.text), "”", known ? h("b", {}, t("instead", labelName(set, one.instead))) : null);
  });
  return [...(label.outside ?? []), words.length ? t("not_by_words", words.join("、")) : null, ...told];
}

function exampleElement(one) {
  return h("span", { title: one.why ?? null }, marked(one.text));
}

/** The corpus marks entities as {TYPE:words}; here they look as they do in a report. */
function marked(text) {
  return text.split(/(\{[A-Z_]+:[^{}]*\})/).map((piece) => {
    const found = /^\{([A-Z_]+):([^{}]*)\}$/.exec(piece);
    return found ? h("span", { class: "entity", title: labelName("entities", found[1]), data: { type: found[1] } }, found[2]) : piece;
  });
}

function confusions(set, label) {
  return (label.confused_with ?? []).map(({ id, rule }) => h("span", {}, h("b", {}, labelOf(set, id) ? labelName(set, id) : id), rule));
}
