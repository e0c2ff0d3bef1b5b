/**
 * Between a form's fields and the data that a JSON Schema describes. Pure, but for reading a form.
 * The server judges; this only makes of each field the type that its schema names.
 */

/** @type {Record<string, string>} */
const FORMATS = { date: "date", time: "time", "date-time": "datetime-local", email: "email", uri: "url" };
/** Longer than this one line does not show it. */
const LINE = 120;
const LONG_NAMES = /note|comment|description|message|reason|body|remark|details/i;

/** The type that matters: `null` beside another one only says that it may be missing. @param {any} property */
function typeOf(property) {
  return Array.isArray(property.type) ? property.type.find((/** @type {string} */ type) => type !== "null") : property.type;
}

/** Which kind of field fits. @param {string} name @param {any} property @returns {string} */
export function kindOf(name, property) {
  if (optionsOf(property).length) return "one";
  const type = typeOf(property);
  if (type === "boolean" || type === "integer" || type === "number") return type;
  if (type === "array") {
    if (optionsOf(property.items ?? {}).length) return "several";
    return ["string", "integer", "number"].includes(typeOf(property.items ?? {})) ? "lines" : "json";
  }
  if (type === "object") return "json";
  if (FORMATS[property.format]) return FORMATS[property.format] ?? "text";
  if (property.maxLength !== undefined) return property.maxLength > LINE ? "long" : "text";
  return LONG_NAMES.test(name) || ["multiline", "textarea"].includes(property.format) ? "long" : "text";
}

/** What one may choose from. @param {any} property @returns {{ value: any, text: string }[]} */
export function optionsOf(property) {
  if (property.enum) return property.enum.map((/** @type {any} */ value) => ({ value, text: String(value) }));
  const cases = property.oneOf ?? [];
  if (!cases.every((/** @type {any} */ one) => "const" in one)) return [];
  return cases.map((/** @type {any} */ one) => ({ value: one.const, text: one.title ?? String(one.const) }));
}

/** A value as its field shows it. @param {string} kind @param {any} value @returns {string} */
export function shown(kind, value) {
  if (value === undefined || value === null) return "";
  if (kind === "lines" && Array.isArray(value)) return value.join("\n");
  if (kind === "json" && typeof value !== "string") return JSON.stringify(value, null, 2);
  if (kind === "datetime-local") {
    const at = new Date(value);
    if (Number.isNaN(at.getTime())) return "";
    // The field knows no time zones and means this device's.
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }
  return String(value);
}

/** What was filled in; empty fields are left out. @param {any} schema @param {HTMLFormElement} form */
export function valuesOf(schema, form) {
  return readFields(schema, new FormData(form));
}

/** @param {any} schema @param {{ get(name: string): any, getAll(name: string): any[] }} filled */
export function readFields(schema, filled) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = valueOf(kindOf(name, property), property, filled.getAll(name).map(String));
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** @param {string} kind @param {any} property @param {string[]} filled */
function valueOf(kind, property, filled) {
  if (kind === "boolean") return filled.length > 0;
  if (kind === "several") {
    return optionsOf(property.items).map((option) => option.value).filter((value) => filled.includes(String(value)));
  }
  const text = filled[0] ?? "";
  if (!text.trim()) return undefined;
  switch (kind) {
    case "one":
      return optionsOf(property).find((option) => String(option.value) === text)?.value;
    case "integer":
    case "number":
      return number(text);
    case "lines": {
      const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
      return typeOf(property.items ?? {}) === "string" ? lines : lines.map(number);
    }
    case "json":
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    case "datetime-local":
      return new Date(text).toISOString();
    default:
      return text;
  }
}

/** As a number if it is one; the server says what is wrong with anything else. @param {string} text */
function number(text) {
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
}

/**
 * What is wrong, by field, of a refusal: its pointers are `/data/FIELD` and deeper.
 * @param {any} refusal @returns {Record<string, string>}
 */
export function errorsOf(refusal) {
  if (refusal?.code !== "invalid") return {};
  const { errors = [], pointer } = refusal.details ?? {};
  const all = errors.length || !pointer ? errors : [{ pointer, text: refusal.message }];
  /** @type {Record<string, string>} */
  const found = {};
  for (const error of all) {
    const parts = String(error.pointer).split("/").slice(1);
    if (parts[0] === "data") parts.shift();
    const name = (parts[0] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
    found[name] ??= plain(error.text);
  }
  return found;
}

/** What the validator says, as people say it. @type {[RegExp, string][]} */
const PLAIN = [
  [/^.* is a required property$/s, "Please fill this in."],
  [/^.*(should be non-empty|(''|"") is too short)$/s, "Please fill this in."],
  [/^.* is too short$/s, "This is too short."],
  [/^.* is too long$/s, "This is too long."],
  [/^.* is not of type "integer"$/s, "A whole number is needed."],
  [/^.* is not of type "number"$/s, "A number is needed."],
  [/^.* is less than the minimum of (.+)$/s, "At least $1 is needed."],
  [/^.* is greater than the maximum of (.+)$/s, "At most $1 is possible."],
  [/^.* is not one of .*$/s, "Choose one of what is offered."],
];

/** @param {string} text the validator's */
function plain(text) {
  for (const [pattern, words] of PLAIN) if (pattern.test(text)) return text.replace(pattern, words);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
