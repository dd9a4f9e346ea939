// The note beside an entity: on hover, on focus, pinned by a click; Esc closes it.

import { fill, h } from "./dom.js";
import { labelName } from "./labels.js";
import { t } from "./messages.js";
import { isMasked, noteOf } from "./values.js";

const REST = 120; // milliseconds in which the pointer may travel from the entity to its note
let note = null;
let shownFor = null;
let pinned = false;
let leaving = 0;

/** Watches the entities inside `region`; `entityOf` gives the entity of an element. */
export function watchEntities(region, entityOf) {
  const found = (event) => event.target.closest?.(".entity");
  region.addEventListener("mouseover", (event) => found(event) && show(found(event), entityOf(found(event))));
  region.addEventListener("mouseout", (event) => found(event) && hideSoon());
  region.addEventListener("focusin", (event) => found(event) && show(found(event), entityOf(found(event))));
  region.addEventListener("focusout", () => hide());
  region.addEventListener("click", (event) => {
    if (!found(event)) return;
    show(found(event), entityOf(found(event)));
    pinned = true;
  });
}

/** Closes the note; true when there was one. */
export function hide() {
  clearTimeout(leaving);
  pinned = false;
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  if (!note || note.hidden) return false;
  note.hidden = true;
  return true;
}

/** Keeps the note beside its entity while the page scrolls; closes it when the entity is out of sight. */
export function follow() {
  if (!shownFor || !note || note.hidden) return;
  const at = shownFor.getBoundingClientRect();
  if (at.bottom < 0 || at.top > window.innerHeight || !shownFor.isConnected) hide();
  else place(shownFor);
}

function hideSoon() {
  clearTimeout(leaving);
  if (!pinned) leaving = setTimeout(() => document.activeElement !== shownFor && hide(), REST);
}

function show(element, entity) {
  clearTimeout(leaving);
  if (pinned && element !== shownFor && document.activeElement === shownFor) return;
  if (!note) {
    note = h("div", { id: "note", role: "tooltip", class: "note", hidden: true });
    note.addEventListener("mouseenter", () => clearTimeout(leaving));
    note.addEventListener("mouseleave", hideSoon);
    document.body.append(note);
  }
  shownFor?.removeAttribute("aria-describedby");
  shownFor = element;
  fill(note, ...contents(entity));
  note.hidden = false;
  element.setAttribute("aria-describedby", "note");
  place(element);
}

function contents(entity) {
  const lines = noteOf(entity);
  const head = [h("b", { data: { type: entity.type } }, labelName("entities", entity.type))];
  if (isMasked(entity)) head.push(h("span", { class: "masked" }, t("masked")));
  if (typeof entity.score === "number") {
    head.push(h("span", { class: "note-score" }, `${t("score")} ${Math.round(entity.score * 100)}%`));
  }
  return [
    h("p", { class: "note-head" }, head),
    lines.length
      ? h("dl", {}, lines.map(([name, told]) => [h("dt", {}, name), h("dd", {}, String(told))]))
      : h("p", { class: "note-none" }, t("no_value")),
  ];
}

function place(element) {
  const at = element.getClientRects()[0] ?? element.getBoundingClientRect();
  const size = note.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left), window.innerWidth - size.width - 8);
  const below = at.bottom + 6 + size.height < window.innerHeight;
  note.style.left = `${left}px`;
  note.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6)}px`;
}
