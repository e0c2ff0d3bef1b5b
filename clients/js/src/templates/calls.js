/** Reading the functions of an expression and what each is told. */

/** @import { Call } from "./read.js" */
/** @import { Parser } from "./read.js" */

const FUNCTIONS =
  "age, capitalize, convert, cut, date, numeral, percent, prefix, prettyArray, suffix, time, timeRange, truncate, upper";
const WHOLE = "a whole number of at most 5 digits";

/**
 * What a function may be told, what that is when nothing is said, and how to say what it may.
 * @type {Record<string, [RegExp, string, string]>}
 */
const RULES = {
  age: [/^(years|months|days)$/, "years", "`years`, `months` or `days`"],
  convert: [/^(number|string|boolean|json)$/, "", "`number`, `string`, `boolean` or `json`"],
  cut: [/^-?\d{1,5}$/, "", WHOLE],
  numeral: [/^[$€£¥]?0(,0)?(\.0{1,15})?%?$/, "0,0", "a format such as `0,0.00`"],
  percent: [/^(\d|1[0-5])$/, "0", "a number of digits, 0 to 15"],
  truncate: [/^\d{1,5}$/, "", WHOLE],
};

/** @type {Record<string, string>} */
const FREE = { date: "YYYY-MM-DD", time: "HH:mm", timeRange: "HH:mm", prettyArray: "and" };

/** A plain text. @param {Parser} parser */
function plain(parser) {
  parser.blanks();
  const start = parser.at;
  const parts = parser.textUntil("|");
  if (parts.some((part) => typeof part !== "string")) parser.fail("a text without braces", start);
  return parts.join("");
}

/** A function behind a bar that was just taken. @param {Parser} parser @returns {Call} */
export function readCall(parser) {
  parser.blanks();
  const start = parser.at;
  const name = parser.match(/[A-Za-z]*/y) ?? "";
  if (!FUNCTIONS.split(", ").includes(name)) parser.fail(`a function: ${FUNCTIONS}`, start);
  parser.blanks();
  /** @type {Call} */
  const call = { name, told: FREE[name] ?? "" };
  const rule = RULES[name];
  if (name === "prefix" || name === "suffix") {
    parser.expect(":");
    call.text = parser.textUntil("|", "_");
  } else if (rule) {
    const given = parser.take(":");
    if (given) parser.blanks();
    const at = parser.at;
    call.told = given ? plain(parser) : rule[1];
    if (!rule[0].test(call.told)) parser.fail(rule[2], at);
  } else if (name === "timeRange") {
    let formed = false;
    if (parser.take(":")) {
      parser.blanks();
      if (parser.here !== ",") call.end = parser.names();
      parser.blanks();
      formed = parser.take(",");
    }
    if (formed) call.told = plain(parser) || call.told;
  } else if (name in FREE && parser.take(":")) call.told = plain(parser) || call.told;
  parser.blanks();
  if (parser.here !== "|" && parser.here !== "}") parser.fail("`|` or `}`");
  return call;
}
