// Spans of a block as values: places count code points, spans never overlap, nothing here is drawn.

const NEAR = 2; // code points by which both ends may miss a suggestion and still mean it
const EDGE = /[\s，。；：、！？,.;:!?]/;

/** The code points of a text; places in spans are places in this list. */
export function signsOf(text) {
  return Array.from(text);
}

/** A range whose ends are in order. */
export function ordered(a, b) {
  return a <= b ? { start: a, end: b } : { start: b, end: a };
}

/** The range without blanks and punctuation at its ends, null when nothing is left. */
export function trimmed(signs, { start, end }) {
  let [from, to] = [start, end];
  while (from < to && EDGE.test(signs[from])) from += 1;
  while (to > from && EDGE.test(signs[to - 1])) to -= 1;
  return from < to ? { start: from, end: to } : null;
}

/** The suggestion that a range means, when both its ends are near; the nearest of several. */
export function snapped(range, suggestions) {
  const miss = (one) => Math.abs(one.start - range.start) + Math.abs(one.end - range.end);
  const near = suggestions.filter(
    (one) => Math.abs(one.start - range.start) <= NEAR && Math.abs(one.end - range.end) <= NEAR && overlaps(one, range),
  );
  return near.sort((a, b) => miss(a) - miss(b))[0] ?? null;
}

/** The suggestions that are not marked yet and do not touch what is. */
export function openSuggestions(suggestions, spans) {
  return suggestions.filter((one) => !spans.some((span) => overlaps(one, span)));
}

/**
 * The spans with one more, or with `instead` replaced by it.
 * Returns `{spans, at}`, or `{clash}`: the span that stands in the way.
 */
export function withSpan(spans, span, instead = null) {
  const others = spans.filter((one) => one !== instead);
  const clash = others.find((one) => overlaps(one, span));
  if (clash) return { clash };
  const all = [...others, span].sort((a, b) => a.start - b.start);
  return { spans: all, at: all.indexOf(span) };
}

/** The text cut at every place where something begins or ends; `spans` and `suggestions` by their place in their list. */
export function cutText(signs, spans, suggestions, picked) {
  const edges = new Set([0, signs.length]);
  for (const one of [...spans, ...suggestions, ...(picked ? [picked] : [])]) edges.add(one.start).add(one.end);
  const places = [...edges].filter((place) => place >= 0 && place <= signs.length).sort((a, b) => a - b);
  return places.slice(0, -1).map((start, i) => {
    const end = places[i + 1];
    const holds = (one) => one.start <= start && end <= one.end;
    return {
      start,
      end,
      text: signs.slice(start, end).join(""),
      span: spans.findIndex(holds),
      suggestion: suggestions.findIndex(holds),
      picked: Boolean(picked && picked.start < picked.end && holds(picked)),
    };
  });
}

/** The next place where a word may begin or end, in the direction of `step` (1 or -1). */
export function wordEdge(signs, place, step) {
  const kind = (sign) => (/[0-9０-９.%％]/.test(sign) ? "number" : EDGE.test(sign) || /[“”《》（）()]/.test(sign) ? "edge" : "word");
  let at = place + step;
  while (at > 0 && at < signs.length && kind(signs[at - 1]) === kind(signs[at])) at += step;
  return Math.min(Math.max(at, 0), signs.length);
}

function overlaps(a, b) {
  return a.start < b.end && b.start < a.end;
}
