// The language of the page: one table of sentences for each, the choice remembered where it can be.

import { en } from "./messages_en.js";
import { zh } from "./messages_zh.js";

const TABLES = { zh, en };
const KEPT = "huibao.language";
let current = remembered();

/** The language in force: `zh` or `en`. */
export function language() {
  return current;
}

/** Chooses a language; a browser that keeps nothing only forgets it. */
export function setLanguage(name) {
  current = name in TABLES ? name : "zh";
  try {
    localStorage.setItem(KEPT, current);
  } catch {
    // storage is switched off on many office machines
  }
}

/** Adds the sentences of another page, `{zh, en}`; tables of words grow by their words. */
export function teach(more) {
  for (const [name, table] of Object.entries(more)) {
    for (const [key, said] of Object.entries(table)) {
      const plain = typeof said === "object" && !Array.isArray(said);
      TABLES[name][key] = plain ? { ...TABLES[name][key], ...said } : said;
    }
  }
}

/** The sentence of a key; a sentence with gaps is a function of what fills them. */
export function t(key, ...gaps) {
  const said = TABLES[current][key] ?? zh[key];
  return typeof said === "function" ? said(...gaps) : said ?? key;
}

/** The word for `id` in a table of words such as `statuses`; the id itself where there is none. */
export function word(table, id) {
  return TABLES[current][table]?.[id] ?? String(id);
}

/** Whether a table has a word for `id` in the language in force. */
export function knows(table, id) {
  return TABLES[current][table]?.[id] !== undefined;
}

/** A sentence of the reader in the language of the page; unknown sentences stay as they are. */
export function translated(sentence) {
  for (const [pattern, told] of TABLES[current].sentences) {
    const found = pattern.exec(sentence);
    if (found) return told(...found.slice(1));
  }
  return sentence;
}

/** A number as people write it. */
export function grouped(number) {
  const [whole, part] = String(number).split(".");
  const sign = whole.startsWith("-") ? "-" : "";
  const digits = whole.replace("-", "").replace(/\B(?=(\d{3})+$)/g, ",");
  return sign + digits + (part ? `.${part}` : "");
}

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "en" ? "en" : "zh";
  } catch {
    return "zh";
  }
}
