// What an entity is worth, in words: for the note beside it and for the columns of the table.

import { grouped, knows, t, word } from "./messages.js";

/** Whether the text hides the value, so that no number may be shown for it. */
export function isMasked(entity) {
  return entity.value?.masked === true;
}

/** The columns of the table: `number` (sortable), its text, unit, from, to, status, name, masked. */
export function columnsOf(entity) {
  const value = entity.value ?? {};
  const masked = isMasked(entity);
  const amount = entity.type === "MONEY" ? value.cny ?? value.amount : entity.type === "QUANT" ? value.value : null;
  const known = !masked && amount !== null && amount !== undefined;
  return {
    masked,
    number: known ? Number(amount) : null,
    told: known ? numberWords(value, amount) : "",
    unit: masked ? "" : unitOf(entity.type, value),
    from: dayOf(value.from),
    to: dayOf(value.to),
    status: value.status ? word("statuses", value.status) : "",
    name: nameOf(entity),
  };
}

/** The note on an entity: pairs of a heading and what is known, none where nothing is. */
export function noteOf(entity) {
  const value = entity.value ?? {};
  const lines = linesFor(entity, value);
  if (entity.type === "MONEY" || entity.type === "QUANT") {
    if (value.status) lines.push([t("v_status"), word("statuses", value.status)]);
    if (value.part_of?.text) lines.push([t("v_part_of"), value.part_of.text]);
    if (value.source_level) lines.push([t("v_source"), word("sources", value.source_level)]);
    if (value.kind === "in_kind") lines.push([t("v_kind"), word("kinds", value.kind)]);
  }
  return lines.filter(([, told]) => told !== "" && told !== null && told !== undefined);
}

function linesFor(entity, value) {
  switch (entity.type) {
    case "MONEY":
      return [[t("v_amount"), amountWords(entity)]];
    case "QUANT":
      return [[t("v_number"), amountWords(entity)]];
    case "DATE":
      return [[t("v_time"), dateWords(value)], [t("v_anchor"), value.anchor ? t("anchor", value.anchor) : ""]];
    case "ORG":
      return [
        [t("v_canonical"), value.masked ? t("masked_long") : value.canonical],
        [t("v_level"), value.level],
        [t("v_org_type"), value.type ? word("org_types", value.type) : ""],
        [t("v_alias"), value.alias_of],
        [t("v_inherited"), value.prefix_inherited ? t("inherited") : ""],
      ];
    case "DOC_TITLE":
      return [
        [t("v_title"), value.title],
        [t("v_subtype"), value.subtype && knows("subtypes", value.subtype) ? word("subtypes", value.subtype) : ""],
        [t("v_year"), value.year],
        [t("v_doc_no"), value.doc_no],
      ];
    case "DOC_NO":
      return [
        [t("v_doc_no"), value.masked ? t("masked_long") : value.canonical],
        [t("v_issuer"), value.issuer],
        [t("v_year"), value.masked ? "" : value.year],
        [t("v_no"), value.masked ? "" : value.no],
      ];
    case "ETHNIC":
      return [[t("v_name"), value.name]];
    default:
      return Object.entries(value)
        .filter(([, told]) => ["string", "number"].includes(typeof told))
        .map(([name, told]) => [name, String(told)]);
  }
}

function amountWords(entity) {
  const columns = columnsOf(entity);
  if (columns.masked) return t("masked_long");
  return columns.told ? `${columns.told} ${columns.unit}`.trim() : "";
}

function numberWords(value, amount) {
  if (value.upper) return t("range", grouped(amount), grouped(value.upper));
  const nearly = knows("approximations", value.approx) ? word("approximations", value.approx) : "";
  return nearly + grouped(amount);
}

function unitOf(type, value) {
  if (type === "QUANT") return value.unit ?? "";
  if (type !== "MONEY") return "";
  const coin = value.currency ?? t("yuan");
  if (!value.per) return coin;
  const per = knows("pers", value.per) ? word("pers", value.per) : value.per;
  return `${coin} ${t("per", per)}`;
}

// Whole days only: 20XX-01-01 is a masked year, and a masked digit is no number.
function dayOf(day) {
  return typeof day === "string" && day.includes("X") ? "" : day ?? "";
}

function dateWords(value) {
  const hidden = [value.from, value.to].some((day) => String(day ?? "").includes("X"));
  if (value.masked) return t("masked_long");
  if (hidden || (!value.from && !value.to)) return "";
  if (value.from && value.to) return value.from === value.to ? value.from : t("range", value.from, value.to);
  return value.from ? t("since", value.from) : t("until", value.to);
}

function nameOf(entity) {
  const value = entity.value ?? {};
  if (value.masked) return "";
  const name = value.canonical ?? value.title ?? value.name ?? "";
  return name === entity.text ? "" : name;
}
