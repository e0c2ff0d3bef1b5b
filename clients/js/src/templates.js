/**
 * ParseTemplate, the language of the templates that behaviors hold: `protocol/spec/templates.md`
 * defines it, `protocol/vectors/templates.json` has its cases.
 */

/** @import { Clock } from "./templates/render.js" */

import { readTemplate } from "./templates/read.js";
import { TemplateError } from "./templates/reader.js";
import { render } from "./templates/render.js";

export { readTemplate, TemplateError };

const DEPTH = 64;

/**
 * A text filled in; one that cannot be read comes back as it is.
 * @param {string} text
 * @param {Record<string, any>} context the payload, with the user's profile as `profile`
 * @param {Clock} [clock]
 * @returns {any} the value itself when the text is one value, else text
 */
export function parseTemplate(text, context, clock) {
  try {
    return render(readTemplate(text), context, clock);
  } catch (error) {
    if (error instanceof TemplateError) return text;
    throw error;
  }
}

/** A JSON pointer (RFC 6901), or the same with dots. @param {string} pointer */
function namesOf(pointer) {
  if (!pointer.startsWith("/")) return pointer.split(".");
  const names = pointer.slice(1).split("/");
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * A behavior with every text at or inside the parts that its `templates` name filled in. What
 * was filled in is not looked at again; pointers that lead nowhere are passed over.
 * @template {{ templates?: string[] }} T
 * @param {T} behavior @param {Record<string, any>} context @param {Clock} [clock]
 * @returns {T}
 */
export function fillIn(behavior, context, clock) {
  /** @param {any} part @param {string[][]} named @param {boolean} whole @param {number} depth @returns {any} */
  function fill(part, named, whole, depth) {
    whole ||= named.some((names) => names.length === 0);
    if (depth > DEPTH || !(whole || named.length)) return part;
    if (typeof part === "string") return whole ? parseTemplate(part, context, clock) : part;
    if (part === null || typeof part !== "object") return part;
    const below = (/** @type {string} */ name) =>
      named.filter((names) => names[0] === name).map((names) => names.slice(1));
    if (Array.isArray(part)) return part.map((each, index) => fill(each, below(String(index)), whole, depth + 1));
    return Object.fromEntries(
      Object.entries(part).map(([name, each]) => [name, fill(each, below(name), whole, depth + 1)]),
    );
  }
  return fill(behavior, (behavior.templates ?? []).map(namesOf), false, 0);
}
