// What the decisions add up to: counts, agreement, what is confused, how often the model is corrected.

import { save } from "../downloads.js";
import { fill, h, s } from "../dom.js";
import { icon } from "../icons.js";
import { labelName } from "../labels.js";
import { t } from "../messages.js";
import { problemCard } from "../problem.js";
import { desk } from "./desk.js";
import { bar, filledFrom, percent, personName } from "./screen_parts.js";
import * as service from "./service.js";

const SETS = ["roles", "categories", "arenas", "entities", "genres"];
const FORMS = [["jsonl", "jsonl"], ["labelstudio", "json"], ["doccano", "jsonl"], ["prodigy", "jsonl"]];
const [WIDE, HIGH] = [280, 96]; // of the drawing over time
let shown = "roles";

/** Builds the screen. */
export function renderNumbers(place) {
  return filledFrom(place, service.statistics, (told) => {
    const region = h("div", { class: "numbers" });
    draw(region, told);
    return region;
  });
}

function draw(region, told) {
  const tab = (set) =>
    h("button", { type: "button", "aria-pressed": String(set === shown), data: { stay: set }, on: { click: () => ((shown = set), draw(region, told), region.querySelector(`[data-stay="${set}"]`).focus()) } }, t(`set_${set}`));
  fill(
    region,
    h("div", { class: "numbers-main", tabindex: "0", role: "region", "aria-label": t("screen_numbers") }, h("div", { class: "tabs", role: "group", "aria-label": t("sets") }, SETS.map(tab)), labelTable(told), confusions(told)),
    h("aside", { class: "numbers-side", "aria-label": t("progress") }, progress(told), overTime(told), keeping()),
  );
}

function labelTable(told) {
  const rows = told.labels.filter((label) => label.set === shown);
  const most = Math.max(1, ...rows.map((row) => row.count));
  const agreement = told.agreement?.[shown] ?? {};
  const pairs = new Map((agreement.labels ?? []).map((one) => [one.id, one]));
  const spans = new Map(Object.entries(agreement.spans ?? {}));
  const agreeing = (id) => (shown === "entities" ? spanCells(spans.get(id)) : pairCells(pairs.get(id)));
  const heads = shown === "entities" ? ["strict", "partial", "pairs"] : ["kappa", "agree", "pairs"];
  return h(
    "table",
    { class: "numbers-table" },
    h("caption", { class: "unseen" }, t(`set_${shown}`)),
    h("thead", {}, h("tr", {}, [h("th", { scope: "col" }, t("label")), h("th", { scope: "col", colspan: "2" }, t("decided_count")), h("th", { scope: "col", colspan: "2" }, t("corrected")), heads.map((name) => h("th", { scope: "col", class: "numeric", title: t(`${name}_hint`) }, t(name)))])),
    h(
      "tbody",
      {},
      wholeRow(pairs.get("all") ?? spans.get("all"), agreeing),
      rows.map((row) =>
        h(
          "tr",
          { data: { id: row.id } },
          h("th", { scope: "row", title: peopleWords(row) }, labelName(shown, row.id)),
          h("td", { class: "numeric" }, String(row.count)),
          h("td", { class: "drawn" }, bar(row.count / most)),
          h("td", { class: "numeric" }, percent(row.corrected_share)),
          h("td", { class: "drawn short" }, typeof row.corrected_share === "number" ? bar(row.corrected_share, "corrected") : null),
          agreeing(row.id),
        ),
      ),
    ),
  );
}

/** The agreement on the set as a whole, where two people have decided anything. */
function wholeRow(all, agreeing) {
  if (!all?.n) return null;
  return h("tr", { class: "whole" }, h("th", { scope: "row" }, t("whole_set")), h("td", { colspan: "4" }), agreeing("all"));
}

function peopleWords(row) {
  return Object.entries(row.people ?? {}).map(([id, n]) => `${personName(id)} ${n}`).join("\n");
}

function pairCells(one) {
  return cells(one, [decimal(one?.kappa), percent(one?.agree_share)]);
}

function spanCells(one) {
  return cells(one, [decimal(one?.strict), decimal(one?.partial)]);
}

function cells(one, said) {
  if (!one) return [1, 2, 3].map(() => h("td", { class: "numeric dim" }, "–"));
  if (one.too_few) return [h("td", { class: "numeric dim", colspan: "2" }, t("too_few_pairs")), h("td", { class: "numeric" }, String(one.n))];
  return [...said.map((words) => h("td", { class: "numeric" }, words)), h("td", { class: "numeric" }, String(one.n))];
}

