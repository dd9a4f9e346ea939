// What a person has chosen for a block and not yet saved; kept in the browser until it is saved.

import { labelsMeant } from "../labels.js";

const KEPT = "huibao.review.";
const REST = "rest";
export const KINDS = { roles: "one", genres: "one", categories: "many", arenas: "many", entities: "span" };

/** The draft that an item opens with: what was chosen here before, else this person's, else the model's answer. */
export function draftOf(detail, sets) {
  const answers = {};
  for (const set of Object.keys(detail.answers)) answers[set] = opening(set, detail.answers[set] ?? {}, detail.item.blind, sets);
  const mine = Object.values(detail.answers).map((one) => one.mine).find(Boolean);
  return { answers, unsure: mine?.unsure ?? false, note: mine?.note ?? "", touched: false };
}

/** What the model said of a set, null in a blind item and where it said nothing. */
export function modelAnswer(detail, set) {
  return detail.item.blind ? null : detail.answers[set]?.model ?? null;
}

/** The labels chosen in a set, as a list of ids; of spans their types. */
export function chosenIn(draft, set) {
  const said = draft.answers[set];
  if (said === null || said === undefined) return [];
  return KINDS[set] === "one" ? [said] : KINDS[set] === "many" ? said : said.map((span) => span.label);
}

/** Chooses or drops a label of a set of one or of many. */
export function toggled(draft, set, id) {
  const said = draft.answers[set];
  const now = KINDS[set] === "one" ? id : said.includes(id) ? said.filter((one) => one !== id) : [...said, id];
  return { ...draft, touched: true, answers: { ...draft.answers, [set]: now } };
}

/** The labels among which an earlier decision of the block must still choose. */
export function waitingIn(detail, set) {
  return detail.answers[set]?.waiting ?? [];
}

/** The first set, of those asked, that lacks its answer, null when none does; many reports have no clear genre. */
export function unanswered(draft, detail, asked) {
  return (
    asked.find((set) => {
      if (KINDS[set] === "one") return !draft.answers[set] && set !== "genres";
      if (KINDS[set] === "span") return draft.answers[set].some((span) => labelsMeant(span.label).length > 1);
      const waiting = waitingIn(detail, set);
      return waiting.length > 0 && !waiting.some((id) => draft.answers[set].includes(id));
    }) ?? null
  );
}

/** The answers as the service stores them. */
export function valuesOf(draft, asked) {
  const values = {};
  for (const set of asked) {
    const said = draft.answers[set];
    if (KINDS[set] === "one") {
      if (said) values[set] = said;
    } else if (KINDS[set] === "many") values[set] = { yes: said, no: REST };
    else values[set] = { spans: said.map(({ start, end, text, label }) => ({ start, end, text, label })), judged: REST };
  }
  return values;
}

/** Whether an answer differs from the model's; false where the model said nothing. */
export function differs(draft, detail, set) {
  const said = modelAnswer(detail, set);
  if (!said) return false;
  const theirs = opening(set, { model: said }, false, null);
  return key(set, theirs) !== key(set, draft.answers[set]);
}

/** Keeps a draft in this browser; false where the browser keeps nothing. */
export function keepDraft(person, item, draft) {
  try {
    localStorage.setItem(KEPT + person + "." + item, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** The draft that was kept for an item, null when there is none. */
export function keptDraft(person, item) {
  try {
    return JSON.parse(localStorage.getItem(KEPT + person + "." + item));
  } catch {
    return null;
  }
}

/** Forgets the draft of an item that was saved. */
export function dropDraft(person, item) {
  try {
    localStorage.removeItem(KEPT + person + "." + item);
  } catch {
    // nothing was kept then
  }
}

/**
 * A draft for a block or for label sets that have changed meanwhile: what still fits.
 * Returns `{draft, lost}`; `lost` counts what does not.
 */
export function fitted(draft, detail, sets) {
  const answers = {};
  let lost = 0;
  const fresh = draftOf(detail, sets).answers;
  const signs = Array.from(detail.block.text);
  for (const set of Object.keys(detail.answers)) {
    const said = draft.answers[set];
    const known = idsInForce(sets, set);
    if (said === undefined) answers[set] = fresh[set];
    else if (KINDS[set] === "one") answers[set] = said === null || known.has(said) ? said : null;
    else if (KINDS[set] === "many") answers[set] = said.filter((id) => known.has(id));
    else answers[set] = said.filter((span) => labelsMeant(span.label).every((id) => known.has(id)) && signs.slice(span.start, span.end).join("") === span.text);
    if (said !== undefined) lost += KINDS[set] === "one" ? Number(said !== answers[set]) : said.length - answers[set].length;
  }
  return { draft: { ...draft, answers }, lost };
}

/** This person's own answer, else the one that counts so far, else the model's; in a blind item only the own. */
function opening(set, { mine = null, gold = null, model = null }, blind, sets) {
  const said = mine?.value ?? (blind ? null : gold?.value ?? model?.value ?? null);
  const known = sets ? idsInForce(sets, set) : null;
  const fits = (id) => labelsMeant(id).every((one) => !known || known.has(one));
  const certain = (id) => labelsMeant(id).length === 1 && fits(id);
  if (KINDS[set] === "one") return said && certain(said) ? said : null;
  if (KINDS[set] === "many") return (said?.yes ?? []).filter(certain);
  return (said?.spans ?? []).filter((span) => fits(span.label)).map(({ start, end, text, label }) => ({ start, end, text, label }));
}

function idsInForce(sets, set) {
  return new Set((sets[set]?.labels ?? []).filter((label) => label.status !== "retired").map((label) => label.id));
}

function key(set, said) {
  if (KINDS[set] === "one") return String(said);
  if (KINDS[set] === "many") return [...said].sort().join(" ");
  return said.map((span) => `${span.start}-${span.end}-${span.label}`).sort().join(" ");
}
