// What lies on the desk: who works, the label sets, the queue, the item that is open and its draft.

import { publish } from "../state.js";
import { learnLabels } from "../labels.js";
import { fitted, draftOf, keepDraft, keptDraft } from "./draft.js";
import { keysOf } from "./keys.js";

export const desk = {
  person: null, // {id, name}
  head: false,
  people: new Map(), // names by id
  screen: "work", // work | differ | sets | numbers | pages
  labels: null, // {version, fingerprint, sets}
  keys: null,
  queue: null, // {items, counts, position, of}
  detail: null, // the open item with its page
  draft: null,
  wide: false, // whether all questions are shown, not only the one that the item is about
  walking: false, // whether a report is gone through block by block
  label: null, // {set, id} in the panel at the right
  busy: false,
  trouble: null, // {fault, words, acts: [{words, act}]}
  news: "", // a calm sentence about what just happened
  unkept: false, // whether the draft is in this page alone, since the browser keeps nothing
  editing: false, // whether the keys belong to the text of the block
};
const ORDER = ["genres", "roles", "categories", "arenas", "entities"];
const earlier = new Map(); // drafts of items saved in this tab, for the way back
let since = 0;
let spent = 0;

/** Takes the label sets of the service. */
export function takeLabels(answer) {
  desk.labels = answer;
  desk.keys = keysOf(answer.sets);
  learnLabels(answer);
}

/** The sets that are asked of the open item, in the order in which they are shown. */
export function askedSets() {
  const { answers, open_sets: open } = desk.detail;
  return ORDER.filter((set) => (desk.wide ? set in answers : open.includes(set)));
}

/** Whether the open item asks less than could be asked of its block. */
export function asksLess() {
  return desk.detail.open_sets.length < Object.keys(desk.detail.answers).length;
}

/** Puts an item on the desk, with what this person had begun on it. Returns how many answers no longer fit. */
export function putDown(detail, draft = null) {
  const { sets } = desk.labels;
  const begun = draft ?? keptDraft(desk.person.id, detail.item.id) ?? earlier.get(detail.item.id);
  const fit = begun ? fitted(begun, detail, sets) : { draft: draftOf(detail, sets), lost: 0 };
  Object.assign(desk, { detail, draft: fit.draft, label: null, editing: false, unkept: false });
  spent = 0;
  since = Date.now();
  publish("item");
  return fit.lost;
}

/** Takes what was chosen; it is kept in the browser until it is saved. */
export function changeDraft(draft, label = null) {
  desk.draft = { ...draft, touched: true };
  desk.news = "";
  if (label) desk.label = label;
  keep();
  publish("draft");
}

/** The same for what is being typed: nothing is drawn anew under the hands. */
export function keepQuietly(part) {
  desk.draft = { ...desk.draft, ...part, touched: true };
  keep();
}

/** Remembers a saved draft, so that the way back finds it as it was. */
export function rememberDraft() {
  earlier.set(desk.detail.item.id, { ...desk.draft, touched: false });
}

/** Shows a label in the panel. */
export function showLabel(set, id) {
  if (desk.label?.set === set && desk.label?.id === id) return;
  desk.label = { set, id };
  publish("label");
}

/** Says a calm sentence. */
export function tell(words) {
  desk.news = words;
  publish("news");
}

/** How many seconds the open item was looked at; a hidden tab does not count. */
export function secondsSpent() {
  return Math.round((spent + (document.hidden ? 0 : Date.now() - since)) / 100) / 10;
}

function keep() {
  desk.unkept = !keepDraft(desk.person.id, desk.detail.item.id, desk.draft);
}

/** Where the browser keeps nothing, it asks before a page with an unsaved answer is left. */
window.addEventListener("beforeunload", (event) => {
  if (!desk.unkept || !desk.draft?.touched) return;
  event.preventDefault();
  event.returnValue = "";
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) spent += Date.now() - since;
  else since = Date.now();
});
