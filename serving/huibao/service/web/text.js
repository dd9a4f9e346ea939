// The report in its own order: blocks with role, categories and marked entities, furniture in place.

import { fill, h, scrollTo } from "./dom.js";
import { definitionOf, dimensionOf, dimensionSign, labelName, roleGlyph, withScore } from "./labels.js";
import { t, translated } from "./messages.js";
import { piecesOf } from "./page_model.js";
import { state } from "./state.js";
import { isMasked } from "./values.js";

const UNSURE = 0.6; // roles below this chance are marked for a second look
const COVER = "▇";

/** All blocks of a page and, between them, what belongs to no report. */
export function blockElements(page) {
  const parts = [
    ...page.blocks.map((block) => ({ start: block.start, block })),
    ...(page.furniture ?? []).map((part) => ({ start: part.start, furniture: part })),
  ].sort((a, b) => a.start - b.start);
  const out = [];
  let loose = [];
  const flush = () => {
    if (loose.length) out.push(furnitureElement(page, loose));
    loose = [];
  };
  let report = null;
  for (const part of parts) {
    if (part.furniture) {
      loose.push(part.furniture);
      continue;
    }
    flush();
    if (page.reports.length > 1 && part.block.report !== report) {
      report = part.block.report;
      out.push(h("p", { class: "report-head" }, t("report_number", page.reports.findIndex((one) => one.index === report) + 1)));
    }
    out.push(blockElement(page, part.block));
  }
  flush();
  return out;
}

/** Hides what the filters exclude, says how much is hidden, and names each role where its run begins. */
export function applyFilters(region, page) {
  const { filters } = state;
  region.querySelectorAll(".gap").forEach((gap) => gap.remove());
  let shown = 0;
  let hidden = 0;
  let role = null;
  const closeGap = (before) => {
    if (hidden) before.before(h("p", { class: "gap" }, t("gap", hidden)));
    hidden = 0;
  };
  for (const block of page.blocks) {
    const element = document.getElementById(block.anchor);
    const passes = isShown(block, filters);
    element.hidden = !passes;
    if (!passes) {
      hidden += 1;
      continue;
    }
    if (hidden) role = null;
    closeGap(element);
    element.classList.toggle("run", block.role.id !== role);
    role = block.role.id;
    shown += 1;
  }
  if (hidden) region.querySelector(".foot").before(h("p", { class: "gap" }, shown ? t("gap", hidden) : t("no_match")));
  markTypes(region, filters.types);
  return shown;
}

/** Whether a block passes the filters. */
export function isShown(block, filters) {
  if (filters.roles.size && !filters.roles.has(block.role.id)) return false;
  if (!filters.categories.size && !filters.dimensions.size) return true;
  return (block.categories ?? []).some(
    (tag) => filters.categories.has(tag.id) || filters.dimensions.has(dimensionOf(tag.id)),
  );
}

/** Moves to a block, wherever it is, and lets the eye find it. */
export function goToBlock(anchor) {
  const element = document.getElementById(anchor);
  if (!element) return;
  element.hidden = false;
  scrollTo(element, "center");
  element.focus({ preventScroll: true });
  element.classList.remove("found");
  void element.offsetWidth; // starts the animation anew
  element.classList.add("found");
}

/** Lets the arrow keys walk from entity to entity; only one of them is a stop of the Tab key. */
export function walkWithArrows(region) {
  region.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...region.querySelectorAll('.block:not([hidden]) .entity[tabindex]')];
    if (!all.length) return;
    event.preventDefault();
    const from = all.indexOf(document.activeElement);
    const to = from < 0 ? nearest(all, event.target, step) : all[Math.min(Math.max(from + step, 0), all.length - 1)];
    region.querySelector('.entity[tabindex="0"]')?.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  });
}

function nearest(all, target, step) {
  const block = target.closest?.(".block");
  const inside = block ? all.filter((one) => block.contains(one)) : [];
  if (inside.length) return step > 0 ? inside[0] : inside[inside.length - 1];
  return all.find((one) => one.getAttribute("tabindex") === "0") ?? all[0];
}

function markTypes(region, types) {
  let stop = null;
  for (const element of region.querySelectorAll(".entity")) {
    const marked = types.size === 0 || types.has(element.dataset.type);
    element.classList.toggle("unmarked", !marked);
    if (marked) {
      element.setAttribute("role", "button");
      element.setAttribute("tabindex", "-1");
      if (!stop && !element.closest(".block").hidden) stop = element;
    } else {
      element.removeAttribute("role");
      element.removeAttribute("tabindex");
    }
  }
  stop?.setAttribute("tabindex", "0");
}

