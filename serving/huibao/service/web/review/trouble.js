// What stands in the way at the moment: one plain sentence, what to do about it, nothing lost.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../messages.js";
import { problemCard } from "../problem.js";
import { desk } from "./desk.js";
import { reopen, start } from "./flow.js";
import { askWho, whoIsHere } from "./who.js";

/** The card of the present trouble, null when there is none. */
export function troubleCard() {
  const { trouble } = desk;
  if (!trouble) return null;
  const { fault, again } = trouble;
  if (fault.name === "no_session") return h("div", { class: "trouble-line" }, problemCard(fault), act("sign_in_again", () => signInAgain(again)));
  if (fault.name === "other_person") return h("div", { class: "trouble-line" }, problemCard(fault), act("take_over", takeOver));
  if (["text_changed", "labels_changed"].includes(fault.name)) return h("div", { class: "trouble-line" }, problemCard(fault), act("open_anew", reopen));
  if (fault.status === 404) return h("div", { class: "trouble-line" }, problemCard(fault), act("look_again", start));
  return problemCard(fault, { retry: again });
}

/** Signs in again over the open item; what was being saved is then saved. */
function signInAgain(again) {
  const was = desk.person.id;
  const veil = h("div", { class: "veil" });
  const card = h("div", { class: "help", role: "dialog", "aria-modal": "true", "aria-label": t("who_again") });
  veil.append(card);
  document.body.append(veil);
  const entered = () => {
    veil.remove();
    desk.trouble = null;
    if (desk.person.id === was) again();
    else start();
  };
  askWho(card, entered, { expired: true });
}

/** Goes on as the person whom another tab signed in. */
async function takeOver() {
  const here = await whoIsHere();
  if (here) Object.assign(desk, here);
  desk.trouble = null;
  start();
}

function act(name, run) {
  return h("button", { type: "button", class: "small strong", on: { click: run } }, icon("retry"), t(name));
}
