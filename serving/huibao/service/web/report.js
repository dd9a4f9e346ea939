// The second screen: what the report is, its band of roles, and the three columns.

import { downloadButtons } from "./downloads.js";
import { fill, h } from "./dom.js";
import { renderTable, shownEntities } from "./entities.js";
import { renderFilters, updateFilters } from "./filters.js";
import { genreName, labelName, roleGlyph } from "./labels.js";
import { grouped, knows, t, translated, word } from "./messages.js";
import { followReading, renderOutline } from "./outline.js";
import { publish, state } from "./state.js";
import { applyFilters, blockElements, goToBlock, walkWithArrows } from "./text.js";
import { hide, watchEntities } from "./tip.js";

let parts = null;

/** Builds the whole screen for the current reading. */
export function renderReport(place) {
  const { page } = state.current;
  const outline = h("aside", { class: "left" });
  const text = h("div", {
    class: "text-region", id: "text", tabindex: "0", role: "region", "aria-label": t("text_region"), title: "",
  });
  const table = h("div", { class: "table-region", id: "table", tabindex: "0", role: "region", "aria-label": t("table_caption") });
  const filters = h("aside", { class: "right", "aria-label": t("filters"), tabindex: "-1" });
  const trouble = h("div", { class: "trouble" });
  fill(
    place,
    head(state.current, trouble),
    trouble,
    h("div", { class: "columns" }, outline, h("div", { class: "middle" }, text, table), filters),
  );
  parts = { place, page, outline, text, table, filters };
  fill(text, notices(page), page.blocks.length ? blockElements(page) : h("p", { class: "empty" }, t("nothing_found")), foot(state.current));
  renderOutline(outline, page);
  renderFilters(filters, page);
  watchEntities(text, (element) => page.entities[Number(element.dataset.entity)]);
  walkWithArrows(text);
  showTab();
  updateReport();
  followReading(outline, text, page);
}

/** Applies the filters to the text and to the table. */
export function updateReport() {
  if (!parts || !parts.place.isConnected) return;
  hide();
  const shown = applyFilters(parts.text, parts.page);
  updateFilters(parts.filters, shown, parts.page);
  if (state.tab === "table") renderTable(parts.table, parts.page, jump);
}

function jump(entity) {
  state.tab = "text";
  showTab();
  goToBlock(parts.page.blocks[entity.block].anchor);
  const element = parts.text.querySelector(`[data-entity="${entity.place}"][role]`);
  if (!element) return;
  parts.text.querySelector('.entity[tabindex="0"]')?.setAttribute("tabindex", "-1");
  element.setAttribute("tabindex", "0");
  element.focus({ preventScroll: true });
}

function showTab() {
  const table = state.tab === "table";
  parts.text.hidden = table;
  parts.table.hidden = !table;
  parts.table.closest(".columns").classList.toggle("wide", table);
  for (const tab of parts.place.querySelectorAll("[data-tab]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === state.tab));
  }
  if (table) renderTable(parts.table, parts.page, jump);
}

function head(reading, trouble) {
  const { page } = reading;
  const first = page.reports[0];
  const title = (page.reports.length === 1 ? first?.title : page.file?.name) || first?.title || t("untitled");
  return h(
    "div",
    { class: "head" },
    h(
      "div",
      { class: "head-line" },
      h("div", { class: "head-words" }, h("h1", { title }, title), h("p", { class: "facts" }, facts(page))),
      downloadButtons(reading, trouble),
    ),
    h("div", { class: "head-line low" }, tabs(page), band(page)),
  );
}

function facts(page) {
  const first = page.reports[0];
  const told = [];
  if (page.reports.length === 1 && first) {
    told.push([t("genre"), genreName(first.genre)]);
    if (first.fields?.year) {
      told.push([t("year"), `${first.fields.year}${first.fields.year_conflict ? `（${t("year_conflict")}）` : ""}`]);
    }
    if (typeof first.fields?.place === "string" && first.fields.place) told.push([t("place"), first.fields.place]);
  }
  return [
    told.map(([name, said]) => h("span", {}, h("i", {}, name), said)),
    h("span", {}, t("blocks", page.blocks.length)),
    h("span", {}, t("characters", grouped(Array.from(page.text.replace(/\s/g, "")).length))),
  ];
}

function tabs(page) {
  const tab = (name, words) =>
    h(
      "button",
      {
        type: "button",
        data: { tab: name },
        "aria-pressed": String(state.tab === name),
        on: {
          click: () => {
            state.tab = name;
            showTab();
            publish("filters");
          },
        },
      },
      words,
    );
  return h(
    "div",
    { class: "tabs", role: "group", "aria-label": t("tabs_label") },
    tab("text", t("tab_text")),
    tab("table", t("tab_table", shownEntities(page).length)),
  );
}

/** The report as a band: runs of one role as wide as their text; for the pointer, the outline has the same. */
function band(page) {
  const runs = [];
  for (const block of page.blocks) {
    const last = runs[runs.length - 1];
    const size = block.text.length + 5;
    if (last && last.role === block.role.id) Object.assign(last, { size: last.size + size, last: block });
    else runs.push({ role: block.role.id, size, first: block, last: block });
  }
  const all = runs.reduce((sum, run) => sum + run.size, 0);
  const element = h("div", { class: "band", role: "img", "aria-label": t("band") });
  for (const run of runs) {
    const piece = h(
      "span",
      {
        data: { role: run.role },
        title: t("band_part", labelName("roles", run.role), run.first.index + 1, run.last.index + 1),
        on: { click: () => showBlock(run.first.anchor) },
      },
      run.size / all > 0.025 ? roleGlyph(run.role) : null,
    );
    piece.style.flexGrow = String(run.size);
    element.append(piece);
  }
  return element;
}

function showBlock(anchor) {
  state.tab = "text";
  showTab();
  goToBlock(anchor);
}

function notices(page) {
  const told = page.warnings ?? [];
  if (!told.length) return null;
  return h(
    "details",
    { class: "warnings", open: told.length < 4 },
    h("summary", {}, t("warnings", told.length)),
    h("ul", {}, told.map((sentence) => h("li", {}, translated(sentence)))),
  );
}

function foot(reading) {
  const by = reading.page.annotator ?? {};
  const times = (reading.timing ?? []).map(({ name, milliseconds }) => {
    const long = milliseconds >= 1000;
    const said = long ? t("seconds", (milliseconds / 1000).toFixed(1)) : t("milliseconds", Math.round(milliseconds));
    return `${knows("timings", name) ? word("timings", name) : name} ${said}`;
  });
  const told = [
    [by.name, by.version].filter(Boolean).join(" "),
    by.labels ? t("labels_version", by.labels) : "",
    reading.windows ? t("windows", reading.windows) : "",
    times.length ? t("timing", times.join(" · ")) : "",
    t("text_keys"),
  ];
  return h("p", { class: "foot" }, told.filter(Boolean).map((sentence) => h("span", {}, sentence)));
}
