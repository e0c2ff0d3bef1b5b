/** Reading the functions of an expression and what each is told. */

/** @import { Call, Parser } from "./read.js" */

import { FUNCTIONS } from "./functions.js";

/** What a function may be told, and what that is when nothing is said. @type {Record<string, [RegExp, string]>} */
const RULES = {
  age: [/^(years|months|days)$/, "years"],
  convert: [/^(number|string|boolean|json)$/, ""],
  cut: [/^-?\d{1,5}$/, ""],
  date: [/./s, "YYYY-MM-DD"],
  numeral: [/^[$€£¥]?0(,0)?(\.0{1,15})?%?$/, "0,0"],
  percent: [/^(\d|1[0-5])$/, "0"],
  prettyArray: [/./s, "and"],
  time: [/./s, "HH:mm"],
  timeRange: [/./s, "HH:mm"],
  truncate: [/^\d{1,5}$/, ""],
};

/** A function behind a bar that was just taken. @param {Parser} parser @returns {Call} */
export function readCall(parser) {
  parser.blanks();
  let start = parser.at;
  const name = parser.match(/[A-Za-z]*/y) ?? "";
  if (!Object.hasOwn(FUNCTIONS, name)) parser.fail(start);
  parser.blanks();
  /** @type {Call} */
  const call = { name, told: "", text: [] };
  const rule = RULES[name];
  if (rule) {
    let given = parser.take(":");
    parser.blanks();
    start = parser.at;
    if (given && name === "timeRange") {
      if (parser.here !== ",") call.end = parser.names();
      parser.blanks();
      given = parser.take(",");
    }
    const parts = given ? parser.textUntil("|") : [];
    call.told = parts.join("") || rule[1];
    if (parts.some((part) => typeof part !== "string") || !rule[0].test(call.told)) parser.fail(start);
  } else if (name.endsWith("fix")) {
    parser.expect(":");
    call.text = parser.textUntil("|", "_");
  }
  parser.blanks();
  if (parser.here !== "|" && parser.here !== "}") parser.fail();
  return call;
}
