// The sheet of a change of a label set, as YAML; strings are quoted as JSON does, which YAML reads too.

export const OPERATIONS = ["add", "rename", "merge", "split", "retire", "redefine", "move"];

/** The sheet of what a form says. */
export function changeSheet(set, op, said, { why, by, version }) {
  const lines = [`set: ${set}`, `op: ${op}`, ...bodyOf(set, op, said), `why: ${quoted(why)}`, `by: ${quoted(by)}`, `from_version: ${quoted(version)}`];
  return `${lines.join("\n")}\n`;
}

/** Lines of a text field, without empty ones. */
export function linesOf(text) {
  return String(text ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
}

function bodyOf(set, op, said) {
  const id = `id: ${said.ids?.[0] ?? ""}`;
  switch (op) {
    case "add":
      return ["label:", ...indented(labelLines(set, said.parts[0]), 2), ...listed("may_take_from", said.take ?? [])];
    case "rename":
      return [id, `name: ${quoted(said.name)}`];
    case "merge":
      return [...listed("ids", said.ids ?? []), `into: ${said.into ?? ""}`];
    case "split":
      return [id, "into:", ...said.parts.flatMap((part) => asItem(labelLines(set, part)))];
    case "retire":
      return [id, ...(said.into ? [`to: ${said.into}`] : [])];
    case "redefine":
      return [id, `definition: ${quoted(said.definition)}`, ...(said.minor ? ["minor: true"] : [])];
    case "move":
      return [id, `parent: ${said.parent ?? ""}`, ...(said.code ? [`code: ${quoted(said.code)}`] : [])];
    default:
      return [];
  }
}

/** A new label, whole: what the label files ask of each. */
function labelLines(set, part) {
  const lines = [`id: ${part.id ?? ""}`, `name: ${quoted(part.name)}`];
  if (part.parent) lines.push(`parent: ${part.parent}`);
  if (set === "categories") lines.push(`code: ${quoted(part.code)}`);
  lines.push(`definition: ${quoted(part.definition)}`, "cues:");
  lines.push(`  positive: ${inline(words(part.words))}`, "  negative: []");
  lines.push(...block("neighbours", linesOf(part.neighbours).map(pair).map(([id, rule]) => `  ${id}: ${quoted(rule)}`), "{}"));
  if (set === "entities") lines.push(`inside: ${inline([])}`, `outside: ${inline([])}`, `normal_form: ${quoted(part.normal_form)}`);
  if (set === "genres") lines.push(`sequence: ${inline(words(part.sequence))}`);
  lines.push(...block("examples", linesOf(part.examples).map((text) => `  - {text: ${quoted(text)}}`), "[]"));
  lines.push(...block("counterexamples", linesOf(part.counterexamples).map(counter), "[]"));
  return lines;
}

function block(key, lines, none) {
  return lines.length ? [`${key}:`, ...lines] : [`${key}: ${none}`];
}

function counter(line) {
  const [text, rest = "none"] = line.split(/\s*(?:=>|→)\s*/);
  const [instead, why] = pair(rest);
  return `  - {text: ${quoted(text)}, instead: ${instead || "none"}, why: ${quoted(why || text)}}`;
}

function pair(line) {
  const found = /^\s*([\w-]+)\s*[:：]\s*(.*)$/.exec(line);
  return found ? [found[1], found[2]] : [line.trim(), ""];
}

function words(text) {
  return String(text ?? "").split(/[、,，\s]+/).filter(Boolean);
}

function listed(key, ids) {
  return ids.length ? [`${key}: [${ids.join(", ")}]`] : [];
}

function inline(said) {
  return `[${said.map(quoted).join(", ")}]`;
}

function indented(lines, by) {
  return lines.map((line) => " ".repeat(by) + line);
}

function asItem(lines) {
  return indented(lines, 4).map((line, i) => (i ? line : `  - ${line.trim()}`));
}

function quoted(text) {
  return JSON.stringify(String(text ?? ""));
}
