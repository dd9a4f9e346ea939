// The filters at the right: roles, categories by dimension, entity types, personal names.

import { fill, h } from "./dom.js";
import { evidenceChart, markChosen } from "./evidence.js";
import { definitionOf, dimensionOf, dimensionSign, inOrder, labelIds, labelName, roleGlyph } from "./labels.js";
import { t } from "./messages.js";
import { counted } from "./page_model.js";
import { choosePersons } from "./readings.js";
import { clearFilters, state, toggleFilter } from "./state.js";

/** Fills the column. */
export function renderFilters(place, page) {
  const roles = counted(page.blocks.map((block) => block.role.id));
  const categories = counted(page.blocks.flatMap((block) => (block.categories ?? []).map((tag) => tag.id)));
  const types = counted(page.entities.map((entity) => entity.type));
  if (state.persons === "hidden") types.delete("PERSON");
  fill(
    place,
    evidenceChart(page),
    h(
      "div",
      { class: "filter-line" },
      h("span", { id: "shown" }),
      h("button", { type: "button", class: "link", id: "clear", on: { click: clearFilters } }, t("clear")),
    ),
    group("filter_roles", switches("roles", "roles", roles)),
    group("filter_types", switches("types", "entities", types), persons()),
    group("filter_categories", categoryGroups(categories)),
  );
}

/** Shows what is chosen and how much is left. */
export function updateFilters(place, shown, page) {
  for (const button of place.querySelectorAll("[data-filter]")) {
    button.setAttribute("aria-pressed", String(state.filters[button.dataset.filter].has(button.dataset.id)));
  }
  markChosen(place);
  const line = place.querySelector("#shown");
  if (line) line.textContent = t("shown", shown, page.blocks.length);
  const any = Object.values(state.filters).some((chosen) => chosen.size);
  const clear = place.querySelector("#clear");
  if (clear) clear.hidden = !any;
}

function group(name, ...children) {
  return h("section", { class: "filter", "aria-label": t(name) }, h("h2", {}, t(name)), ...children);
}

function switches(filter, kind, counts) {
  return h(
    "ul",
    { class: "switches" },
    inOrder(kind, counts.keys()).map((id) => h("li", {}, toggle(filter, kind, id, counts.get(id)))),
  );
}

function toggle(filter, kind, id, count) {
  const sign =
    kind === "roles"
      ? h("span", { class: "glyph", "aria-hidden": "true" }, roleGlyph(id))
      : kind === "entities"
        ? h("span", { class: "entity-sample", "aria-hidden": "true", data: { type: id } }, "文")
        : null;
  return h(
    "button",
    {
      type: "button",
      class: "switch",
      title: definitionOf(kind, id),
      data: { filter, id, ...(kind === "roles" ? { role: id } : {}) },
      "aria-pressed": "false",
      on: { click: () => toggleFilter(filter, id) },
    },
    sign,
    h("span", {}, labelName(kind, id)),
    h("span", { class: "count" }, String(count ?? 0)),
  );
}

function categoryGroups(counts) {
  const all = inOrder("categories", counts.keys());
  const loose = all.filter((id) => !labelIds("dimensions").includes(dimensionOf(id)));
  const placed = labelIds("dimensions").map((dimension) => {
    const present = all.filter((id) => dimensionOf(id) === dimension);
    if (!present.length) return null;
    return h(
      "div",
      { class: "category-group" },
      h("h3", {}, h("i", {}, dimensionSign(dimension)), labelName("dimensions", dimension)),
      h("ul", { class: "switches" }, present.map((id) => h("li", {}, toggle("categories", "categories", id, counts.get(id))))),
    );
  });
  const rest = new Map(loose.map((id) => [id, counts.get(id)]));
  return [placed, rest.size ? switches("categories", "categories", rest) : null];
}

function persons() {
  return h(
    "fieldset",
    { class: "persons" },
    h("legend", {}, t("persons")),
    ["hidden", "shown", "covered"].map((choice) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: "persons",
          value: choice,
          checked: state.persons === choice,
          on: { change: () => choosePersons(choice) },
        }),
        t(`persons_${choice}`),
      ),
    ),
    h("p", { class: "hint" }, t("persons_note")),
  );
}
