// Who works: a name from a list, for the head of the team with a pass phrase; no passwords for others.

import { setKey } from "../api.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../messages.js";
import { problemCard } from "../problem.js";
import { desk } from "./desk.js";
import * as service from "./service.js";
import { sayElsewhere } from "./tabs.js";

let listed = null;

/** The person who is signed in in this browser, null when nobody is. Throws a problem. */
export async function whoIsHere() {
  try {
    return await service.session();
  } catch (fault) {
    if (fault.status === 401 && fault.name !== "unauthorized") return null;
    throw fault;
  }
}

/** Shows the list of names; `entered` is called when someone has signed in. */
export async function askWho(place, entered, { expired = false } = {}) {
  fill(place, h("p", { class: "calm-line" }, t("loading")));
  try {
    listed = await service.people();
  } catch (fault) {
    fill(place, h("div", { class: "who" }, fault.name === "unauthorized" ? keyForm(() => askWho(place, entered, { expired })) : problemCard(fault, { retry: () => askWho(place, entered, { expired }) })));
    return;
  }
  renderWho(place, entered, expired);
}

function renderWho(place, entered, expired) {
  const trouble = h("div", { class: "who-trouble" });
  const phrase = h("input", { type: "password", id: "phrase", autocomplete: "off", spellcheck: "false", placeholder: t("phrase_hint") });
  const names = listed.people.map((person, i) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "name", data: { person: person.id }, on: { click: () => signIn(person, phrase.value, trouble, entered) } },
        h("kbd", {}, String(i + 1)),
        h("span", {}, person.name),
        person.head && listed.head_needs_pass_phrase ? h("i", {}, t("head")) : null,
      ),
    ),
  );
  const heads = listed.people.filter((person) => person.head);
  const pressed = (event) => {
    if (event.target === phrase && event.key === "Enter" && heads.length === 1) signIn(heads[0], phrase.value, trouble, entered);
    const chosen = /^[1-9]$/.test(event.key) && event.target !== phrase && listed.people[Number(event.key) - 1];
    if (chosen) signIn(chosen, phrase.value, trouble, entered);
  };
  fill(
    place,
    h(
      "section",
      { class: "who", "aria-labelledby": "who-title", on: { keydown: pressed } },
      h("h1", { id: "who-title" }, expired ? t("who_again") : t("who_title")),
      h("p", { class: "lead" }, expired ? t("who_again_lead") : t("who_lead")),
      names.length ? h("ul", { class: "names" }, names) : h("p", { class: "notice" }, t("nobody_listed")),
      listed.head_needs_pass_phrase ? h("p", { class: "phrase" }, h("label", { for: "phrase" }, t("phrase_label")), phrase) : null,
      trouble,
    ),
  );
  place.querySelector(".name")?.focus();
}

async function signIn(person, phrase, trouble, entered) {
  fill(trouble);
  try {
    const told = await service.enter(person.id, phrase.trim());
    Object.assign(desk, { person: told.person, head: told.head });
    sayElsewhere({ person: told.person.id });
    entered();
  } catch (fault) {
    fill(trouble, problemCard(fault));
  }
}

function keyForm(again) {
  const field = h("input", { type: "password", id: "key", autocomplete: "off", spellcheck: "false" });
  const submit = (event) => {
    event.preventDefault();
    setKey(field.value.trim());
    again();
  };
  return h(
    "form",
    { class: "key", on: { submit } },
    icon("key"),
    h("div", { class: "key-words" }, h("h2", {}, t("key_title")), h("p", {}, t("key_lead"))),
    h("label", { for: "key", class: "unseen" }, t("key_label")),
    field,
    h("button", { type: "submit", class: "primary" }, t("key_save")),
  );
}
