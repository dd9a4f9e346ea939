// Saves what was read: the JSON that is shown, the workbook and the HTML file as the service makes them.

import { fetchRendering } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./messages.js";
import { pageOf } from "./page_model.js";
import { problemCard } from "./problem.js";
import { state } from "./state.js";

const FORMATS = [
  ["json", "application/json"],
  ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["html", "text/html"],
];

/** The buttons; a failure is told in `trouble`. */
export function downloadButtons(reading, trouble) {
  return h(
    "div",
    { class: "downloads", role: "group", "aria-label": t("downloads") },
    h("span", { class: "downloads-word" }, icon("download"), t("downloads")),
    FORMATS.map(([format]) => {
      const button = h(
        "button",
        { type: "button", class: "small", data: { format }, title: t("download_hint", t(`download_${format}`)) },
        t(`download_${format}`),
      );
      button.addEventListener("click", () => download(reading, format, button, trouble));
      return button;
    }),
    h("button", { type: "button", class: "small", title: t("print"), on: { click: () => window.print() } }, icon("print"), t("print")),
  );
}

async function download(reading, format, button, trouble) {
  button.disabled = true;
  button.textContent = t("downloading");
  fill(trouble);
  try {
    save(await rendering(reading, format), `${stem(reading.source.name)}.${format}`);
  } catch (fault) {
    fill(trouble, problemCard(fault));
  } finally {
    button.disabled = false;
    button.textContent = t(`download_${format}`);
  }
}

async function rendering(reading, format) {
  const persons = state.persons === "shown";
  if (format !== "json") return fetchRendering(reading.source, format, { persons });
  const held = persons === reading.persons ? reading.raw : null;
  const page = held ?? pageOf(JSON.parse(await (await fetchRendering(reading.source, format, { persons })).text()));
  return new Blob([`${JSON.stringify(page, null, 1)}\n`], { type: "application/json" });
}

/** Hands a blob to the browser as a file of that name. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function stem(name) {
  return name.replace(/\.(docx?|docm|pdf|txt|md|html?|mht|mhtml)$/i, "").replace(/[\\/:*?"<>|\n]/g, "_") || "report";
}
