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
  const inView = new Set();
  const mark = () => {
    const first = page.blocks.find((block) => inView.has(block.anchor));
    const above = first && page.blocks.slice(0, first.place + 1).reverse().find((block) => links.has(block.anchor));
    for (const [anchor, link] of links) {
      if (anchor === above?.anchor) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const current = links.get(above?.anchor);
    if (current && place.scrollHeight > place.clientHeight && !place.contains(document.activeElement)) {
      const outside = current.offsetTop < place.scrollTop || current.offsetTop + 40 > place.scrollTop + place.clientHeight;
      if (outside) place.scrollTop = current.offsetTop - place.clientHeight / 3;
    }
  };
  watcher = new IntersectionObserver((changes) => {
    for (const change of changes) {
      if (change.isIntersecting) inView.add(change.target.id);
      else inView.delete(change.target.id);
    }
    mark();
  });
  region.querySelectorAll(".block").forEach((block) => watcher.observe(block));
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
