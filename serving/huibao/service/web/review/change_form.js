// The form that proposes a change of a label set: a few fields for each operation, and its sheet beside.

import { h } from "../dom.js";
import { labelName } from "../labels.js";
import { t } from "../messages.js";
import { desk } from "./desk.js";
import { changeSheet, OPERATIONS } from "./change_sheet.js";

const FRESH = { set: "categories", op: "rename", ids: [], name: "", into: "", definition: "", minor: false, parent: "", code: "", take: [], why: "", parts: [{}, {}] };
export const form = { ...FRESH, yaml: "", edited: false };

/** The sheet as it stands: what was typed by hand, else what the fields say. */
export function sheetText() {
  if (form.edited) return form.yaml;
  const { name } = desk.person;
  return changeSheet(form.set, form.op, form, { why: form.why, by: name, version: desk.labels.sets[form.set]?.version ?? "" });
}

/** Empties the form after a change was made. */
export function clearForm() {
  Object.assign(form, FRESH, { set: form.set, op: form.op, parts: [{}, {}], yaml: "", edited: false });
}

/** The fields; `changed` is told of every change, `rebuilt` when other fields are needed. */
export function formFields(changed, rebuilt) {
  const take = (part) => {
    Object.assign(form, part, { edited: false });
    changed();
  };
  const rebuild = (part) => {
    Object.assign(form, part, { edited: false });
    rebuilt();
  };
  return [
    field("set", select("set", Object.keys(desk.labels.sets).map((set) => [set, t(`set_${set}`)]), form.set, (set) => rebuild({ set, ids: [], into: "" }))),
    field("op", select("op", OPERATIONS.map((op) => [op, t(`op_${op}`)]), form.op, (op) => rebuild({ op, ids: form.ids.slice(0, 1), into: "" }))),
    h("p", { class: "hint op-hint" }, t(`op_${form.op}_hint`)),
    ...operationFields(take, rebuild),
    field("why", text("why", form.why, (why) => take({ why }))),
  ];
}

function operationFields(take, rebuild) {
  const labels = labelChoices();
  const one = () => field("label", select("id", [["", t("please_choose")], ...labels], form.ids[0] ?? "", (id) => rebuild({ ids: id ? [id] : [] })));
  const fields = {
    add: () => [part(0, take), field("take", many("take", labels, form.take, (all) => take({ take: all })))],
    rename: () => [one(), field("name", text("name", form.name, (name) => take({ name })))],
    merge: () => [field("labels", many("ids", labels, form.ids, (ids) => take({ ids }))), field("into", select("into", [["", t("please_choose")], ...labels], form.into, (into) => take({ into })))],
    split: () => [one(), ...form.parts.map((_, i) => part(i, take)), h("button", { type: "button", class: "small", on: { click: () => rebuild({ parts: [...form.parts, {}] }) } }, t("one_more_part"))],
    retire: () => [one(), ["roles", "genres"].includes(form.set) ? field("to", select("into", [["", t("to_nobody")], ...labels], form.into, (into) => take({ into }))) : null],
    redefine: () => [one(), field("definition", area("definition", form.definition || definitionNow(), (definition) => take({ definition }))), check("minor", form.minor, (minor) => take({ minor }))],
    move: () => [one(), field("parent", select("parent", [["", t("please_choose")], ...parents()], form.parent, (parent) => take({ parent }))), form.set === "categories" ? field("code", text("code", form.code, (code) => take({ code }))) : null],
  };
  return fields[form.op]();
}

/** A new label: all that annotators are told about it. */
function part(i, take) {
  const said = form.parts[i] ?? {};
  const put = (name) => (value) => take({ parts: form.parts.map((one, place) => (place === i ? { ...one, [name]: value } : one)) });
  const line = (name, kind = text) => field(`part_${name}`, kind(`part-${i}-${name}`, said[name] ?? "", put(name)), `part_${name}_hint`);
  return h(
    "fieldset",
    { class: "new-label" },
    h("legend", {}, form.op === "split" ? t("part_number", i + 1) : t("new_label")),
    line("name"),
    line("id"),
    form.set === "categories" ? line("code") : null,
    form.set === "categories" && form.op === "add" ? field("parent", select(`part-${i}-parent`, [["", t("please_choose")], ...parents()], said.parent ?? "", put("parent"))) : null,
    line("definition", area),
    line("words"),
    line("neighbours", area),
    line("examples", area),
    line("counterexamples", area),
    form.set === "entities" ? line("normal_form") : null,
    form.set === "genres" ? line("sequence") : null,
  );
}

function labelChoices() {
  return (desk.labels.sets[form.set]?.labels ?? []).filter((label) => label.status !== "retired").map((label) => [label.id, labelName(form.set, label.id)]);
}

function parents() {
  const set = desk.labels.sets[form.set];
  return (set?.groups ?? set?.parents ?? []).map((parent) => [parent.id, parent.name]);
}

function definitionNow() {
  return (desk.labels.sets[form.set]?.labels ?? []).find((label) => label.id === form.ids[0])?.definition ?? "";
}

function field(name, control, hint = null) {
  control.setAttribute("aria-label", t(`field_${name}`));
  return h("label", { class: "field" }, h("span", {}, t(`field_${name}`)), control, hint ? h("small", {}, t(hint)) : null);
}

function text(name, value, put) {
  return h("input", { type: "text", name, value, autocomplete: "off", on: { input: (event) => put(event.target.value) } });
}

function area(name, value, put) {
  return h("textarea", { name, rows: "3", value, on: { input: (event) => put(event.target.value) } });
}

function check(name, value, put) {
  return h("label", { class: "field check" }, h("input", { type: "checkbox", name, checked: value, on: { change: (event) => put(event.target.checked) } }), h("span", {}, t(`field_${name}`)));
}

function select(name, choices, value, put) {
  const list = h("select", { name, on: { change: (event) => put(event.target.value) } }, choices.map(([id, words]) => h("option", { value: id }, words)));
  list.value = value;
  return list;
}

function many(name, choices, chosen, put) {
  const list = h("select", { name, multiple: true, size: "6" }, choices.map(([id, words]) => h("option", { value: id, selected: chosen.includes(id) }, words)));
  list.addEventListener("change", () => put([...list.selectedOptions].map((option) => option.value)));
  return list;
}
