import { parser } from "@lezer/json";

/** Where steps stand in the JSON of a definition. The text may be unfinished: what can be read counts. */

/** @typedef {{ key: string, from: number, to: number }} Place a step: its key in quotation marks, and the end of its value */

/** @param {string} text @returns {Place[]} in the order written */
export function placesOf(text) {
  /** @type {Place[]} */
  const found = [];
  const root = parser.parse(text).topNode.firstChild;
  if (root?.name !== "Object") return found;
  for (const property of root.getChildren("Property")) {
    const name = property.getChild("PropertyName");
    if (!name) continue;
    const key = unquoted(text.slice(name.from, name.to));
    if (key !== null) found.push({ key, from: property.from, to: property.to });
  }
  return found;
}

/** The step that a place of the text belongs to. @param {Place[]} places @param {number} at */
export const stepAt = (places, at) => places.find(({ from, to }) => from <= at && at <= to)?.key;

/** @param {string} text */
function unquoted(text) {
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The place of a finding in a text: from its line and column (from 1, a column being a character)
 * to the end of the word, text or number that stands there.
 * @param {string} text @param {{ line?: number, column?: number }} finding @returns {{ from: number, to: number }}
 */
export function rangeOf(text, { line = 1, column = 1 }) {
  let start = 0;
  for (let number = 1; number < line; number++) {
    const end = text.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  const row = [...text.slice(start, end < 0 ? text.length : end)];
  const from = start + row.slice(0, column - 1).join("").length;
  const rest = text.slice(from, end < 0 ? text.length : end);
  // A query or template has its place within a text: one word of it.
  const word = /^(?:"(?:[^"\\]|\\.)*"?|[\w.+-]+|.)/s.exec(rest)?.[0] ?? "";
  const to = from + Math.max(1, word.trimEnd().length);
  return { from: Math.max(0, Math.min(from, text.length - 1)), to: Math.min(to, text.length) };
}
