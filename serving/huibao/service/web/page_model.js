// One page as it was read: its blocks with their text, its entities, its evidence by dimension.

import { dimensionOf, labelIds } from "./labels.js";

// What has been done is evidence; what is planned or lacking is shown, but apart from it.
const BACK = new Set(["work_done", "results", "experience", "basic_situation"]);
const HEADINGS = new Set(["title", "heading"]);

/** The page of an answer to one file or text: beside its windows, in a list of one, or bare. */
export function pageOf(answer) {
  const told = oneOf(answer);
  const page = told?.page ?? told;
  return typeof page?.text === "string" && Array.isArray(page.reports) ? page : null;
}

/** The problem that stands in the place of a page, if one does. */
export function problemIn(answer) {
  return oneOf(answer)?.problem ?? null;
}

/** How many windows the model read, null where the answer does not tell. */
export function windowsOf(answer) {
  const windows = oneOf(answer)?.windows;
  return typeof windows === "number" ? windows : null;
}

function oneOf(answer) {
  const listed = Array.isArray(answer) ? answer : answer?.answers;
  return Array.isArray(listed) ? listed[0] : answer;
}

/** A page ready to be shown: blocks and entities in one list each, in reading order. */
export function prepared(page) {
  const slice = slicer(page.text);
  const blocks = [];
  const entities = [];
  for (const report of page.reports) {
    for (const block of report.blocks ?? []) {
      const place = blocks.length;
      const own = [...(block.entities ?? [])]
        .sort((a, b) => a.start - b.start)
        .map((entity) => ({ ...entity, block: place, role: block.role.id }));
      for (const entity of own) entity.place = entities.push(entity) - 1;
      blocks.push({ ...block, report: report.index, place, anchor: `b${place}`, own });
    }
  }
  return { ...page, blocks, entities, slice };
}

/** What of a block is text to show: pieces of plain text and of entities, hard line breaks undone. */
export function piecesOf(page, block) {
  const marks = block.own.filter((entity) => entity.start >= block.start && entity.end <= block.end);
  const pieces = [];
  let place = block.start;
  for (const entity of marks) {
    if (entity.start < place) continue;
    pieces.push({ text: page.slice(place, entity.start) });
    pieces.push({ text: page.slice(entity.start, entity.end), entity });
    place = entity.end;
  }
  pieces.push({ text: page.slice(place, block.end) });
  return block.kind === "table" ? pieces : unwrapped(pieces);
}

/** How many paragraphs of each dimension tell of work done, and how many of plans and the rest. */
export function evidenceOf(page) {
  const found = new Map(labelIds("dimensions").map((id) => [id, { done: 0, ahead: 0 }]));
  for (const block of page.blocks) {
    if (HEADINGS.has(block.kind)) continue;
    const dimensions = new Set((block.categories ?? []).map((tag) => dimensionOf(tag.id)));
    for (const dimension of dimensions) {
      const counts = found.get(dimension);
      if (counts) counts[BACK.has(block.role.id) ? "done" : "ahead"] += 1;
    }
  }
  return found;
}

/** How often each label occurs: a map from id to count. */
export function counted(ids) {
  const counts = new Map();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

// Offsets of the service count code points, those of this language pairs of surrogates as two.
function slicer(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (start, end) => text.slice(start, end);
  const signs = Array.from(text);
  return (start, end) => signs.slice(start, end).join("");
}

function unwrapped(pieces) {
  const whole = pieces.map((piece) => piece.text).join("");
  let place = 0;
  return pieces
    .map((piece) => {
      const start = place;
      place += piece.text.length;
      const text = piece.text.replace(/[^\S\n\r]*[\n\r]\s*/g, (gap, at) => {
        const before = whole[start + at - 1] ?? "";
        const after = whole[start + at + gap.length] ?? "";
        return /[A-Za-z0-9]/.test(before) && /[A-Za-z0-9]/.test(after) ? " " : "";
      });
      return { ...piece, text };
    })
    .filter((piece) => piece.text !== "");
}
