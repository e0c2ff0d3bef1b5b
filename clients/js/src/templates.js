/**
 * The templates of behaviors, run by the client: `{path}`, `{a, b}` (the first that is not
 * empty), `{test ? a : b}`, `{path|numeral:0.00}`.
 */

/** @param {Record<string, any>} context @param {string} pointer dotted */
function find(context, pointer) {
  /** @type {any} */
  let value = context;
  for (const part of pointer.trim().split(".")) value = value?.[part];
  return value;
}

/** @param {any} value */
const empty = (value) => value === undefined || value === null || value === "";

/** @param {any} value @param {string} format such as 0.00 */
function numeral(value, format) {
  const number = Number(value);
  if (Number.isNaN(number)) return "";
  return number.toFixed((format.split(".")[1] ?? "").length);
}

/** @type {Record<string, (left: any, right: any) => boolean>} */
const TESTS = {
  "==": (left, right) => String(left) === String(right),
  "!=": (left, right) => String(left) !== String(right),
  "<": (left, right) => Number(left) < Number(right),
  ">": (left, right) => Number(left) > Number(right),
  "<=": (left, right) => Number(left) <= Number(right),
  ">=": (left, right) => Number(left) >= Number(right),
};

/** @param {Record<string, any>} context @param {string} text */
function holds(context, text) {
  const compared = /^\s*(\S+)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$/.exec(text);
  if (!compared) return !empty(find(context, text)) && find(context, text) !== false;
  const [, left = "", operator = "", right = ""] = compared;
  return TESTS[operator]?.(find(context, left), right) ?? false;
}

/** @param {Record<string, any>} context @param {string} expression */
function evaluate(context, expression) {
  const choice = /^(.+?)\?(.*?):(.*)$/s.exec(expression);
  if (choice) return (holds(context, choice[1] ?? "") ? choice[2] : choice[3])?.trim() ?? "";
  const [source = "", ...functions] = expression.split("|");
  const values = source.split(",").map((part) => find(context, part));
  let value = values.find((found) => !empty(found)) ?? "";
  for (const call of functions) {
    const [name = "", argument = ""] = call.split(/:(.*)/s);
    if (name.trim() === "numeral") value = numeral(value, argument.trim());
  }
  return value;
}

/**
 * @param {string} text
 * @param {Record<string, any>} context the payload, with the user's profile as `profile`
 * @returns {any} the value itself when the text is one expression, else text
 */
export function parseTemplate(text, context) {
  const whole = /^\{([^{}]*)\}$/.exec(text);
  if (whole) return evaluate(context, whole[1] ?? "");
  return text.replace(/\{([^{}]*)\}/g, (_, expression) => String(evaluate(context, expression)));
}

/** @param {any} value @param {Record<string, any>} context @returns {any} */
function parseAll(value, context) {
  if (typeof value === "string") return parseTemplate(value, context);
  if (Array.isArray(value)) return value.map((part) => parseAll(part, context));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, parseAll(part, context)]));
}

/**
 * A behavior with the parts that its `templates` name filled in.
 * @template {{ templates?: string[] }} T
 * @param {T} behavior @param {Record<string, any>} context
 * @returns {T}
 */
export function fillIn(behavior, context) {
  const filled = structuredClone(behavior);
  for (const pointer of behavior.templates ?? []) {
    const parts = pointer.split(".");
    const last = /** @type {string} */ (parts.pop());
    /** @type {any} */
    let holder = filled;
    for (const part of parts) holder = holder?.[part];
    if (holder && last in holder) holder[last] = parseAll(holder[last], context);
  }
  return filled;
}
