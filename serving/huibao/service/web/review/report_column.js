// The whole report at the left, the open block in its place; or the list of what is still to be decided.

import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { labelName, roleGlyph } from "../labels.js";
import { language, t } from "../messages.js";
import { desk } from "./desk.js";
import { backToQueue, open, openBlock } from "./flow.js";

let shown = "report"; // report | queue

/** Fills the column. */
export function renderColumn(place) {
  const { page, item } = desk.detail;
  const list = shown === "queue" ? queueList() : h("ol", { class: "own-report" }, page.blocks.map((block) => entry(block, item)));
  const region = h("div", { class: "column-list", tabindex: "0", role: "region", "aria-label": shown === "queue" ? t("queue_list") : t("whole_report") }, list);
  fill(place, head(place), region);
  const here = region.querySelector('[aria-current="true"]');
  if (here) region.scrollTop = here.offsetTop - region.offsetTop - Math.max(0, region.clientHeight - here.offsetHeight) / 2;
}

function head(place) {
  const tab = (name, words) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(shown === name),
        on: {
          click: () => {
            shown = name;
            renderColumn(place);
          },
        },
      },
      words,
    );
  const { page } = desk.detail;
  const done = page.blocks.filter((block) => block.decided).length;
  return h(
    "div",
    { class: "column-head" },
    h(
      "div",
      { class: "tabs", role: "group", "aria-label": t("column_tabs") },
      tab("report", t("whole_report")),
      tab("queue", t("queue_count", desk.queue?.items.length ?? 0)),
    ),
    shown === "report"
      ? h("p", { class: "column-title", title: page.title || page.name }, page.title || page.name, h("span", {}, t("decided_of", done, page.blocks.length)))
      : null,
    desk.walking ? h("button", { type: "button", class: "small", on: { click: backToQueue } }, t("back_to_queue")) : null,
  );
}

function entry(block, item) {
  const here = block.place === desk.detail.block.place;
  const role = item.blind ? null : block.role;
  const decided = block.decided && !(here && item.blind);
  const told = [t("block_number", block.index + 1), role ? labelName("roles", role) : "", decided ? t("decided") : ""];
  return h(
    "li",
    { data: { kind: block.kind, ...(role ? { role } : {}) } },
    h(
      "button",
      {
        type: "button",
        title: told.filter(Boolean).join(" · "),
        tabindex: "-1",
        "aria-current": here ? "true" : null,
        on: { click: () => (here ? document.getElementById("card").focus() : openBlock(desk.detail.page.name, block.place)) },
      },
      h("span", { class: "unseen" }, `${told.filter(Boolean).join(" ")} `),
      role ? h("span", { class: "glyph", "aria-hidden": "true" }, roleGlyph(role)) : h("span", { class: "no-glyph", "aria-hidden": "true" }),
      h("span", { class: "own-text" }, block.text),
      decided ? h("span", { class: "own-done", "aria-hidden": "true" }, icon("check")) : null,
    ),
  );
}

function queueList() {
  const { items } = desk.queue ?? { items: [] };
  if (!items.length) return h("p", { class: "hint" }, t("queue_empty_short"));
  return h(
    "ol",
    { class: "own-report queue-list" },
    items.map((item) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            tabindex: "-1",
            "aria-current": item.id === desk.detail.item.id ? "true" : null,
            on: {
              click: () => {
                desk.walking = false;
                open(item);
              },
            },
          },
          h("span", { class: "own-text" }, h("b", {}, reasonWords(item)), ` ${item.page}`, h("i", {}, t("block_number", item.block + 1))),
        ),
      ),
    ),
  );
}

/** Why an item is shown, in the language of the page. */
export function reasonWords(item) {
  return (language() === "en" ? item.reason_text_en : item.reason_text_zh) || item.reason;
}
