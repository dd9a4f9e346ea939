// The reports of the workspace with their progress; each can be gone through block by block.

import { h } from "../dom.js";
import { t } from "../messages.js";
import { desk } from "./desk.js";
import { openBlock } from "./flow.js";
import { bar, filledFrom } from "./screen_parts.js";
import * as service from "./service.js";

/** Builds the screen. */
export function renderPages(place) {
  return filledFrom(place, service.pages, ({ pages }) =>
    h(
      "div",
      { class: "sheet" },
      h("h1", {}, t("pages_title")),
      h("p", { class: "lead" }, t("pages_lead")),
      pages.length ? h("ul", { class: "page-list" }, pages.map(row)) : h("p", { class: "hint" }, t("pages_none")),
    ),
  );
}

function row(page) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", data: { page: page.name }, on: { click: () => walk(page) } },
      h("span", { class: "page-title" }, page.title || page.name, h("i", {}, page.name)),
      bar(page.blocks ? page.decided / page.blocks : 0),
      h("span", { class: "page-count" }, t("decided_of", page.decided, page.blocks)),
    ),
  );
}

function walk(page) {
  desk.screen = "work";
  openBlock(page.name, null);
}
