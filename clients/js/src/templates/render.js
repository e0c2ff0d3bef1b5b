/** Filling in a client template: pure, and it never throws. */

/** @import { Arithmetic, Expression, Operand, Text, Value, Values } from "./read.js" */

import { bounded, reckon, toNumber } from "./decimals.js";
import { equalTo, TESTS } from "./conditions.js";
import { FUNCTIONS } from "./functions.js";
import { find, first, isEmpty, Rendering, TEXT_CHARACTERS, toFixed, toText } from "./values.js";

/**
 * @typedef {{ now?: string | number, zone?: string }} Clock
 * `now`: RFC 3339 or Unix time; `zone`: an IANA name, UTC if it is absent or not known.
 */

/**
 * What was read, filled in: the value itself when it is one value without functions, or with
 * `convert` as the last one; else text.
 * @param {Text} parts @param {Record<string, any>} context @param {Clock} [clock]
 * @returns {any}
 */
export function render(parts, context, { now, zone = "UTC" } = {}) {
  const rendering = new Renderer(context, now, zone);
  const [part] = parts;
  if (parts.length === 1 && part && typeof part !== "string" && part.kind === "value") {
    const last = part.calls.at(-1);
    if (!last || last.name === "convert") {
      const value = rendering.value(part);
      return typeof value === "bigint" ? toNumber(value) : (value ?? (value === null ? null : ""));
    }
  }
  return rendering.text(parts);
}

export class Renderer extends Rendering {
  /** @param {Text} parts */
  text(parts) {
    let made = "";
    for (const part of parts) {
      made += typeof part === "string" ? part : this.expression(part);
      if (made.length > 2 * TEXT_CHARACTERS) break;
    }
    return first(made);
  }

  /** @param {Expression} expression @returns {string} */
  expression(expression) {
    if (expression.kind === "value") return toText(this.value(expression), this);
    if (expression.kind === "choice") {
      const right = expression.right.map((each) => this.side(each));
      const held = TESTS[expression.test]?.(this.first(expression.left), right, this);
      return this.text(held === expression.negated ? expression.no : expression.yes);
    }
    const equal = equalTo(this.first(expression.of), this);
    const found =
      expression.cases.find(([key]) => key && equal(this.side(key))) ??
      expression.cases.findLast(([key]) => !key);
    return this.text(found?.[1] ?? []);
  }

  /** The right side of a test: a text, or the value itself if it is one value. @param {Text} parts */
  side(parts) {
    const [part] = parts;
    const alone = parts.length === 1 && part && typeof part !== "string" && part.kind === "value";
    return alone ? this.value(part) : this.text(parts);
  }

  /** @param {Value} value @returns {any} */
  value({ values, calls }) {
    return calls.reduce((made, call) => FUNCTIONS[call.name]?.(made, call, this), this.first(values));
  }

  /** The first value that is not empty; if all are, the last. @param {Values} values */
  first(values) {
    let found;
    for (const each of values) {
      found = typeof each === "object" && "steps" in each ? this.reckoned(each) : this.operand(each);
      if (!isEmpty(found)) break;
    }
    return found;
  }

  /** @param {Operand} operand @returns {any} */
  operand(operand) {
    if (typeof operand !== "object") return operand;
    if ("group" in operand) return this.first(operand.group);
    const found = find(this.context, operand);
    return found === undefined && operand.length === 1 && operand[0] === "now" ? this.now : found;
  }

  /** The result; undefined when an operand is no number or there is none. @param {Arithmetic} arithmetic */
  reckoned({ steps }) {
    let total = 0n;
    let product = 0n;
    for (const [operator, operand] of steps) {
      const scaled = toFixed(this.operand(operand));
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
}
