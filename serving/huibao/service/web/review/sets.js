// The label sets: what there is, a change proposed, what it would do, and then made or taken back.

import { fill, h } from "../dom.js";
import { labelName, labelOf } from "../labels.js";
import { t } from "../messages.js";
import { problemCard } from "../problem.js";
import { clearForm, form, formFields, sheetText } from "./change_form.js";
import { desk, takeLabels } from "./desk.js";
import { filledFrom, minute } from "./screen_parts.js";
import * as service from "./service.js";

let parts = null;
let outlook = null; // {yaml, told} of the last preview
let news = "";

/** Builds the screen. */
export function renderSets(place) {
  const fetched = async () => {
    takeLabels(await service.labels());
    return service.changes();
  };
  return filledFrom(place, fetched, ({ changes }) => {
    outlook = null;
    parts = {
      place,
      list: h("aside", { class: "set-list", tabindex: "0", "aria-label": t("sets") }),
      form: h("form", { class: "change-form", "aria-label": t("propose"), on: { submit: (event) => event.preventDefault() } }),
      side: h("aside", { class: "change-side", tabindex: "0", "aria-label": t("preview") }),
      sheet: h("textarea", { id: "sheet", rows: "9", spellcheck: "false", "aria-label": t("sheet"), on: { input: (event) => Object.assign(form, { yaml: event.target.value, edited: true }) && drawSide(changes) } }),
    };
    drawList();
    drawForm(changes);
    drawSide(changes);
    return h("div", { class: "sets" }, parts.list, parts.form, parts.side);
  });
}

function drawList() {
  const sets = Object.entries(desk.labels.sets);
  fill(
    parts.list,
    sets.map(([set, { version, labels }]) => [
      h("h2", {}, t(`set_${set}`), h("span", { class: "hint" }, version)),
      h("ul", {}, labels.map((label) => labelRow(set, label))),
    ]),
  );
}

function labelRow(set, label) {
  const retired = label.status === "retired";
  const few = !retired && label.min_gold && label.count < label.min_gold;
  const start = () => {
    Object.assign(form, { set, ids: [label.id], edited: false });
    renderForm();
  };
  return h(
    "li",
    { class: retired ? "retired" : null },
    h("button", { type: "button", disabled: retired, title: label.definition ?? null, data: { id: label.id }, on: { click: start } }, h("span", {}, labelName(set, label.id)), retired ? h("i", {}, t("retired")) : h("i", { class: few ? "few" : null }, String(label.count ?? ""))),
  );
}

let renderForm = () => null;

function drawForm(changes) {
  const changed = () => {
    parts.sheet.value = sheetText();
    drawSide(changes);
  };
  renderForm = () => drawForm(changes);
  fill(
    parts.form,
    h("h2", {}, t("propose")),
    formFields(changed, renderForm),
    h("label", { class: "sheet-label", for: "sheet" }, t("sheet")),
    parts.sheet,
    h("div", { class: "form-acts" }, h("button", { type: "button", class: "primary", id: "preview", on: { click: () => preview(changes) } }, t("preview"))),
  );
  parts.sheet.value = sheetText();
  drawSide(changes);
}

function drawSide(changes, fault = null) {
  if (!parts) return;
  fill(
    parts.side,
    news ? h("p", { class: "side-news", role: "status" }, news) : null,
    fault ? problemCard(fault) : null,
    outlook && outlook.yaml === sheetText() ? outlookCard(outlook.told, changes) : h("p", { class: "hint" }, t("preview_first")),
    history(changes),
  );
}

function outlookCard(told, changes) {
  const figure = (name, count) => h("li", {}, h("b", {}, String(count)), h("span", {}, t(`outlook_${name}`)));
  return h(
    "section",
    { class: "outlook", "aria-label": t("preview") },
    h("h2", {}, t("outlook_title", changeWords(told.change))),
    h("ul", { class: "figures" }, figure("auto", told.auto), figure("ask", told.ask), figure("offer", told.offer), figure("untouched", told.untouched)),
    h("p", { class: "outlook-minutes" }, t("outlook_minutes", told.minutes)),
    told.few?.length ? h("p", { class: "few" }, t("outlook_few", told.few.map((one) => `${labelName(told.change.set, one.id)} ${one.count}`).join(t("and_then")))) : null,
    (told.notes ?? []).length ? h("details", {}, h("summary", {}, t("outlook_notes", told.notes.length)), h("ul", {}, told.notes.map((note) => h("li", {}, note)))) : null,
    desk.head ? h("button", { type: "button", class: "primary", id: "apply", on: { click: (event) => make(event.target, changes) } }, t("apply")) : h("p", { class: "hint" }, t("head_applies")),
  );
}

function history(changes) {
  const latest = [...changes].reverse();
  const why = h("input", { type: "text", id: "undo-why", autocomplete: "off", "aria-label": t("undo_why"), placeholder: t("undo_why") });
  return h(
    "section",
    { class: "history" },
    h("h2", {}, t("history")),
    latest.length ? h("ol", {}, latest.map(changeRow)) : h("p", { class: "hint" }, t("history_none")),
    desk.head && latest.length ? h("div", { class: "undo-line" }, why, h("button", { type: "button", class: "small", id: "undo-change", on: { click: () => takeBack(why, changes) } }, t("undo_last"))) : null,
  );
}

function changeRow(change) {
  return h(
    "li",
    {},
    h("b", {}, `${change.number}　${t(`set_${change.set}`)}　${changeWords(change)}`),
    h("p", { class: "hint" }, `${change.by} · ${minute(change.at)} · ${change.from_version} → ${change.to_version}`),
    change.why ? h("p", {}, change.why) : null,
  );
}

function changeWords(change) {
  const names = (ids) => (ids ?? []).map((id) => (labelOf(change.set, id) ? labelName(change.set, id) : id)).join(t("and_then"));
  const op = change.undoes ? t("op_undo", change.undoes) : t(`op_${change.op}`);
  const [from, to] = [names(change.sources), names(change.targets)];
  return from === to ? `${op}　${from}` : `${op}　${[from, to].filter(Boolean).join(" → ")}`;
}

async function preview(changes) {
  const yaml = sheetText();
  news = "";
  await told(changes, async () => {
    outlook = { yaml, told: await service.preview(yaml) };
    drawSide(changes);
    document.getElementById("apply")?.focus();
  });
}

async function make(button, changes) {
  button.disabled = true;
  await told(changes, async () => {
    await service.apply(outlook.yaml);
    clearForm();
    news = t("applied");
    await again();
  });
}

async function takeBack(why, changes) {
  if (!why.value.trim()) {
    why.focus();
    return;
  }
  await told(changes, async () => {
    await service.undoChange(why.value.trim());
    news = t("undone");
    await again();
  });
}

/** After a change all that was fetched under the old labels is fetched anew. */
async function again() {
  Object.assign(desk, { queue: null, detail: null });
  await renderSets(parts.place);
}

async function told(changes, act) {
  try {
    await act();
  } catch (fault) {
    if (fault.status === undefined) throw fault;
    drawSide(changes, fault);
  }
}
