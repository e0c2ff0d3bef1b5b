/** The functions that stand behind a bar, each from a value to a value. */

/** @import { Rendering } from "./values.js" */

import { toNumber, written } from "./decimals.js";
import { age, readTime, show } from "./times.js";
import { first, isEmpty, textsOf, toFixed, toJson, toText } from "./values.js";

/** @param {any} value @param {string} form such as `$0,0.00` */
function numeral(value, form) {
  const scaled = toFixed(value);
  if (scaled === undefined) return "";
  const [, currency = "", places = "", rate = ""] = /^([^0]?)[0,]+\.?(0*)(%?)$/.exec(form) ?? [];
  const digits = written(rate ? scaled * 100n : scaled, places.length, form.includes(","));
  return digits.replace(/^-?/, (sign) => sign + currency) + rate;
}

/** @param {any} value @param {string} form @param {string} zone */
function date(value, form, zone) {
  const moment = readTime(value, zone);
  return moment ? show(moment, form) : "";
}

/** @type {Record<string, (value: any, rendering: Rendering) => any>} */
const KINDS = {
  number(value) {
    const scaled = toFixed(value);
    return scaled === undefined ? null : toNumber(scaled);
  },
  boolean: (value, rendering) =>
    !isEmpty(value) && !/^(false|no)$/i.test(toText(value, rendering)) && toFixed(value) !== 0n,
  json: (value, rendering) => toJson(value, rendering),
  string: (value, rendering) => toText(value, rendering),
};

/** @type {Record<string, (value: any, told: string, rendering: Rendering) => any>} */
export const FUNCTIONS = {
  capitalize: (value, _, rendering) => toText(value, rendering).replace(/^./su, (character) => character.toUpperCase()),
  upper: (value, _, rendering) => toText(value, rendering).toUpperCase(),
  date: (value, form, { zone }) => date(value, form, zone),
  time: (value, form, { zone }) => date(value, form, zone),
  age(value, unit, { zone, now }) {
    const since = readTime(value, zone);
    const until = readTime(now, zone);
    return String((since && until && age(since, until, unit)) ?? "");
  },
  numeral,
  percent: (value, digits) => numeral(value, `0.${"0".repeat(Number(digits))}%`),
  convert: (value, kind, rendering) => KINDS[kind]?.(value, rendering),
  truncate(value, count, rendering) {
    const text = toText(value, rendering);
    const kept = first(text, Number(count));
    return kept === text ? text : `${kept}…`;
  },
  cut(value, count, rendering) {
    const characters = [...toText(value, rendering)];
    return (count.startsWith("-") ? characters.slice(0, Number(count)) : characters.slice(Number(count))).join("");
  },
  prettyArray(value, word, rendering) {
    const texts = Array.isArray(value) ? textsOf(value, rendering) : [toText(value, rendering)];
    const last = texts.pop() ?? "";
    return texts.length ? `${texts.join(", ")} ${word} ${last}` : last;
  },
};

/** The day is named only when they are of different days. @param {any} start @param {any} end @param {string} form @param {string} zone */
export function timeRange(start, end, form, zone) {
  const day = date(start, "YYYY-MM-DD", zone);
  if (day && day === date(end, "YYYY-MM-DD", zone)) return `${date(start, form, zone)}–${date(end, form, zone)}`;
  return [start, end]
    .map((each) => date(each, `YYYY-MM-DD ${form}`, zone))
    .filter(Boolean)
    .join(" – ");
}
