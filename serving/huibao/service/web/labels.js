// Names, order and parents of the labels: what GET /v1/labels says, whatever shape it has.

import { knows, language, t, word } from "./messages.js";

const KINDS = ["roles", "categories", "entities", "arenas", "genres", "dimensions"];
const known = Object.fromEntries(KINDS.map((kind) => [kind, new Map()]));

/** Takes the answer of the service. */
export function learnLabels(answer) {
  const sets = answer?.sets ?? answer ?? {};
  for (const kind of KINDS) {
    const listed = sets[kind]?.labels ?? sets[kind] ?? [];
    known[kind] = new Map((Array.isArray(listed) ? listed : []).map((label) => [label.id, label]));
  }
  const groups = sets.categories?.groups ?? sets.categories?.parents;
  if (!known.dimensions.size && Array.isArray(groups)) {
    known.dimensions = new Map(groups.map((group) => [group.id, group]));
  }
}

/** The ids of a kind, in the order of the label files. */
export function labelIds(kind) {
  return [...known[kind].keys()];
}

/** All that is known of a label, null when it is unknown. */
export function labelOf(kind, id) {
  return known[kind]?.get(id) ?? null;
}

/** The labels that an answer means: an older model may say `a|b` of labels that came from one. */
export function labelsMeant(id) {
  return String(id).split("|");
}

/** The name of a label in the language of the page; a readable form of its id when unknown. */
export function labelName(kind, id) {
  const meant = labelsMeant(id);
  if (meant.length > 1) return meant.map((one) => labelName(kind, one)).join(t("or_label"));
  const label = known[kind].get(id);
  if (language() === "en") {
    const named = label?.en ?? (knows("names", id) ? word("names", id) : null);
    return named ?? String(id).replace(/_/g, " ");
  }
  return label?.zh ?? label?.name ?? String(id).replace(/_/g, " ");
}

/** What the label means, as annotators are told; empty when unknown. */
export function definitionOf(kind, id) {
  return labelsMeant(id).map((one) => known[kind].get(one)?.definition ?? "").filter(Boolean).join("\n");
}

/** The dimension that a category is evidence for, null when unknown. */
export function dimensionOf(category) {
  const found = new Set(
    labelsMeant(category).map((one) => {
      const label = known.categories.get(one);
      return label?.dimension?.id ?? label?.dimension ?? label?.parent ?? null;
    }),
  );
  return found.size === 1 ? [...found][0] : null; // parts of one label may belong to two dimensions
}

/** The categories of a dimension, in order. */
export function categoriesOf(dimension) {
  return labelIds("categories").filter((id) => dimensionOf(id) === dimension);
}

/** 1 to 7 in circles, as official tables number them. */
export function dimensionSign(dimension) {
  const place = labelIds("dimensions").indexOf(dimension);
  return place < 0 ? "" : "①②③④⑤⑥⑦⑧⑨⑩"[place] ?? String(place + 1);
}

/** A short name that fits beside a bar. */
export function shortDimension(dimension) {
  return knows("dimensions_short", dimension) ? word("dimensions_short", dimension) : labelName("dimensions", dimension);
}

/** The sign that stands for a role where its name has no room, so that colour is never alone. */
export function roleGlyph(role) {
  if (labelsMeant(role).length > 1) return t("or_glyph");
  return knows("glyphs", role) ? word("glyphs", role) : labelName("roles", role).slice(0, 1);
}

/** Orders ids as the label files do, unknown ones last. */
export function inOrder(kind, ids) {
  const order = labelIds(kind);
  const place = (id) => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...ids].sort((a, b) => place(a) - place(b) || String(a).localeCompare(String(b)));
}

/** A chance in words for a title: “组织领导 91%”. */
export function withScore(kind, tag) {
  const share = typeof tag.score === "number" ? ` ${Math.round(tag.score * 100)}%` : "";
  return `${labelName(kind, tag.id)}${share}`;
}

/** The name of the genre, or that it is unclear. */
export function genreName(id) {
  return id ? labelName("genres", id) : t("unclear");
}
