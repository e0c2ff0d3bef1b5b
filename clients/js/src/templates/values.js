/** Values of a context: finding them, and what they are as text and as numbers. */

import { fixed, plain, shortened, units } from "./decimals.js";

/** The longest text that is made; the rest is cut off. */
export const TEXT_CHARACTERS = 65536;
const DEPTH = 32;

/** What one filling in goes by: the values, the time now, the reader's zone. */
export class Rendering {
  /** @param {Record<string, any>} context @param {any} now @param {string} zone */
  constructor(context, now, zone) {
    this.context = context;
    this.now = now;
    this.zone = zone;
    /** Items and members that may still be looked at; behind them, arrays and objects end. */
    this.left = 100_000;
  }

  /** The items, as many as may still be looked at. @param {any[]} items */
  take(items) {
    const taken = items.slice(0, this.left);
    this.left -= taken.length;
    return taken;
  }
}

/** The first characters (code points) of a text. @param {string} text @param {number} [count] */
export function first(text, count = TEXT_CHARACTERS) {
  return text.length > count ? [...text.slice(0, 2 * count)].slice(0, count).join("") : text;
}

/** What stands at the names: own members and items only. @param {any} value @param {string[]} names */
export function find(value, names) {
  for (const name of names) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
    if (Array.isArray(value) && name === "length") return undefined;
    value = value[name];
  }
  return value;
}

/** Missing, null, or without anything in it. @param {any} value */
export function isEmpty(value) {
  return (value ?? "") === "" || (typeof value === "object" && !Object.keys(value).length);
}

/** What is printed for a value. @param {any} value @param {Rendering} rendering @returns {string} */
export function toText(value, rendering, depth = 0) {
  switch (typeof value) {
    case "string":
      return first(value);
    case "boolean":
      return String(value);
    case "bigint":
      return shortened(value);
    case "number":
      return plain(value) ?? "";
    case "object":
      if (value === null || depth >= DEPTH) return "";
      return first(Array.isArray(value) ? textsOf(value, rendering, depth).join(", ") : toJson(value, rendering, depth));
    default:
      return "";
  }
}

/** What is printed for each item that is not empty, as far as a text can be long. @param {any[]} items @param {Rendering} rendering */
export function textsOf(items, rendering, depth = 0) {
  const texts = [];
  let size = 0;
  for (const item of rendering.take(items)) {
    if (isEmpty(item)) continue;
    const text = toText(item, rendering, depth + 1);
    texts.push(text);
    size += text.length;
    if (size > 2 * TEXT_CHARACTERS) break;
  }
  return texts;
}

/** Compact JSON, members in the order of RFC 8785. @param {any} value @param {Rendering} rendering @returns {string} */
export function toJson(value, rendering, depth = 0) {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value !== "object") return toText(value, rendering) || "null";
  if (depth >= DEPTH) return "null";
  if (Array.isArray(value)) return `[${rendering.take(value).map((item) => toJson(item, rendering, depth + 1))}]`;
  const names = rendering.left ? rendering.take(Object.keys(value).sort()) : [];
  return `{${names.map((name) => `${JSON.stringify(name)}:${toJson(value[name], rendering, depth + 1)}`)}}`;
}

/**
 * The number that a value is, in units of `decimals.js`; undefined if it is none.
 * @param {any} value
 */
export function toFixed(value) {
  if (typeof value === "bigint") return value;
  if (typeof value === "string") return fixed(value);
  const digits = typeof value === "number" ? plain(value) : undefined;
  return digits === undefined ? undefined : units(digits);
}
