/** What is wrong with data, by field: as the server said it, and as can be seen before it is sent. Pure. */

import { kindOf, optionsOf, typeOf, within } from "./schema.js";

/** @typedef {Record<string, string>} Errors texts by pointer */

/** What is wrong, by field, of a refusal: its pointers are `/data/FIELD` and deeper. @param {any} refusal @returns {Errors} */
export function errorsOf(refusal) {
  if (refusal?.code !== "invalid") return {};
  const { errors = [], pointer } = refusal.details ?? {};
  const all = errors.length || !pointer ? errors : [{ pointer, text: refusal.message }];
  /** @type {Errors} */
  const found = {};
  for (const error of all) {
    const name = String(error.pointer).replace(/^\//, "").replace(/^data(\/|$)/, "");
    found[name] ??= plain(String(error.text));
  }
  return found;
}

/**
 * What a field has to say: of its own, or (one that stands for all that is in it) of what is in it.
 * @param {Errors} errors @param {string} pointer @param {boolean} whole
 */
export function errorAt(errors, pointer, whole) {
  if (errors[pointer] || !whole) return errors[pointer];
  const inner = Object.keys(errors).find((name) => name.startsWith(`${pointer}/`));
  return inner === undefined ? undefined : errors[inner];
}

/** What the validator says, as people say it. @type {[RegExp, string][]} */
const PLAIN = [
  [/^.* is a required property$/s, "Please fill this in."],
  [/^.*(should be non-empty|(''|"") is too short)$/s, "Please fill this in."],
  [/^.* is (too short|shorter than.*)$/s, "This is too short."],
  [/^.* is (too long|longer than.*)$/s, "This is too long."],
  [/^.* is not of type "integer"$/s, "A whole number is needed."],
  [/^.* is not of type "number"$/s, "A number is needed."],
  [/^.* is less than the minimum of (.+)$/s, "At least $1 is needed."],
  [/^.* is greater than the maximum of (.+)$/s, "At most $1 is possible."],
  [/^.* is not one of .*$/s, "Choose one of what is offered."],
  [/^.* is not a multiple of (.+)$/s, "Only in steps of $1."],
  [/^.* does not match .*$/s, "This has not the form that is asked for."],
];

/** @param {string} text the validator's */
function plain(text) {
  for (const [pattern, words] of PLAIN) if (pattern.test(text)) return text.replace(pattern, words);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * What can be seen to be wrong before the server is asked. `soft`: what it may see otherwise (forms of
 * words, which each validator reads in its own way): said, and sent all the same.
 * @param {any} schema @param {any} data @param {string} [prefix]
 * @returns {{ errors: Errors, soft: Errors }}
 */
export function problemsOf(schema, data, prefix = "") {
  /** @type {{ errors: Errors, soft: Errors }} */
  const found = { errors: {}, soft: {} };
  const required = new Set(schema.required ?? []);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    look(name, property, data?.[name], within(prefix, name), required.has(name), found);
  }
  return found;
}

/**
 * @param {string} name @param {any} property @param {any} value @param {string} pointer @param {boolean} needed
 * @param {{ errors: Errors, soft: Errors }} found
 */
function look(name, property, value, pointer, needed, found) {
  if (value === undefined) {
    if (needed) found.errors[pointer] = "Please fill this in.";
    return;
  }
  const kind = kindOf(name, property);
  if (kind === "group") return add(found, problemsOf(property, value, pointer));
  if (kind === "rows") {
    value.forEach((/** @type {any} */ row, /** @type {number} */ index) => add(found, problemsOf(property.items, row, within(pointer, String(index)))));
  }
  const wrong = kind === "json" ? json(property, value) : simple(property, value);
  if (wrong) found.errors[pointer] ??= wrong;
  else if (typeof value === "string") {
    const doubtful = words(property, value);
    if (doubtful) found.soft[pointer] = doubtful;
  }
}

/** @param {{ errors: Errors, soft: Errors }} found @param {{ errors: Errors, soft: Errors }} more */
function add(found, more) {
  Object.assign(found.errors, more.errors);
  Object.assign(found.soft, more.soft);
}

/** @param {any} property @param {any} value */
function json(property, value) {
  const fits = typeOf(property) === "array" ? Array.isArray(value) : typeof value === "object";
  return fits ? undefined : "This is not JSON of the kind that is asked for.";
}

/** @param {any} property @param {any} value @returns {string | undefined} */
function simple(property, value) {
  if (optionsOf(property).length) return undefined;
  switch (typeOf(property)) {
    case "integer":
    case "number":
      return figure(property, value);
    case "string": {
      const length = [...String(value)].length;
      if (length < (property.minLength ?? 0)) return length ? `At least ${property.minLength} characters are needed.` : "Please fill this in.";
      return length > (property.maxLength ?? Infinity) ? `At most ${property.maxLength} characters are possible.` : undefined;
    }
    case "array": {
      if (value.length < (property.minItems ?? 0)) return `At least ${property.minItems} ${property.minItems > 1 ? "are" : "is"} needed.`;
      if (value.length > (property.maxItems ?? Infinity)) return `At most ${property.maxItems} ${property.maxItems > 1 ? "are" : "is"} possible.`;
      const odd = ["integer", "number"].includes(typeOf(property.items ?? {})) && value.some((/** @type {any} */ one) => typeof one !== "number");
      return odd ? "Each line has to be a number." : undefined;
    }
    default:
      return undefined;
  }
}

/** @param {any} property @param {any} value */
function figure(property, value) {
  if (typeof value !== "number") return "A number is needed.";
  if (typeOf(property) === "integer" && !Number.isInteger(value)) return "A whole number is needed.";
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = property;
  if (value < minimum) return `At least ${minimum} is needed.`;
  if (value > maximum) return `At most ${maximum} is possible.`;
  if (value <= exclusiveMinimum) return `More than ${exclusiveMinimum} is needed.`;
  if (value >= exclusiveMaximum) return `Less than ${exclusiveMaximum} is possible.`;
  return undefined;
}

/** @param {any} property @param {string} value */
function words({ format, pattern }, value) {
  if (format === "email" && !/^[^\s@]+@[^\s@]+$/.test(value)) return "This does not look like an e-mail address.";
  if (format === "uri" && !URL.canParse(value)) return "This does not look like an address: it begins with https://, for example.";
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(pattern, "u").test(value) ? undefined : "This seems not to have the form that is asked for.";
  } catch {
    return undefined;
  }
}
