// The questions of a block with their labels as buttons: key, name, what the model says, what is chosen.

import { h } from "../dom.js";
import { dimensionOf, labelName, labelOf, labelsMeant } from "../labels.js";
import { t } from "../messages.js";
import { askedSets, changeDraft, desk, showLabel } from "./desk.js";
import { chosenIn, differs, KINDS, modelAnswer, toggled, waitingIn } from "./draft.js";
import { keyCap } from "./keys.js";
import { currentType, mark } from "./paragraph.js";

const LEAST = 0.01; // chances below it are not shown

/** The questions of the open item, one section each. */
export function answerSections() {
  return askedSets().map((set) => (set === "genres" ? genreSection() : section(set)));
}

/** Chooses a label, as its key or its button does. */
export function choose(set, id) {
  if (set === "entities") mark(id);
  else changeDraft(toggled(desk.draft, set, id), { set, id });
}

function section(set) {
  const waiting = waitingIn(desk.detail, set);
  return h(
    "section",
    { class: "question", "aria-label": t(`set_${set}`), data: { set } },
    h(
      "h2",
      {},
      t(`set_${set}`),
      h("span", { class: "hint" }, hint(set)),
      waiting.length ? h("span", { class: "waiting" }, t("waiting_for", waiting.map((id) => labelName(set, id)).join(t("or_label")))) : null,
      modelWords(set),
    ),
    h("ul", { class: `choices ${set}` }, inForce(set).map((label) => h("li", {}, button(set, label.id, waiting)))),
  );
}

function hint(set) {
  if (set === "entities") return desk.editing ? t("hint_editing") : t("hint_entities");
  return KINDS[set] === "one" ? t("hint_one") : t("hint_many");
}

/** What the model says where no button shows it: labels it cannot tell apart, or that the answer is another. */
function modelWords(set) {
  const said = modelAnswer(desk.detail, set);
  if (!said) return null;
  const coarse = (KINDS[set] === "one" ? [said.value] : said.value?.yes ?? []).filter((id) => id && labelsMeant(id).length > 1);
  if (coarse.length) return h("span", { class: "model-says" }, t("model_coarse", coarse.map((id) => labelName(set, id)).join("、")));
  if (differs(desk.draft, desk.detail, set)) return h("span", { class: "model-says" }, t("changed_from_model"));
  if (KINDS[set] !== "one" || !said.value) return null;
  const second = said.runner_up && said.runner_up_score >= LEAST ? t("model_second", labelName(set, said.runner_up) + sharePercent(said.runner_up_score)) : "";
  return h("span", { class: "model-is" }, t("model_is", labelName(set, said.value) + sharePercent(said.score)) + second);
}

function sharePercent(score) {
  return typeof score === "number" ? ` ${Math.round(score * 100)}%` : "";
}

function button(set, id, waiting) {
  const chosen = set === "entities" ? currentType() === id : chosenIn(desk.draft, set).includes(id);
  const share = shareOf(set, id);
  const key = keyCap(set, desk.keys[set].get(id));
  const count = set === "entities" ? chosenIn(desk.draft, set).filter((one) => one === id).length : 0;
  const classes = ["choice", share?.runner ? "runner" : "", share?.first ? "first-guess" : "", waiting.includes(id) ? "candidate" : ""];
  return h(
    "button",
    {
      type: "button",
      class: classes.filter(Boolean).join(" "),
      "aria-pressed": set === "entities" && !desk.editing ? null : String(chosen),
      title: set === "categories" ? `${labelName(set, id)}\n${labelName("dimensions", dimensionOf(id) ?? "")}` : labelName(set, id),
      data: { id, stay: `${set}-${id}`, ...(set === "roles" ? { role: id } : {}), ...(set === "entities" ? { type: id } : {}) },
      on: {
        mousedown: (event) => event.preventDefault(), // the text keeps its selection until the click
        click: () => clicked(set, id),
        mousemove: () => showLabel(set, id), // not what comes to lie under a resting pointer
        focus: () => showLabel(set, id),
      },
    },
    key ? h("kbd", {}, key) : null,
    h("span", { class: "choice-name" }, labelName(set, id)),
    share ? h("span", { class: "share", title: share.first ? t("model_first") : t("model_other") }, `${Math.round(share.score * 100)}%`) : null,
    count ? h("span", { class: "share" }, String(count)) : null,
  );
}

function clicked(set, id) {
  choose(set, id);
  if (set !== "entities" && desk.editing) document.getElementById("card").focus({ preventScroll: true });
}

/** The chance that the model gives a label: `{score, first, runner}`, null where it is not told. */
function shareOf(set, id) {
  const said = modelAnswer(desk.detail, set);
  if (!said || set === "entities") return null;
  const first = KINDS[set] === "one" ? labelsMeant(said.value ?? "").includes(id) : (said.value?.yes ?? []).some((one) => labelsMeant(one).includes(id));
  const runner = said.runner_up === id;
  const whole = KINDS[set] === "one" && said.value === id ? said.score : runner ? said.runner_up_score : null;
  const score = said.scores?.[id] ?? whole;
  return typeof score === "number" && (score >= LEAST || first) ? { score, first, runner } : null;
}

function genreSection() {
  const said = modelAnswer(desk.detail, "genres");
  const list = h(
    "select",
    { id: "genre", data: { stay: "genre" }, on: { change: (event) => changeDraft(toggled(desk.draft, "genres", event.target.value), { set: "genres", id: event.target.value }) } },
    h("option", { value: "" }, t("choose_genre")),
    inForce("genres").map((label) => h("option", { value: label.id, selected: desk.draft.answers.genres === label.id }, labelName("genres", label.id))),
  );
  list.value = desk.draft.answers.genres ?? "";
  return h(
    "section",
    { class: "question genre", "aria-label": t("set_genres"), data: { set: "genres" } },
    h("h2", {}, h("label", { for: "genre" }, t("set_genres")), h("kbd", {}, ";")),
    list,
    said ? h("span", { class: "hint" }, t("model_is", labelName("genres", said.value ?? "") + sharePercent(said.score))) : null,
  );
}

function inForce(set) {
  return (desk.labels.sets[set]?.labels ?? []).filter((label) => label.status !== "retired" && labelOf(set, label.id));
}
