/** The functions that stand behind a bar, each from a value to a value. */

/** @import { Rendering } from "./values.js" */

import { toNumber, written } from "./decimals.js";
import { age, readTime, show } from "./times.js";
import { find, first, isEmpty, textsOf, toFixed, toJson, toText } from "./values.js";

/**
 * @typedef {(value: any, told: string, rendering: Rendering, more: any) => any} Run
 * `more`: of `timeRange` the names of its end; of `prefix` and `suffix` what makes their text
 */

/** @param {any} value @param {string} form such as `$0,0.00` */
function numeral(value, form) {
  const scaled = toFixed(value);
  if (scaled === undefined) return "";
  const [, currency = "", places = "", rate = ""] = /^([^0]?)[0,]+\.?(0*)(%?)$/.exec(form) ?? [];
  const digits = written(rate ? scaled * 100n : scaled, places.length, form.includes(","));
  return digits.replace(/^-?/, (sign) => sign + currency) + rate;
}

/** @param {any} value @param {string} form @param {string} zone */
function shown(value, form, zone) {
  const moment = readTime(value, zone);
  return moment ? show(moment, form) : "";
}

/** @type {Run} */
const date = (value, told, { zone }) => shown(value, told, zone);

/** @type {Run} */
function convert(value, told, rendering) {
  if (told === "json") return toJson(value, rendering);
  const scaled = toFixed(value);
  if (told === "number") return scaled === undefined ? null : toNumber(scaled);
  const text = toText(value, rendering);
  return told === "string" ? text : !isEmpty(value) && !/^(false|no)$/i.test(text) && scaled !== 0n;
}

/** @type {Run} */
function timeRange(value, told, { context, zone }, end) {
  let times = [value, end && find(context, end)];
  if (!end) {
    for (const pair of ["to,from", "end,start", "1,0"]) {
      const [two, one] = pair.split(",").map((name) => find(value, [name]));
      if (one !== undefined || two !== undefined) times = [one, two];
    }
  }
  const [day, other] = times.map((each) => shown(each, "YYYY-MM-DD", zone));
  if (day && day === other) return times.map((each) => shown(each, told, zone)).join("–");
  const days = times.map((each) => shown(each, `YYYY-MM-DD ${told}`, zone));
  return days.filter(Boolean).join(" – ");
}

const ANY = /./s;

/**
 * What each makes of a value, what it may be told, and what that is when nothing is said.
 * @type {Record<string, [run: Run, rule?: RegExp, otherwise?: string]>}
 */
export const FUNCTIONS = {
  __proto__: /** @type {any} */ (null),
  age: [
    (value, told, { zone, now }) => {
      const since = readTime(value, zone);
      const until = readTime(now, zone);
      return String((since && until && age(since, until, told)) ?? "");
    },
    /^(years|months|days)$/,
    "years",
  ],
  capitalize: [(value, _, rendering) => toText(value, rendering).replace(/^./su, (one) => one.toUpperCase())],
  convert: [convert, /^(number|string|boolean|json)$/],
  cut: [
    (value, told, rendering) => {
      const characters = [...toText(value, rendering)];
      const count = Number(told);
      return (told.startsWith("-") ? characters.slice(0, count) : characters.slice(count)).join("");
    },
    /^-?\d{1,5}$/,
  ],
  date: [date, ANY, "YYYY-MM-DD"],
  numeral: [numeral, /^[$€£¥]?0(,0)?(\.0{1,15})?%?$/, "0,0"],
  percent: [(value, told) => numeral(value, `0.${"0".repeat(Number(told))}%`), /^(\d|1[0-5])$/, "0"],
  prefix: [
    (value, _, rendering, text) => {
      const printed = toText(value, rendering);
      return printed && first(text(rendering) + printed);
    },
  ],
  prettyArray: [
    (value, told, rendering) => {
      const texts = Array.isArray(value) ? textsOf(value, rendering) : [toText(value, rendering)];
      const last = texts.pop() ?? "";
      return texts.length ? `${texts.join(", ")} ${told} ${last}` : last;
    },
    ANY,
    "and",
  ],
  suffix: [
    (value, _, rendering, text) => {
      const printed = toText(value, rendering);
      return printed && first(printed + text(rendering));
    },
  ],
  time: [date, ANY, "HH:mm"],
  timeRange: [timeRange, ANY, "HH:mm"],
  truncate: [
    (value, told, rendering) => {
      const text = toText(value, rendering);
      const kept = first(text, Number(told));
      return kept === text ? text : `${kept}…`;
    },
    /^\d{1,5}$/,
  ],
  upper: [(value, _, rendering) => toText(value, rendering).toUpperCase()],
};
