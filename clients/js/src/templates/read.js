/** Reading a client template: text in which `{…}` are expressions, each becomes a function of what it is filled in with. */

/** @import { Rendering } from "./values.js" */

import { bounded, fixed, reckon } from "./decimals.js";
import { equalTo, TESTS } from "./conditions.js";
import { FUNCTIONS } from "./functions.js";
import { find, first, isEmpty, TEXT_CHARACTERS, toFixed, toText } from "./values.js";

/**
 * @typedef {(rendering: Rendering) => any} Run
 * @typedef {{ _run: Run, _kind: 0 | 1 | 2 }} Expression `_kind`: 0 makes text, 1 a value that is printed, 2 one that stays what it is
 * @typedef {(string | Expression)[]} Parts
 */

const TEMPLATE_CHARACTERS = 16384;
const CALLS = 16;
const NESTING = 16;
const NUMBER = /-?\d+(?:\.\d+)?(?![^ \t\r\n{}|,:?()"'=<>!+*/[\]])/y;
const NAME = /(?:[^ \t\r\n{}|,:?()"'=<>!+*/[\]\\.]|\\[ -/:-@[-`{-~])+/y;
/** Each word ends before a blank or what begins a text. */
const WORDS =
  /(is(?=[ \t\r\n?{"'])[ \t\r\n]*)?(not(?=[ \t\r\n?{"'])[ \t\r\n]*)?((?:in|includes|excludes|exists|empty)(?=[ \t\r\n?{"']))?/y;
const BLANKS = /[ \t\r\n]*/y;
const QUOTED = /(["'])((?:\\.|[^\\])*?)\1/sy;

/** Without the backslashes that make a character plain. @param {string} text */
const unescaped = (text) => text.replace(/\\([ -/:-@[-`{-~])/g, "$1");

/** Where a template goes wrong, and what should stand there, is told by the server's checker; pages show the text as it is. */
const fail = () => {
  throw new SyntaxError();
};

/** @param {Parts} parts @returns {Run} */
const textOf = (parts) => (rendering) => {
  let made = "";
  for (const part of parts) {
    made += typeof part === "string" ? part : toText(part._run(rendering), rendering);
    if (made.length > 2 * TEXT_CHARACTERS) break;
  }
  return first(made);
};

/** A text, or the value itself if it is one value. @param {Parts} parts @param {number} [kind] @returns {Run} */
const sideOf = (parts, kind = 1) => {
  const [part] = parts;
  return parts.length === 1 && part && typeof part !== "string" && part._kind >= kind ? part._run : textOf(parts);
};

/**
 * What fills the template in: with the value itself when it is one value without functions, or with `convert` as the
 * last one; else with text. Throws a `SyntaxError`.
 * @param {string} text @returns {Run}
 */
export function readTemplate(text) {
  let at = 0;
  /** How many braces and parentheses are open. */
  let depth = 0;

  /** The character at the place; at the end, an empty string. */
  const here = () => text.charAt(at);

  /** What fits the sticky pattern here, and its groups, having gone on behind it. @param {RegExp} pattern */
  const match = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found;
  };

  /** The character behind blanks. */
  const next = () => {
    match(BLANKS);
    return here();
  };

  /** @param {string} word */
  const take = (word) => {
    const found = text.startsWith(word, at);
    if (found) at += word.length;
    return found;
  };

  /** @param {string} word */
  const expect = (word) => {
    next();
    if (!take(word)) fail();
  };

  const enter = () => {
    if (++depth > NESTING) fail();
  };

  /** @param {string} closing */
  const leave = (closing) => {
    expect(closing);
    depth -= 1;
  };

  /** The names of a dotted pointer. @returns {string[]} */
  const names = () => {
    const found = [];
    if (here() === "-") fail();
    do {
      const [name = ""] = match(NAME) ?? fail();
      found.push(unescaped(name));
    } while (take("."));
    return found;
  };

  /** Behind blanks a text in quotes, up to the same quote again, if there is one. */
  const quoted = () => {
    next();
    const [, quote, inside = ""] = match(QUOTED) ?? [];
    if (!quote && /["']/.test(here())) fail();
    return quote && { _plain: unescaped(inside) };
  };

  /**
   * A text up to one of `stops` or the brace that ends the expression, trimmed, with
   * `blank` for an unescaped underscore.
   * @param {string} stops @param {string} [blank] @returns {Parts}
   */
  const textUntil = (stops, blank = "_") => {
    const alone = quoted();
    if (!alone) return partsUntil(`${stops}}`, blank);
    if (!next() || !`${stops}}`.includes(here())) fail();
    return [alone._plain].filter(Boolean);
  };

  /** With a `blank`, trimmed at the end. @param {string} stops @param {string} [blank] @returns {Parts} */
  const partsUntil = (stops, blank) => {
    const literal = new RegExp(`(?:\\\\[^]|[^{${stops}])*`, "y");
    /** @type {Parts} */
    const parts = [];
    for (;;) {
      const [raw = ""] = match(literal) ?? [];
      const more = take("{");
      parts.push(
        raw.replace(/\\([ -/:-@[-`{-~])|[ \t\r\n]+|_/g, (found, plain, from) => {
          if (!blank || plain) return plain ?? found;
          if (found === "_") return blank;
          return more || from + found.length < raw.length ? found : "";
        }),
      );
      if (!more) return parts.filter(Boolean);
      parts.push(expression());
    }
  };

  /** What stands behind a brace that was just taken, and its end. @returns {Expression} */
  const expression = () => {
    enter();
    next();
    const made = match(/switch[ \t\r\n]*\(/y) ? switched() : valueOrChoice();
    leave("}");
    return made;
  };

  /** @returns {Expression} */
  const valueOrChoice = () => {
    let run = values();
    /** @type {Expression["_kind"]} */
    let kind = 2;
    let left = CALLS;
    if (next() && here() !== "|" && here() !== "}") return choice(run);
    while (here() === "|") {
      if (!left--) fail();
      at += 1;
      const [name, told, more] = readCall();
      const of = run;
      run = (rendering) => FUNCTIONS[name]?.[0](of(rendering), told, rendering, more);
      kind = name === "convert" ? 2 : 1;
    }
    return { _run: run, _kind: kind };
  };

  /** A function behind a bar that was just taken, and what it is told. @returns {[string, string, any]} */
  const readCall = () => {
    next();
    const [name = ""] = match(/[A-Za-z]+/y) ?? [];
    const known = FUNCTIONS[name] ?? fail();
    const [, rule, otherwise = ""] = known;
    let told = "";
    let more;
    next();
    if (rule) {
      let given = take(":");
      next();
      if (given && name === "timeRange") {
        if (here() !== ",") more = names();
        next();
        given = take(",");
      }
      const parts = given ? textUntil("|") : [];
      told = parts.join("") || otherwise;
      if (parts.some((part) => typeof part !== "string") || !rule.test(told)) fail();
    } else if (name.endsWith("fix")) {
      expect(":");
      more = textOf(textUntil("|", " "));
    }
    if (next() !== "|" && here() !== "}") fail();
    return [name, told, more];
  };

  /** @param {Run} left @returns {Expression} */
  const choice = (left) => {
    const [name = "", negated] = test();
    /** @type {Run[]} */
    const right = [];
    if (name === "in") {
      do right.push(sideOf(textUntil(",?")));
      while (take(","));
    } else if (!/^(exists|empty|)$/.test(name)) right.push(sideOf(textUntil("?")));
    expect("?");
    const yes = textOf(textUntil(":"));
    expect(":");
    const no = textOf(textUntil(""));
    /** @type {Run} */
    const run = (rendering) => {
      const sides = right.map((side) => side(rendering));
      return (TESTS[name]?.(left(rendering), sides, rendering) === negated ? no : yes)(rendering);
    };
    return { _run: run, _kind: 0 };
  };

  /** The test's word or sign, and whether it is the contrary. @returns {[string | undefined, boolean]} */
  const test = () => {
    const sign = match(/([=!])=|[<>]=?|(?=\?)/y);
    if (sign) return [sign[1] ? "is" : sign[0], sign[1] === "!"];
    const [all, , not, word = "is"] = match(WORDS) ?? [];
    if (!all) fail();
    return [word, !!not];
  };

  /** @returns {Expression} */
  const switched = () => {
    enter();
    const of = values();
    leave(")");
    expect("=>");
    /** @type {[Run | null, Run][]} */
    const cases = [];
    do {
      next();
      const start = at;
      const key = sideOf(textUntil("|"));
      const otherwise = /^\*[ \t\r\n]*$/.test(text.slice(start, at));
      expect("|");
      cases.push([otherwise ? null : key, textOf(textUntil(","))]);
    } while (take(","));
    /** @type {Run} */
    const run = (rendering) => {
      const equal = equalTo(of(rendering), rendering);
      const found = cases.find(([key]) => key && equal(key(rendering))) ?? cases.findLast(([key]) => !key);
      return found?.[1](rendering);
    };
    return { _run: run, _kind: 0 };
  };

  /** The first value that is not empty; if all are, the last. @returns {Run} */
  const values = () => {
    /** @type {Run[]} */
    const all = [];
    do {
      all.push(arithmetic());
      next();
    } while (take(","));
    return (rendering) => {
      let found;
      for (const each of all) if (!isEmpty((found = each(rendering)))) break;
      return found;
    };
  };

  /** @returns {Run} */
  const arithmetic = () => {
    const alone = operand();
    /** @type {[string, Run][]} */
    const steps = [["+", alone]];
    for (;;) {
      next();
      const [operator] = match(/[-+*/]/y) ?? [];
      if (!operator) break;
      steps.push([operator, operand()]);
    }
    return steps.length === 1 ? alone : (rendering) => reckoned(steps, rendering);
  };

  /** @returns {Run} */
  const operand = () => {
    const alone = quoted();
    if (alone) return () => alone._plain;
    if (take("(")) {
      enter();
      const group = values();
      leave(")");
      return group;
    }
    const [number] = match(NUMBER) ?? [];
    if (number) {
      const scaled = fixed(number) ?? fail();
      return () => scaled;
    }
    const pointer = names();
    const now = pointer.length === 1 && pointer[0] === "now";
    return ({ context, now: time }) => {
      const found = find(context, pointer);
      return found === undefined && now ? time : found;
    };
  };

  if (text.length > TEMPLATE_CHARACTERS && [...text].length > TEMPLATE_CHARACTERS) fail();
  const parts = partsUntil("}");
  if (here()) fail();
  return sideOf(parts, 2);
}

/** The result; undefined when an operand is no number or there is none. @param {[string, Run][]} steps @param {Rendering} rendering */
function reckoned(steps, rendering) {
  let total = 0n;
  let product = 0n;
  for (const [operator, operand] of steps) {
    const scaled = toFixed(operand(rendering));
    if (scaled === undefined) return undefined;
    if (operator === "*" || operator === "/") {
      const made = reckon(product, operator, scaled);
      if (made === undefined) return undefined;
      product = made;
    } else {
      total += product;
      product = operator === "-" ? -scaled : scaled;
    }
  }
  return bounded(total + product);
}
