// What the page asks of the service: one function for each route of the review.

import { askJson, fetchFile } from "../api.js";

const ROOT = "v1/review/";
const quoted = encodeURIComponent;

/** Who is signed in in this browser: `{person, head}`. Throws a problem of status 401 when nobody is. */
export const session = () => askJson(`${ROOT}session`);
/** The people to choose from. */
export const people = () => askJson(`${ROOT}people`);
/** Signs a person in. */
export const enter = (person, phrase) => askJson(`${ROOT}session`, "POST", phrase ? { person, pass_phrase: phrase } : { person });
/** Signs out. */
export const leave = () => askJson(`${ROOT}session`, "DELETE");
/** What is to be decided, and how far this person is. */
export const queue = (n = 40) => askJson(`${ROOT}queue?n=${n}`);
/** One item with its whole page. */
export const item = (id) => askJson(`${ROOT}items/${quoted(id)}`);
/** Stores answers. */
export const decide = (said) => askJson(`${ROOT}decisions`, "POST", said);
/** Takes this person's last save back by a further entry. */
export const undo = () => askJson(`${ROOT}undo`, "POST", {});
/** Leaves an item for later. */
export const skip = (id) => askJson(`${ROOT}skip`, "POST", { item: id });
/** All pages with their progress. */
export const pages = () => askJson(`${ROOT}pages`);
/** The item of a block of a page; without a place the first that is open. */
export const blockOf = (page, place) => askJson(`${ROOT}pages/${quoted(page)}${place ? `?place=${quoted(place)}` : ""}`);
/** Blocks that two people answered differently. */
export const disagreements = () => askJson(`${ROOT}disagreements`);
/** Stores which answer holds, and why people differed. */
export const adjudicate = (said) => askJson(`${ROOT}adjudications`, "POST", said);
/** The label sets with counts and keys. */
export const labels = () => askJson(`${ROOT}labels`);
/** The changes made so far. */
export const changes = () => askJson(`${ROOT}changes`);
/** What a change would do; nothing is written. */
export const preview = (yaml) => askJson(`${ROOT}changes/preview`, "POST", { yaml });
/** Makes a change. */
export const apply = (yaml) => askJson(`${ROOT}changes/apply`, "POST", { yaml });
/** Takes the last change back. */
export const undoChange = (why) => askJson(`${ROOT}changes/undo`, "POST", { why });
/** Counts, agreement, how often the model was corrected. */
export const statistics = () => askJson(`${ROOT}statistics`);
/** All decisions as a file. */
export const exported = (to) => fetchFile(`${ROOT}export?to=${quoted(to)}`);
/** The workspace as a file to keep. */
export const backup = () => fetchFile(`${ROOT}backup`);
