// Which key stands for which label, and which keys the page keeps for itself.

const ROWS = "qwertyuiopadfgjklzxcvbnm"; // the letters as they lie on the keyboard, without S (skip) and H (help)
const DIGITS = "1234567890-=";
const KEPT = new Set(["s", "h", "/", ".", ";", "?"]);
const SHIFTED = "1234567890";

/** The keys of all labels: `{roles: Map(id, key)}`, a key of the label set first, else the next free one. */
export function keysOf(sets) {
  return {
    roles: assigned(sets.roles, DIGITS + "[]"),
    categories: assigned(sets.categories, ROWS),
    arenas: assigned(sets.arenas, SHIFTED),
    entities: assigned(sets.entities, ROWS),
    genres: new Map(),
  };
}

/** The label that a key press stands for: `{set, id}`, or null; `inText` while the text is edited. */
export function meantBy(keys, event, inText) {
  const digit = /^Digit(\d)$/.exec(event.code);
  if (event.shiftKey) {
    const id = digit ? owner(keys.arenas, digit[1]) : null;
    return id ? { set: "arenas", id } : null;
  }
  const key = event.key.toLowerCase();
  for (const set of inText ? ["entities", "roles"] : ["roles", "categories"]) {
    const id = owner(keys[set], key);
    if (id) return { set, id };
  }
  return null;
}

/** A key as it stands on a button. */
export function keyCap(set, key) {
  if (!key) return "";
  return set === "arenas" ? `⇧${key}` : key.toUpperCase();
}

function assigned(set, pool) {
  const labels = (set?.labels ?? []).filter((label) => label.status !== "retired");
  const taken = new Map();
  for (const label of labels) {
    const key = String(label.key ?? "").toLowerCase();
    if (key && pool.includes(key) && !KEPT.has(key) && ![...taken.values()].includes(key)) taken.set(label.id, key);
  }
  const free = [...pool].filter((key) => ![...taken.values()].includes(key));
  for (const label of labels) if (!taken.has(label.id) && free.length) taken.set(label.id, free.shift());
  return taken;
}

function owner(keys, key) {
  for (const [id, own] of keys) if (own === key) return id;
  return null;
}
