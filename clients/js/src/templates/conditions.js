/** The tests of `{test ? a : b}`: whether they hold. */

/** @import { Rendering } from "./values.js" */

import { compareTimes, readTime } from "./times.js";
import { isEmpty, toFixed, toText } from "./values.js";

/**
 * The test whether others are equal to a value: numbers (also as text) by their size, everything
 * else by its text.
 * @param {any} value @param {Rendering} rendering @returns {(other: any) => boolean}
 */
export function equalTo(value, rendering) {
  const size = toFixed(value);
  const text = toText(value, rendering);
  return (other) => {
    const otherSize = toFixed(other);
    const sized = size !== undefined && otherSize !== undefined;
    return sized ? size === otherSize : text === toText(other, rendering);
  };
}

/** @param {any} left @param {any} right @param {Rendering} rendering */
function includes(left, right, rendering) {
  if (isEmpty(right)) return false;
  if (Array.isArray(left)) return rendering.take(left).some(equalTo(right, rendering));
  if (left !== null && typeof left === "object") return Object.hasOwn(left, toText(right, rendering));
  return toText(left, rendering).includes(toText(right, rendering));
}

/** Less than zero, zero or more; NaN if there is no order. @param {any} left @param {any} right @param {string} zone */
function order(left, right, zone) {
  const one = toFixed(left);
  const other = toFixed(right);
  if (one !== undefined && other !== undefined) return one < other ? -1 : Number(one > other);
  const first = readTime(left, zone);
  const second = readTime(right, zone);
  return first && second ? compareTimes(first, second) : NaN;
}

/** @type {Record<string, (left: any, right: any[], rendering: Rendering) => boolean>} */
export const TESTS = {
  "": (left) => !isEmpty(left) && left !== false && toFixed(left) !== 0n,
  exists: (left) => left !== undefined && left !== null,
  empty: isEmpty,
  is: (left, [right], rendering) => equalTo(left, rendering)(right),
  in(left, right, rendering) {
    const [items] = right;
    const among = right.length === 1 && Array.isArray(items) ? rendering.take(items) : right;
    return among.some(equalTo(left, rendering));
  },
  includes: (left, [right], rendering) => includes(left, right, rendering),
  excludes: (left, [right], rendering) => !includes(left, right, rendering),
  "<": (left, [right], { zone }) => order(left, right, zone) < 0,
  ">": (left, [right], { zone }) => order(left, right, zone) > 0,
  "<=": (left, [right], { zone }) => order(left, right, zone) <= 0,
  ">=": (left, [right], { zone }) => order(left, right, zone) >= 0,
};
