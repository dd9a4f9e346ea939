// The table of entities: sortable, with value columns; a row leads to its place in the report.

import { fill, h } from "./dom.js";
import { labelIds, labelName } from "./labels.js";
import { t } from "./messages.js";
import { state } from "./state.js";
import { isShown } from "./text.js";
import { columnsOf } from "./values.js";

const FIRST = 300; // rows; a long report has thousands
const COLUMNS = ["type", "text", "number", "unit", "from", "to", "status", "name", "role", "place"];
let order = { column: "place", down: false };

/** Fills the place with the rows that pass the filters; `jump` goes to an entity. */
export function renderTable(place, page, jump, limit = FIRST) {
  const all = shownEntities(page);
  const rows = all
    .filter((entity) => passes(page, entity))
    .map((entity) => ({ entity, columns: columnsOf(entity) }))
    .sort(comparison());
  const again = (more) => renderTable(place, page, jump, more);
  fill(
    place,
    h("p", { class: "table-line" }, t("table_rows", rows.length, all.length)),
    rows.length
      ? h(
          "table",
          { class: "entities" },
          h("caption", { class: "unseen" }, t("table_caption")),
          h("thead", {}, h("tr", {}, COLUMNS.map((column) => head(column, () => again(limit), place)))),
          h("tbody", {}, rows.slice(0, limit).map((row) => line(page, row, jump))),
        )
      : h("p", { class: "empty" }, t("table_empty")),
    rows.length > limit
      ? h("button", { type: "button", class: "more", on: { click: () => again(rows.length) } }, t("table_more", rows.length - limit))
      : null,
  );
}

/** The entities that may be shown: personal names only when asked for. */
export function shownEntities(page) {
  return page.entities.filter((entity) => entity.type !== "PERSON" || state.persons !== "hidden");
}

function passes(page, entity) {
  const { types } = state.filters;
  return (types.size === 0 || types.has(entity.type)) && isShown(page.blocks[entity.block], state.filters);
}

function head(column, again, place) {
  const active = order.column === column;
  const sorted = active ? (order.down ? "descending" : "ascending") : "none";
  const sort = () => {
    order = { column, down: active ? !order.down : column === "number" };
    again();
    place.querySelector(`th[data-column="${column}"] button`).focus();
  };
  return h(
    "th",
    { scope: "col", "aria-sort": sorted, data: { column } },
    h(
      "button",
      { type: "button", title: t("sort_by", t(`col_${column}`)), on: { click: sort } },
      t(`col_${column}`),
      h("span", { class: "arrow", "aria-hidden": "true" }, active ? (order.down ? "▾" : "▴") : ""),
    ),
  );
}

function line(page, { entity, columns }, jump) {
  const block = page.blocks[entity.block];
  const covered = entity.type === "PERSON" && state.persons === "covered";
  const masked = h("span", { class: "masked" }, t("masked"));
  const amount = entity.type === "MONEY" || entity.type === "QUANT";
  return h(
    "tr",
    { data: { entity: String(entity.place) }, on: { click: () => jump(entity) } },
    h("td", {}, h("span", { class: "entity-sample", data: { type: entity.type } }, labelName("entities", entity.type))),
    h("td", { class: "own-words" }, covered ? "▇".repeat(Array.from(entity.text).length) : entity.text),
    h("td", { class: "numeric" }, columns.masked && amount ? masked : columns.told),
    h("td", {}, columns.unit),
    h("td", { class: "day" }, columns.masked && entity.type === "DATE" ? masked : columns.from),
    h("td", { class: "day" }, columns.masked && entity.type === "DATE" ? "" : columns.to),
    h("td", {}, columns.status),
    h("td", { class: "own-words" }, columns.masked && !amount && entity.type !== "DATE" ? masked : columns.name),
    h("td", { class: "role-cell" }, labelName("roles", block.role.id)),
    h(
      "td",
      {},
      h(
        "button",
        {
          type: "button",
          class: "link",
          on: {
            click: (event) => {
              event.stopPropagation();
              jump(entity);
            },
          },
        },
        t("jump", block.index + 1),
      ),
    ),
  );
}

function comparison() {
  const types = labelIds("entities");
  const key = {
    type: ({ entity }) => types.indexOf(entity.type),
    text: ({ entity }) => entity.text,
    number: ({ columns }) => columns.number,
    role: ({ entity }) => labelIds("roles").indexOf(entity.role),
    place: ({ entity }) => entity.place,
  }[order.column] ?? (({ columns }) => columns[order.column]);
  const empty = (value) => value === null || value === undefined || value === "";
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    if (empty(left) || empty(right)) return Number(empty(left)) - Number(empty(right)) || a.entity.place - b.entity.place;
    const less = typeof left === "number" ? left - right : String(left).localeCompare(String(right), "zh-CN");
    return (order.down ? -less : less) || a.entity.place - b.entity.place;
  };
}
