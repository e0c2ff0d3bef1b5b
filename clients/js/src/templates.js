/**
 * ParseTemplate, the language of the templates that behaviors hold: `protocol/spec/templates.md`
 * defines it, `protocol/vectors/templates.json` has its cases.
 */

import { toNumber } from "./templates/decimals.js";
import { readTemplate } from "./templates/read.js";
import { Rendering } from "./templates/values.js";

export { readTemplate };

/**
 * @typedef {{ now?: string | number, zone?: string }} Clock
 * `now`: RFC 3339 or Unix time; `zone`: an IANA name, UTC if it is absent or not known.
 */

const DEPTH = 64;

/**
 * A text filled in; one that cannot be read comes back as it is.
 * @param {string} text
 * @param {Record<string, any>} context the payload, with the user's profile as `profile`
 * @param {Clock} [clock]
 * @returns {any} the value itself when the text is one value, else text
 */
export function parseTemplate(text, context, { now, zone = "UTC" } = {}) {
  try {
    const made = readTemplate(text)(new Rendering(context, now, zone));
    return typeof made === "bigint" ? toNumber(made) : made === undefined ? "" : made;
  } catch {
    return text;
  }
}

/** The names of a pointer of JSON (RFC 6901), or the same with dots. @param {string} pointer */
const namesOf = (pointer) =>
  pointer.startsWith("/")
    ? pointer.slice(1).split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
    : pointer.split(".");

/**
 * A behavior with every text at or inside the parts that its `templates` name filled in. What
 * was filled in is not looked at again; pointers that lead nowhere are passed over.
 * @template {{ templates?: string[] }} T
 * @param {T} behavior @param {Record<string, any>} context @param {Clock} [clock]
 * @returns {T}
 */
export function fillIn(behavior, context, clock) {
  /** `named`: what is left of the pointers that lead here. @param {any} part @param {string[][]} named @param {number} depth @returns {any} */
  function fill(part, named, depth) {
    if (!named.length || depth > DEPTH) return part;
    const whole = named.some((names) => !names.length);
    if (typeof part === "string") return whole ? parseTemplate(part, context, clock) : part;
    if (part === null || typeof part !== "object") return part;
    const filled = Object.entries(part).map(([name, each]) => {
      const within = whole ? named : named.filter(([one]) => one === name).map(([, ...rest]) => rest);
      return [name, fill(each, within, depth + 1)];
    });
    return Array.isArray(part) ? filled.map(([, each]) => each) : Object.fromEntries(filled);
  }
  return fill(behavior, (behavior.templates ?? []).map(namesOf), 0);
}
