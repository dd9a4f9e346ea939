// The way through the queue: open, save and go on, back, skip; a failure stays until it is mended.

import { publish } from "../state.js";
import { t } from "../messages.js";
import { desk, askedSets, changeDraft, putDown, rememberDraft, secondsSpent, takeLabels, tell } from "./desk.js";
import { dropDraft, unanswered, valuesOf } from "./draft.js";
import * as service from "./service.js";
import { sayElsewhere } from "./tabs.js";

/** Runs one thing at a time; what goes wrong is shown with a way to try again. */
export async function attempt(act) {
  if (desk.busy) return;
  Object.assign(desk, { busy: true, trouble: null });
  publish("busy");
  try {
    await act();
  } catch (fault) {
    if (fault.status === undefined) throw fault;
    desk.trouble = { fault, again: fault.again ?? (() => attempt(act)) };
  } finally {
    desk.busy = false;
    publish("busy");
  }
}

/** Reads the label sets and the queue anew and opens its first item. */
export const start = () => attempt(freshQueue);

/** Opens an item of the queue. */
export const open = (item) => attempt(() => opened(item));

/** Opens any block of a page, to go through the report from there. */
export const openBlock = (page, place) =>
  attempt(async () => {
    const { item } = await service.blockOf(page, place);
    desk.walking = true;
    await opened(item);
  });

/** Goes back from a report to the queue. */
export function backToQueue() {
  desk.walking = false;
  return start();
}

/** Saves what is on the desk and goes on; what is missing is said instead. */
export function confirm() {
  const missing = unanswered(desk.draft, desk.detail, askedSets());
  if (missing) {
    tell(t("missing", t(`set_${missing}`)));
    return null;
  }
  return attempt(saved);
}

/** Takes the last save back and opens its item as it was. */
export const back = () =>
  attempt(async () => {
    let taken = null;
    try {
      taken = await service.undo();
    } catch (fault) {
      if (fault.name !== "nothing_to_undo") throw fault;
      tell(t("nothing_to_undo"));
      return;
    }
    if (desk.queue) desk.queue.position = Math.max(1, desk.queue.position - 1);
    await onward(async () => {
      desk.screen = "work";
      await opened(taken.item);
      tell(t("taken_back"));
    });
  });

/** Leaves the item for later. */
export const skip = () =>
  attempt(async () => {
    const { next } = await service.skip(desk.detail.item.id);
    await onward(async () => {
      await follow(next);
      tell(t("skipped"));
    });
  });

/** Marks or unmarks the answer as doubtful. */
export function toggleUnsure() {
  changeDraft({ ...desk.draft, unsure: !desk.draft.unsure });
}

/** Fetches what has changed under the open item and keeps of the draft what still fits. */
export const reopen = () =>
  attempt(async () => {
    takeLabels(await service.labels());
    const lost = putDown(await service.item(desk.detail.item.id), desk.draft);
    tell(lost ? t("refitted_lost", lost) : t("refitted"));
  });

async function freshQueue() {
  takeLabels(await service.labels());
  desk.queue = await service.queue();
  desk.detail = null;
  if (desk.queue.items.length) await opened(desk.queue.items[0]);
  else publish("item");
}

async function opened(item) {
  const lost = putDown(await service.item(item.id));
  desk.news = lost ? t("refitted_lost", lost) : "";
}

async function saved() {
  const { item, block } = desk.detail;
  const asked = askedSets();
  const answer = await service.decide({
    item: item.id,
    place: block.place,
    text_sha: block.text_sha,
    label_version: desk.labels.version,
    answers: valuesOf(desk.draft, asked),
    mode: item.blind ? "blind" : "open",
    seconds: secondsSpent(),
    unsure: desk.draft.unsure,
    note: desk.draft.note,
    by: desk.person.id,
  });
  dropDraft(desk.person.id, item.id);
  rememberDraft();
  sayElsewhere({ saved: item.id, person: desk.person.id });
  const done = desk.detail.page.blocks.find((one) => one.place === block.place);
  if (done) done.decided = true;
  await onward(() => follow(answer.next));
}

/** Runs what comes after something was stored; trying again then does not store it twice. */
async function onward(act) {
  try {
    await act();
  } catch (fault) {
    fault.again = () => attempt(act);
    throw fault;
  }
}

/** The next block of the report that is gone through, else the next item of the queue, else a fresh queue. */
async function follow(next) {
  if (desk.walking) {
    const { blocks, name } = desk.detail.page;
    const after = blocks[blocks.findIndex((one) => one.place === desk.detail.block.place) + 1];
    if (after) return opened((await service.blockOf(name, after.place)).item);
    desk.walking = false;
    return freshQueue();
  }
  if (desk.queue) Object.assign(desk.queue, { position: desk.queue.position + 1, items: desk.queue.items.filter((one) => one.id !== desk.detail.item.id) });
  return next ? opened(next) : freshQueue();
}
