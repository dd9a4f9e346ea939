// Which of the official dimensions have evidence, as a small bar chart whose rows are filters.

import { h, s } from "./dom.js";
import { definitionOf, dimensionSign, labelName, shortDimension } from "./labels.js";
import { t } from "./messages.js";
import { evidenceOf } from "./page_model.js";
import { state, toggleFilter } from "./state.js";

const WIDTH = 100; // of a bar, in units of the drawing

/** The chart; null while the dimensions are not known. */
export function evidenceChart(page) {
  const counts = evidenceOf(page);
  if (!counts.size) return null;
  const most = Math.max(1, ...[...counts.values()].map(({ done, ahead }) => done + ahead));
  const found = [...counts.values()].filter(({ done }) => done > 0).length;
  return h(
    "section",
    { class: "evidence", "aria-label": t("evidence") },
    h("h2", {}, t("evidence")),
    h("p", { class: "evidence-lead" }, t("evidence_lead", found, counts.size)),
    h("ul", {}, [...counts].map(([dimension, count]) => row(dimension, count, most))),
    h(
      "p",
      { class: "key-line" },
      sample("done"),
      t("evidence_done"),
      sample("ahead"),
      t("evidence_ahead"),
    ),
    h("p", { class: "hint" }, t("evidence_note")),
  );
}

/** Shows on the rows which dimensions are chosen. */
export function markChosen(place) {
  for (const button of place.querySelectorAll("[data-dimension]")) {
    button.setAttribute("aria-pressed", String(state.filters.dimensions.has(button.dataset.dimension)));
  }
}

function row(dimension, { done, ahead }, most) {
  const name = labelName("dimensions", dimension);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: done ? "dimension" : "dimension lacking",
        title: [name, definitionOf("dimensions", dimension)].filter(Boolean).join("\n"),
        data: { dimension },
        "aria-pressed": String(state.filters.dimensions.has(dimension)),
        on: { click: () => toggleFilter("dimensions", dimension) },
      },
      h("span", { class: "unseen" }, t("evidence_row", name, done, ahead)),
      h("span", { class: "dimension-name", "aria-hidden": "true" }, `${dimensionSign(dimension)} ${shortDimension(dimension)}`),
      done + ahead ? bar(done, ahead, most) : h("span", { class: "no-bar" }),
      h("span", { class: "dimension-count", "aria-hidden": "true" }, countWords(done, ahead)),
    ),
  );
}

function countWords(done, ahead) {
  if (done) return ahead ? `${done}+${ahead}` : String(done);
  return ahead ? t("evidence_only_ahead") : t("evidence_none");
}

function bar(done, ahead, most) {
  const scale = WIDTH / most;
  return s(
    "svg",
    { class: "bar-drawing", viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    s("rect", { class: "bar-done", x: 0, y: 0, width: done * scale, height: 10 }),
    s("rect", { class: "bar-ahead", x: done * scale + 0.4, y: 0.7, width: Math.max(0, ahead * scale - 0.8), height: 8.6 }),
  );
}

function sample(kind) {
  return s(
    "svg",
    { class: "bar-sample", viewBox: "0 0 14 10", "aria-hidden": "true", focusable: "false" },
    s("rect", { class: `bar-${kind}`, x: 0.7, y: 0.7, width: 12.6, height: 8.6 }),
  );
}
