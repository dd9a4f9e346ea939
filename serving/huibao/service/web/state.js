// What the page shows at the moment; views subscribe and are told what changed.

const heard = new Map();

export const state = {
  screen: "intake", // intake | report
  readings: [],
  current: null,
  tab: "text", // text | table
  persons: "hidden", // hidden | shown | covered
  filters: noFilters(),
  needsKey: false,
  keyWrong: false,
  labelsFailed: false,
};

/** Filters that let everything pass. */
export function noFilters() {
  return { roles: new Set(), categories: new Set(), dimensions: new Set(), types: new Set() };
}

/** Calls `told` with the subject's news: language, screen, readings, reading, report, filters, key. */
export function subscribe(subject, told) {
  if (!heard.has(subject)) heard.set(subject, []);
  heard.get(subject).push(told);
}

/** Tells all who listen to the subject. */
export function publish(subject, news) {
  for (const told of heard.get(subject) ?? []) told(news);
}

/** Puts a label in or takes it out of a filter. */
export function toggleFilter(kind, id) {
  const chosen = state.filters[kind];
  if (!chosen.delete(id)) chosen.add(id);
  publish("filters");
}

/** Lets everything pass again. */
export function clearFilters() {
  state.filters = noFilters();
  publish("filters");
}
