/** Reading a client template: text in which `{…}` are expressions. */

import { readCall } from "./calls.js";
import { fixed } from "./decimals.js";
import { Reader, TemplateError } from "./reader.js";

/**
 * @typedef {string | Expression} Part
 * @typedef {Part[]} Text
 * @typedef {{ name: string, told: string, text: Text, end?: string[] }} Call
 * @typedef {{ kind: "value", values: Values, calls: Call[] }} Value
 * @typedef {{ kind: "choice", left: Values, test: string, negated: boolean, right: Text[], yes: Text, no: Text }} Choice
 * @typedef {{ kind: "switch", of: Values, cases: [Text | null, Text][] }} Switch a null key is the `*`
 * @typedef {Value | Choice | Switch} Expression
 * @typedef {string | bigint | string[] | { group: Values }} Operand quoted, number, pointer
 * @typedef {{ steps: [string, Operand][] }} Arithmetic operands, each with the operator before it
 * @typedef {(Operand | Arithmetic)[]} Values
 */

const TEMPLATE_CHARACTERS = 16384;
const CALLS = 16;
const NUMBER = /-?\d+(?:\.\d+)?(?![^ \t\r\n{}|,:?()"'=<>!+*/[\]])/y;
const BLANK = " \t\r\n";

/** The parts of a template; throws `TemplateError`. @param {string} text @returns {Text} */
export function readTemplate(text) {
  if (text.length > TEMPLATE_CHARACTERS && [...text].length > TEMPLATE_CHARACTERS) {
    throw new TemplateError(TEMPLATE_CHARACTERS);
  }
  return new Parser(text).template();
}

export class Parser extends Reader {
  template() {
    /** @type {Text} */
    const parts = [];
    let literal = "";
    while (this.here) {
      if (this.here === "}") this.fail();
      if (this.take("{")) {
        parts.push(literal, this.expression());
        literal = "";
      } else literal += this.character();
    }
    return [...parts, literal].filter((part) => part !== "");
  }

  /** What stands behind a brace that was just taken, and its end. @returns {Expression} */
  expression() {
    this.enter();
    this.blanks();
    const made = this.match(/switch[ \t\r\n]*\(/y) ? this.switch() : this.valueOrChoice();
    this.leave("}");
    return made;
  }

  /** @returns {Value | Choice} */
  valueOrChoice() {
    const values = this.values();
    this.blanks();
    if (this.here && this.here !== "|" && this.here !== "}") return this.choice(values);
    const calls = [];
    while (this.here === "|") {
      if (calls.length === CALLS) this.fail();
      this.at += 1;
      calls.push(readCall(this));
    }
    return { kind: "value", values, calls };
  }

  /** @param {Values} left @returns {Choice} */
  choice(left) {
    const [test, negated] = this.test();
    const right = [];
    if (test === "in") {
      do right.push(this.textUntil(",?"));
      while (this.take(","));
    } else if (!["holds", "exists", "empty"].includes(test)) right.push(this.textUntil("?"));
    this.expect("?");
    const yes = this.textUntil(":");
    this.expect(":");
    return { kind: "choice", left, test, negated, right, yes, no: this.textUntil("") };
  }

  /** The test's word or sign, and whether it is the contrary. @returns {[string, boolean]} */
  test() {
    if (this.here === "?") return ["holds", false];
    const sign = this.match(/[=!]=|[<>]=?/y);
    if (sign) return /[=!]/.test(sign.charAt(0)) ? ["is", sign === "!="] : [sign, false];
    let equal = false;
    let negated = false;
    for (;;) {
      const start = this.at;
      const word = this.match(/(?:is|not|in|includes|excludes|exists|empty)(?=[ \t\r\n?{"'])/y);
      if (!word || (word === "is" && (equal || negated)) || (word === "not" && negated)) {
        this.at = start;
        if (!equal && !negated) this.fail();
        return ["is", negated];
      }
      this.blanks();
      if (word === "is") equal = true;
      else if (word === "not") negated = true;
      else return word === "excludes" ? ["includes", !negated] : [word, negated];
    }
  }

  /** @returns {Switch} */
  switch() {
    this.enter();
    const of = this.values();
    this.leave(")");
    this.expect("=>");
    /** @type {[Text | null, Text][]} */
    const cases = [];
    do {
      this.blanks();
      const start = this.at;
      const key = this.textUntil("|");
      const otherwise = /^\*[ \t\r\n]*$/.test(this.text.slice(start, this.at));
      this.expect("|");
      cases.push([otherwise ? null : key, this.textUntil(",")]);
    } while (this.take(","));
    return { kind: "switch", of, cases };
  }

  /** @returns {Values} */
  values() {
    const found = [];
    do {
      found.push(this.arithmetic());
      this.blanks();
    } while (this.take(","));
    return found;
  }

  /** @returns {Operand | Arithmetic} */
  arithmetic() {
    const first = this.operand();
    /** @type {[string, Operand][]} */
    const steps = [["+", first]];
    for (;;) {
      this.blanks();
      const operator = this.match(/[-+*/]/y);
      if (!operator) return steps.length === 1 ? first : { steps };
      steps.push([operator, this.operand()]);
    }
  }

  /** @returns {Operand} */
  operand() {
    this.blanks();
    if (this.here === "'" || this.here === '"') return this.quoted();
    if (this.take("(")) {
      this.enter();
      const group = this.values();
      this.leave(")");
      return { group };
    }
    const start = this.at;
    const number = this.match(NUMBER);
    return number === undefined
      ? this.names()
      : (fixed(number) ?? this.fail(start));
  }

  /**
   * A text up to one of `stops` or the brace that ends the expression, trimmed. An unescaped
   * `blank` is a space.
   * @param {string} stops @param {string} [blank]
   */
  textUntil(stops, blank) {
    this.blanks();
    if (this.here === "'" || this.here === '"') {
      const quoted = this.quoted();
      this.blanks();
      if (!this.here || !`${stops}}`.includes(this.here)) this.fail();
      return quoted ? [quoted] : [];
    }
    /** @type {Text} */
    const parts = [];
    let literal = "";
    let kept = 0; // Characters that trimming leaves: escaped ones and all before them.
    while (this.here && this.here !== "}" && !stops.includes(this.here)) {
      if (this.take("{")) {
        parts.push(literal, this.expression());
        literal = "";
        kept = 0;
        continue;
      }
      const start = this.at;
      const space = BLANK.includes(this.here);
      if (this.here === blank) {
        this.at += 1;
        literal += " ";
      } else literal += this.character();
      if (!space || this.at > start + 1) kept = literal.length;
    }
    return [...parts, literal.slice(0, kept)].filter((part) => part !== "");
  }
}
