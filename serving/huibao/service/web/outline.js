// The headings of a page at its left, each with the sign of its role; the one in view is marked.

import { fill, h } from "./dom.js";
import { labelName, roleGlyph } from "./labels.js";
import { t } from "./messages.js";
import { open } from "./readings.js";
import { state } from "./state.js";
import { goToBlock } from "./text.js";

let watcher = null;

/** Fills the column; a list of files stands above when several were read. */
export function renderOutline(place, page) {
  const headings = page.blocks.filter((block) => block.kind === "heading" || (block.kind === "title" && page.reports.length > 1));
  fill(
    place,
    fileList(),
    h(
      "nav",
      { class: "outline", "aria-label": t("outline") },
      h("h2", {}, t("outline")),
      headings.length ? h("ul", {}, headings.map(entry)) : h("p", { class: "hint" }, t("no_outline")),
    ),
  );
}

/** Marks the heading whose part of the report is in view. */
export function followReading(place, region, page) {
  watcher?.disconnect();
  const links = new Map([...place.querySelectorAll("[data-anchor]")].map((link) => [link.dataset.anchor, link]));
  const headings = headingsAbove(page, links);
  const inView = new Set();
  let current = null;
  watcher = new IntersectionObserver((changes) => {
    for (const change of changes) {
      const block = Number(change.target.id.slice(1));
      if (change.isIntersecting) inView.add(block);
      else inView.delete(block);
    }
    const heading = inView.size ? headings[Math.min(...inView)] : null;
    if (heading === current) return;
    current?.removeAttribute("aria-current");
    current = heading;
    current?.setAttribute("aria-current", "true");
    if (current) keepInSight(place, current);
  });
  region.querySelectorAll(".block").forEach((block) => watcher.observe(block));
}

/** For each block the entry of the heading it stands under, null above the first. */
function headingsAbove(page, links) {
  let above = null;
  return page.blocks.map((block) => (above = links.get(block.anchor) ?? above));
}

function keepInSight(place, link) {
  if (place.scrollHeight <= place.clientHeight || place.contains(document.activeElement)) return;
  const bottom = place.scrollTop + place.clientHeight;
  if (link.offsetTop < place.scrollTop || link.offsetTop + 40 > bottom) place.scrollTop = link.offsetTop - place.clientHeight / 3;
}

function entry(block) {
  const role = block.role.id;
  return h(
    "li",
    { data: { level: String(Math.min(block.level, 4)) } },
    h(
      "button",
      { type: "button", data: { anchor: block.anchor, role }, on: { click: () => goToBlock(block.anchor) } },
      h("span", { class: "glyph", "aria-hidden": "true" }, roleGlyph(role)),
      h("span", { class: "outline-text" }, block.text),
      h("span", { class: "unseen" }, ` ${t("role_is", labelName("roles", role))}`),
    ),
  );
}

function fileList() {
  const read = state.readings.filter((reading) => reading.page);
  if (read.length < 2) return null;
  return h(
    "nav",
    { class: "files", "aria-label": t("files") },
    h("h2", {}, t("files")),
    h(
      "ul",
      {},
      read.map((reading) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              title: reading.source.name,
              "aria-current": reading === state.current ? "true" : null,
              on: { click: () => open(reading) },
            },
            reading.source.name,
          ),
        ),
      ),
    ),
  );
}