function decimal(number) {
  return typeof number === "number" ? number.toFixed(2) : "–";
}

function confusions(told) {
  const found = told.agreement?.[shown]?.confused ?? [];
  if (!found.length) return null;
  return h(
    "section",
    { class: "confusions" },
    h("h2", {}, t("confused_pairs")),
    h("ul", {}, found.map((pair) => h("li", {}, h("p", {}, h("b", {}, labelName(shown, pair.a)), " ⇄ ", h("b", {}, labelName(shown, pair.b)), h("span", { class: "hint" }, ` ${t("times", pair.n)}`)), pair.rule ? h("p", {}, pair.rule) : null, (pair.examples ?? []).map((text) => h("p", { class: "example" }, text))))),
  );
}

function progress(told) {
  const { progress: said = {} } = told;
  const people = Object.entries(said.people ?? {});
  const most = Math.max(1, ...people.map(([, n]) => n));
  return h(
    "section",
    {},
    h("h2", {}, t("progress")),
    h("p", { class: "figure" }, h("b", {}, String(said.decided ?? 0)), ` / ${said.blocks ?? 0} ${t("blocks_word")}`),
    bar(said.blocks ? said.decided / said.blocks : 0),
    h("ul", { class: "people" }, people.map(([id, n]) => h("li", {}, h("span", {}, personName(id)), bar(n / most), h("span", { class: "numeric" }, String(n))))),
  );
}

/** The corrected share week by week; where people decided blind, the model did not sway them. */
function overTime(told) {
  const weeks = (told.model_over_time ?? []).filter((one) => one.set === shown && typeof one.corrected_share === "number");
  const all = [...new Set(weeks.map((one) => one.week))].sort();
  const title = h("h2", {}, t("over_time"));
  if (all.length < 2) return h("section", {}, title, h("p", { class: "hint" }, t("over_time_few")));
  const top = Math.max(0.1, ...weeks.map((one) => one.corrected_share));
  const lines = ["blind", "open"].map((mode) => [mode, weeks.filter((one) => one.mode === mode)]).filter(([, points]) => points.length);
  const place = (one) => [(all.indexOf(one.week) / (all.length - 1)) * WIDE, HIGH - (one.corrected_share / top) * HIGH];
  return h(
    "section",
    {},
    title,
    s(
      "svg",
      { class: "line-drawing", viewBox: `-6 -8 ${WIDE + 12} ${HIGH + 16}`, role: "img", "aria-label": lines.map(lineWords).join("；") },
      s("line", { class: "axis", x1: 0, y1: HIGH, x2: WIDE, y2: HIGH }),
      lines.map(([mode, points]) => [
        s("polyline", { class: mode, points: points.map((one) => place(one).map((number) => number.toFixed(1)).join(",")).join(" ") }),
        points.map((one) => s("circle", { class: mode, cx: place(one)[0], cy: place(one)[1], r: 3 }, s("title", {}, `${one.week} ${percent(one.corrected_share)} (${one.n})`))),
      ]),
    ),
    h("p", { class: "axis-words" }, h("span", {}, all[0]), h("span", {}, all[all.length - 1])),
    lines.map((line) => h("p", { class: `line-key ${line[0]}` }, lineWords(line))),
  );
}

function lineWords([mode, points]) {
  return `${t(`mode_${mode}`)}：${t("over_time_told", percent(points[0].corrected_share), percent(points[points.length - 1].corrected_share))}`;
}

function keeping() {
  const trouble = h("div", {});
  const button = (words, name, fetched, hint) =>
    h(
      "button",
      {
        type: "button",
        class: "small",
        title: hint,
        on: {
          click: async () => {
            fill(trouble);
            try {
              save(await fetched(), name);
            } catch (fault) {
              fill(trouble, problemCard(fault));
            }
          },
        },
      },
      icon("download"),
      words,
    );
  const day = new Date().toISOString().slice(0, 10);
  return h(
    "section",
    { class: "keeping" },
    h("h2", {}, t("export")),
    h("div", { class: "forms" }, FORMS.map(([to, ending]) => button(t(`export_${to}`), `huibao-${day}-${to}.${ending}`, () => service.exported(to)))),
    h("p", { class: "hint" }, t("export_hint"), " ", h("code", {}, "huibao labels export --to")),
    desk.head ? [h("h2", {}, t("backup")), button(t("backup_now"), `huibao-backup-${day}.zip`, service.backup, t("backup_hint")), h("p", { class: "hint" }, t("backup_hint"))] : null,
    trouble,
  );
}
