// Errors in plain words with their request id, and the field for an API key.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { knows, t, word } from "./messages.js";
import { useKey } from "./readings.js";
import { state } from "./state.js";

/** The sentence for a problem: by its name, else by its status, else what the service says. */
export function problemWords(fault) {
  for (const name of [fault.name, String(fault.status || "unreachable")]) {
    if (name && knows("problems", name)) return word("problems", name);
  }
  return fault.title || fault.detail || t("failed");
}

/** A problem as a card; `retry` is optional. */
export function problemCard(fault, { retry = null } = {}) {
  const detail = [fault.title, fault.detail].filter(Boolean).join("：");
  return h(
    "div",
    { class: "problem", role: "alert" },
    icon("alert"),
    h(
      "div",
      {},
      h("p", { class: "problem-words" }, problemWords(fault)),
      detail ? h("p", { class: "problem-detail" }, `${t("problem_service")}：${detail}`) : null,
      fault.id ? h("p", { class: "problem-detail" }, `${t("problem_id")}：`, h("code", {}, fault.id)) : null,
    ),
    retry ? h("button", { type: "button", class: "small", on: { click: retry } }, icon("retry"), t("retry")) : null,
  );
}

/** The form for the key, or nothing while the service asks for none. */
export function renderKey(place) {
  if (!state.needsKey) {
    fill(place, state.labelsFailed ? h("p", { class: "notice" }, t("labels_failed")) : null);
    return;
  }
  const field = h("input", { type: "password", id: "key", autocomplete: "off", required: true, spellcheck: "false", placeholder: t("key_label") });
  const form = h(
    "form",
    {
      class: "key",
      on: {
        submit: (event) => {
          event.preventDefault();
          useKey(field.value.trim());
        },
      },
    },
    icon("key"),
    h("div", { class: "key-words" }, h("h2", {}, t("key_title")), h("p", {}, state.keyWrong ? t("key_wrong") : t("key_lead"))),
    h("label", { for: "key", class: "unseen" }, t("key_label")),
    field,
    h("button", { type: "submit", class: "primary" }, t("key_save")),
  );
  fill(place, form);
  field.focus();
}
