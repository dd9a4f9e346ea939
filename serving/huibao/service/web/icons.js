// The icons, drawn here: 20 × 20, strokes in the colour of the text around them.

import { s } from "./dom.js";

const PATHS = {
  upload: "M10 13V3.5M6.5 7 10 3.5 13.5 7M3.5 12.5v3a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5v-3",
  download: "M10 3v9.5M6.5 9 10 12.5 13.5 9M3.5 13.5V15A1.5 1.5 0 0 0 5 16.5h10a1.5 1.5 0 0 0 1.5-1.5v-1.5",
  plus: "M10 4v12M4 10h12",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  file: "M5.5 2.5h6l3 3v12h-9zM11.5 2.5v3h3M8 10h4.5M8 13h4.5",
  check: "M4.5 10.5 8.5 14.5 15.5 6",
  alert: "M10 3 18 16.5H2zM10 8v4M10 14.2v.3",
  wait: "M10 3a7 7 0 1 0 7 7M10 6v4l2.5 2",
  retry: "M15.5 6.5A6.5 6.5 0 1 0 16.5 11M15.8 3v3.8H12",
  print: "M6 7V3h8v4M6 14H3.5V7.5h13V14H14M6 11.5h8V17H6z",
  key: "M12.5 3.5a4 4 0 1 1-3.6 5.7L3.5 14.6V17H6v-2h2v-2h1.2l1.1-1.2M13.5 6.6v.1",
  language: "M3 5h8M7 3.2V5M9 5c-.6 3-2.6 5.4-5.5 7M5 7.5c1 2 2.6 3.4 4.5 4.3M9.5 17l3.5-8.5 3.5 8.5M10.8 14h4.4",
  person: "M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M3.8 16.8c.6-3.2 3-5 6.2-5s5.6 1.8 6.2 5",
  help: "M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4M7.9 8c.1-1.3 1-2 2.1-2s2.1.8 2.1 1.9c0 1.6-2.1 1.7-2.1 3.2M10 13.6v.3",
  up: "M5.5 12 10 7.5 14.5 12",
  down: "M5.5 8 10 12.5 14.5 8",
};

/** An icon for the eye only; the words beside it say the same. */
export function icon(name) {
  return s(
    "svg",
    { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" },
    s("path", { d: PATHS[name] }),
  );
}
