// The queue of files and texts: one is read at a time; a busy service is asked again, a few times.

import { fetchLabels, problem, setKey, startReading } from "./api.js";
import { learnLabels } from "./labels.js";
import { pageOf, prepared, problemIn, windowsOf } from "./page_model.js";
import { noFilters, publish, state } from "./state.js";

const TRIES = 4;
const LONGEST_WAIT = 120; // seconds
let numbered = 0;
let running = null;
let resting = null;

/** Queues sources, `{name, file}` or `{name, text}`, and begins. */
export function read(sources) {
  for (const source of sources) {
    numbered += 1;
    state.readings.push({ id: `f${numbered}`, source, status: "waiting", batch: sources.length, tries: 0, share: 0, since: 0, until: 0 });
  }
  publish("readings");
  next();
}

/** Stops a reading or takes it out of the line. */
export function cancel(reading) {
  if (reading === running) {
    clearTimeout(resting);
    reading.stop?.();
    settle(reading, reading.page ? "done" : "cancelled");
  } else if (reading.status === "waiting") {
    settle(reading, reading.page ? "done" : "cancelled");
  }
}

/** Takes a finished reading off the list. */
export function remove(reading) {
  cancel(reading);
  state.readings = state.readings.filter((other) => other !== reading);
  if (state.current === reading) state.current = null;
  publish("readings");
}

/** Puts a reading at the end of the line once more. */
export function readAgain(reading) {
  Object.assign(reading, { status: "waiting", problem: null, tries: 0, share: 0 });
  publish("readings");
  next();
}

/** Opens what was read. */
export function open(reading) {
  if (state.current !== reading) state.filters = noFilters();
  state.current = reading;
  state.screen = "report";
  if (state.persons !== "hidden" && !reading.persons) readAgain(reading);
  publish("screen");
}

/** Hides, shows or covers personal names; the service sends them only when asked. */
export function choosePersons(choice) {
  state.persons = choice;
  const reading = state.current;
  if (reading && choice !== "hidden" && !reading.persons) readAgain(reading);
  publish("report");
}

/** Fetches the names of the labels; the page works with their ids until it has them. */
export async function learn() {
  try {
    learnLabels(await fetchLabels());
    state.labelsFailed = false;
    publish("language");
  } catch (fault) {
    state.labelsFailed = true;
    if (fault.status === 401) askForKey();
    else publish("key");
  }
}

/** Takes an API key and goes on with all that waited for it. */
export async function useKey(key) {
  setKey(key);
  state.needsKey = false;
  publish("key");
  await learn();
  if (state.needsKey) return;
  for (const reading of state.readings) if (reading.problem?.status === 401) readAgain(reading);
}

function askForKey() {
  state.keyWrong = state.needsKey || state.keyAsked === true;
  state.keyAsked = true;
  state.needsKey = true;
  publish("key");
}

function next() {
  if (running) return;
  running = state.readings.find((reading) => reading.status === "waiting") ?? null;
  if (running) begin(running);
}

async function begin(reading) {
  Object.assign(reading, { status: "sending", share: 0, tries: reading.tries + 1, problem: null });
  publish("reading", reading);
  const persons = state.persons !== "hidden";
  const { promise, cancel: stop } = startReading(reading.source, {
    persons,
    onSent: (share) => {
      reading.share = share;
      if (share >= 1 && reading.status === "sending") {
        Object.assign(reading, { status: "reading", since: Date.now() });
      }
      publish("reading", reading);
    },
  });
  reading.stop = stop;
  try {
    take(reading, await promise, persons);
  } catch (fault) {
    refuse(reading, fault.name !== undefined && fault.status !== undefined ? fault : problem(0, { type: "unreadable" }));
  }
}

function take(reading, { answer, timing, id }, persons) {
  if (reading !== running) return;
  const inside = problemIn(answer);
  const page = inside ? null : pageOf(answer);
  if (!page) throw inside ? problem(inside.status ?? 422, { id, ...inside }) : problem(0, { type: "unreadable", id });
  Object.assign(reading, { raw: page, page: prepared(page), timing, windows: windowsOf(answer), persons });
  settle(reading, "done");
  if (state.current === reading) publish("report");
  else if (state.screen === "intake" && isLastOfItsBatch(reading)) open(reading);
}

// One file or text opens by itself; of several, people choose.
function isLastOfItsBatch(reading) {
  return reading.batch === 1 && state.readings[state.readings.length - 1] === reading;
}

function refuse(reading, fault) {
  if (reading !== running || fault.cancelled) return;
  const wait = [429, 503].includes(fault.status) && fault.wait ? Math.ceil(fault.wait) : null;
  if (wait && wait <= LONGEST_WAIT && reading.tries < TRIES) {
    Object.assign(reading, { status: "busy", until: Date.now() + wait * 1000, problem: fault });
    publish("reading", reading);
    resting = setTimeout(() => begin(reading), wait * 1000);
    return;
  }
  reading.problem = fault;
  settle(reading, "failed");
  if (fault.status === 401) askForKey();
}

function settle(reading, status) {
  reading.status = status;
  if (running === reading) running = null;
  publish("reading", reading);
  publish("readings");
  next();
}
