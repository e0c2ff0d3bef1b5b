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

/** A tree of names; null says that all within is named. @typedef {Map<string | null, any>} Named */

/** Pointers of JSON (RFC 6901), or the same with dots. @param {string[]} pointers */
function treeOf(pointers) {
  /** @type {Named} */
  const tree = new Map();
  for (const pointer of pointers) {
    const names = pointer.startsWith("/")
      ? pointer.slice(1).split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
      : pointer.split(".");
    let at = tree;
    for (const name of names.slice(0, DEPTH + 1)) {
      if (!at.has(name)) at.set(name, new Map());
      at = at.get(name);
    }
    at.set(null, null);
  }
  return tree;
}

/**
 * A behavior with every text at or inside the parts that its `templates` name filled in. What
 * was filled in is not looked at again; pointers that lead nowhere are passed over.
 * @template {{ templates?: string[] }} T
 * @param {T} behavior @param {Record<string, any>} context @param {Clock} [clock]
 * @returns {T}
 */
export function fillIn(behavior, context, clock) {
  /** @param {any} part @param {Named | undefined} named @param {number} depth @returns {any} */
  function fill(part, named, depth) {
    if (!named?.size || depth > DEPTH) return part;
    const whole = named.has(null);
    if (typeof part === "string") return whole ? parseTemplate(part, context, clock) : part;
    if (part === null || typeof part !== "object") return part;
    const filled = Object.entries(part).map(([name, each]) => {
      return [name, fill(each, whole ? named : named.get(name), depth + 1)];
    });
    return Array.isArray(part) ? filled.map(([, each]) => each) : Object.fromEntries(filled);
  }
  return fill(behavior, treeOf(behavior.templates ?? []), 0);
}