function blockElement(page, block) {
  const heading = block.kind === "title" || block.kind === "heading";
  const text = h(
    "div",
    { class: "text", role: heading ? "heading" : null, "aria-level": heading ? String(2 + Math.min(block.level, 4)) : null },
  );
  fill(text, block.kind === "table" ? tableElement(page, block) : piecesOf(page, block).map(pieceElement));
  const depth = Math.max(0, block.level - (block.kind === "heading" ? 1 : 0));
  if (block.kind === "item" && depth > 3) text.dataset.deep = "";
  return h(
    "div",
    { class: "block", id: block.anchor, tabindex: "-1", data: { role: block.role.id, kind: block.kind } },
    h(
      "div",
      { class: "gutter" },
      h("span", { class: "number", title: t("block_number", block.index + 1) }, String(block.index + 1)),
      h("span", { class: "glyph", "aria-hidden": "true", title: withScore("roles", block.role) }, roleGlyph(block.role.id)),
    ),
    text,
    h("div", { class: "side" }, sideParts(page, block)),
  );
}

function sideParts(page, block) {
  const { role } = block;
  const unsure = role.score < UNSURE;
  const others = (role.alternatives ?? []).filter((tag) => tag.score >= 0.1);
  return [
    h(
      "p",
      { class: unsure ? "role-name kept" : "role-name", title: definitionOf("roles", role.id) },
      h("span", { class: "unseen" }, `${t("block_number", block.index + 1)} `),
      labelName("roles", role.id),
      (role.also ?? []).map((id) => h("span", { class: "also" }, t("also_role", labelName("roles", id)))),
    ),
    unsure
      ? h(
          "p",
          { class: "unsure" },
          h("b", {}, t("unsure")),
          ` ${Math.round(role.score * 100)}%`,
          others.length ? h("span", {}, ` ${t("or_role", others.map((tag) => withScore("roles", tag)).join("、"))}`) : null,
        )
      : null,
    (block.categories ?? []).map((tag) => chip("categories", tag, dimensionSign(dimensionOf(tag.id)))),
    (block.arenas ?? []).map((tag) => chip("arenas", tag, "")),
    block.duplicate_of === null || block.duplicate_of === undefined ? null : duplicateLink(page, block),
  ];
}

function chip(kind, tag, sign) {
  const about = [withScore(kind, tag), definitionOf(kind, tag.id)].filter(Boolean).join("\n");
  return h(
    "span",
    { class: `chip ${kind}`, title: about },
    sign ? h("i", {}, sign) : null,
    kind === "arenas" ? h("span", { class: "unseen" }, `${t("arena")} `) : null,
    labelName(kind, tag.id),
  );
}

function duplicateLink(page, block) {
  const first = page.blocks.find((other) => other.report === block.report && other.index === block.duplicate_of);
  const words = t("duplicate", block.duplicate_of + 1);
  if (!first) return h("span", { class: "chip arenas" }, words);
  return h("button", { type: "button", class: "link", on: { click: () => goToBlock(first.anchor) } }, words);
}

function pieceElement({ text, entity }) {
  if (!entity) return text;
  const person = entity.type === "PERSON";
  if (person && state.persons === "hidden") return text;
  const words = person && state.persons === "covered" ? COVER.repeat(Array.from(text).length) : text;
  return h(
    "span",
    {
      class: isMasked(entity) ? "entity is-masked" : "entity",
      role: "button",
      tabindex: "-1",
      data: { type: entity.type, entity: String(entity.place) },
    },
    words,
  );
}

function tableElement(page, block) {
  const rows = [[[]]];
  for (const piece of piecesOf(page, block)) {
    if (piece.entity) {
      rows[rows.length - 1][rows[rows.length - 1].length - 1].push(pieceElement(piece));
      continue;
    }
    for (const [place, line] of piece.text.split(/\r?\n/).entries()) {
      if (place) rows.push([[]]);
      for (const [column, cell] of line.split(/\s*[\t|]\s*/).entries()) {
        const row = rows[rows.length - 1];
        if (column) row.push([]);
        if (cell) row[row.length - 1].push(cell);
      }
    }
  }
  const filled = rows.filter((row) => row.some((cell) => cell.length));
  return h("div", { class: "grid" }, h("table", {}, h("tbody", {}, filled.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell)))))));
}

function furnitureElement(page, parts) {
  const lines = parts
    .map((part) => [page.slice(part.start, part.end).trim(), translated(part.reason)])
    .filter(([text]) => text);
  return h(
    "details",
    { class: "furniture" },
    h("summary", {}, t("furniture", lines.length)),
    h("ul", {}, lines.map(([text, why]) => h("li", {}, text.slice(0, 400), h("em", {}, why)))),
  );
}
