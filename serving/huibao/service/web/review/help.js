// The sheet of all keys, over the page; Esc, H or F1 closes it.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../messages.js";

const ROWS = [
  ["help_deciding", [["1 … 0 - =", "help_roles"], ["Q W E …", "help_categories"], ["⇧1 … ⇧0", "help_arenas"], [";", "help_genre"], ["Enter", "help_enter"], ["Backspace", "help_back"], ["?", "help_unsure"], ["S", "help_skip"], ["/", "help_note"], [".", "help_wide"]]],
  ["help_spans", [["F2", "help_edit"], ["← → ↑ ↓", "help_move"], ["Ctrl ← →", "help_word"], ["Shift ← →", "help_select"], ["Tab", "help_tab"], ["Q W E …", "help_mark"], ["Delete", "help_delete"], ["Esc", "help_esc"]]],
  ["help_everywhere", [["Alt 1 … 5", "help_screens"], ["H F1", "help_help"]]],
];
let sheet = null;
let came = null;

/** Shows or hides the sheet. */
export function toggleHelp() {
  if (closeHelp()) return;
  came = document.activeElement;
  const close = h("button", { type: "button", class: "small", on: { click: closeHelp } }, icon("close"), t("close"));
  sheet = h(
    "div",
    { class: "veil", on: { click: (event) => event.target === sheet && closeHelp() } },
    h(
      "div",
      { class: "help", role: "dialog", "aria-modal": "true", "aria-labelledby": "help-title", on: { keydown: kept } },
      h("div", { class: "help-head" }, h("h2", { id: "help-title" }, t("help_title")), close),
      h("div", { class: "help-parts" }, ROWS.map(([title, rows]) => h("section", {}, h("h3", {}, t(title)), h("dl", {}, rows.map(row))))),
    ),
  );
  document.body.append(sheet);
  close.focus();
}

/** Hides the sheet; true when there was one. */
export function closeHelp() {
  if (!sheet) return false;
  sheet.remove();
  sheet = null;
  came?.focus?.({ preventScroll: true });
  return true;
}

function kept(event) {
  if (event.key === "Tab") event.preventDefault(); // the one button of the sheet keeps the focus
}

function row([keys, told]) {
  return [h("dt", {}, keys.split(" ").map((key) => (/^[…]$/.test(key) ? ` ${key} ` : h("kbd", {}, key)))), h("dd", {}, t(told))];
}
