// What the screens beside the review share: fetching with a calm wait, failures with a retry.

import { fill, h, s } from "../dom.js";
import { t } from "../messages.js";
import { problemCard } from "../problem.js";
import { desk, takeLabels } from "./desk.js";
import * as service from "./service.js";

/** Fetches what a screen shows and builds it; a failure says so and can be tried again. */
export async function filledFrom(place, fetched, build) {
  fill(place, h("p", { class: "calm-line" }, t("loading")));
  try {
    if (!desk.labels) takeLabels(await service.labels());
    if (!desk.people.size) desk.people = new Map((await service.people()).people.map((one) => [one.id, one.name]));
    const told = await fetched();
    if (place.isConnected) fill(place, build(told));
  } catch (fault) {
    if (fault.status === undefined) throw fault;
    fill(place, h("div", { class: "calm-state" }, problemCard(fault, { retry: () => filledFrom(place, fetched, build) })));
  }
}

/** The name of a person, the id where nobody of that id is on the list. */
export function personName(id) {
  return desk.people.get(id) ?? id;
}

/** A share as people read it, a dash where it is not known. */
export function percent(share) {
  return typeof share === "number" ? `${Math.round(share * 100)}%` : "–";
}

/** A time of the service, to the minute. */
export function minute(at) {
  return String(at ?? "").slice(0, 16).replace("T", " ");
}

/** A bar for a share of one; the numbers beside it say the same. */
export function bar(share, name = "share") {
  return s(
    "svg",
    { class: `share-bar ${name}`, viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    s("rect", { class: "ground", x: 0, y: 2, width: 100, height: 6 }),
    s("rect", { class: "filled", x: 0, y: 2, width: Math.max(0, Math.min(100, share * 100)), height: 6 }),
  );
}
