// Builds elements; text only ever enters as text nodes, so a report cannot write markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `on` holds listeners, `data` the dataset, the rest are attributes (null: left out). */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, heard] of Object.entries(value)) element.addEventListener(event, heard);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name === "value") {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Puts children in the place of all that an element held. */
export function fill(element, ...children) {
  element.textContent = "";
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** The same, and the focus stays on what has the same `data-stay` as what had it. */
export function refill(element, ...children) {
  const stay = element.contains(document.activeElement) ? document.activeElement.dataset.stay : null;
  fill(element, ...children);
  if (stay) element.querySelector(`[data-stay="${CSS.escape(stay)}"]`)?.focus({ preventScroll: true });
  return element;
}

/** Tells a screen reader what changed without moving the focus. */
export function speak(words) {
  document.getElementById("spoken").textContent = words;
}

/** Scrolls in the way the reader asked for. */
export function scrollTo(element, block = "start") {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });
}
