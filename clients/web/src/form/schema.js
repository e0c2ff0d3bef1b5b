/**
 * What a JSON Schema asks for, field by field. Pure. A field is found by its pointer: the names
 * from the top, with `/` between them and `~1` for a `/` within one, as in JSON pointers.
 */

/** @type {Record<string, string>} */
const FORMATS = { date: "date", time: "time", "date-time": "datetime-local", email: "email", uri: "url" };
/** Longer than this one line does not show it. */
const LINE = 120;
const LONG_NAMES = /note|comment|description|message|reason|body|remark|details/i;
/** References within references end here: a schema may hold itself. */
const DEEP = 8;

/** The type that matters: `null` beside another one only says that it may be missing. @param {any} property */
export function typeOf(property) {
  return Array.isArray(property.type) ? property.type.find((/** @type {string} */ type) => type !== "null") : property.type;
}

/**
 * Which kind of field fits: `group` is fields within a field, `rows` a list of groups, `one` and
 * `several` are choices, `lines` a list of words, `fixed` is nothing to be asked; else the kind of input.
 * @param {string} name @param {any} property @returns {string}
 */
export function kindOf(name, property) {
  if ("const" in property) return "fixed";
  if (optionsOf(property).length) return "one";
  const type = typeOf(property);
  if (type === "boolean" || type === "integer" || type === "number") return type;
  if (type === "array") return listOf(property.items ?? {});
  if (type === "object") return property.properties ? "group" : "json";
  if (FORMATS[property.format]) return FORMATS[property.format] ?? "text";
  if (property.maxLength !== undefined) return property.maxLength > LINE ? "long" : "text";
  return LONG_NAMES.test(name) || ["multiline", "textarea"].includes(property.format) ? "long" : "text";
}

/** @param {any} items */
function listOf(items) {
  if (optionsOf(items).length) return "several";
  if (typeOf(items) === "object" && items.properties) return "rows";
  return ["string", "integer", "number"].includes(typeOf(items)) ? "lines" : "json";
}

/** What one may choose from. @param {any} property @returns {{ value: any, text: string }[]} */
export function optionsOf(property) {
  if (property.enum) {
    const values = property.enum.filter((/** @type {any} */ value) => value !== null);
    return values.map((/** @type {any} */ value) => ({ value, text: String(value) }));
  }
  const cases = property.oneOf ?? property.anyOf ?? [];
  if (!cases.every((/** @type {any} */ one) => "const" in one)) return [];
  return cases.map((/** @type {any} */ one) => ({ value: one.const, text: one.title ?? String(one.const) }));
}

/** A schema with what it refers to in its place. @param {any} schema @param {any} [root] @param {number} [deep] @returns {any} */
export function resolved(schema, root = schema, deep = 0) {
  if (!schema || typeof schema !== "object" || deep > DEEP) return {};
  const { $ref, ...own } = schema;
  const found = typeof $ref === "string" && $ref.startsWith("#/") ? pointed(root, $ref) : undefined;
  const whole = found ? { ...resolved(found, root, deep + 1), ...own } : own;
  const next = { ...whole };
  if (whole.properties) {
    next.properties = Object.fromEntries(
      Object.entries(whole.properties).map(([name, property]) => [name, resolved(property, root, deep + 1)]),
    );
  }
  if (whole.items) next.items = resolved(whole.items, root, deep + 1);
  return next;
}

/** @param {any} root @param {string} reference */
function pointed(root, reference) {
  return reference.slice(2).split("/").reduce((at, part) => at?.[decodeURIComponent(unescaped(part))], root);
}

/** @param {string} name */
export const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");
/** @param {string} part */
export const unescaped = (part) => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** The pointer of a member. @param {string} prefix of what it is in @param {string} name */
export const within = (prefix, name) => (prefix ? `${prefix}/${escaped(name)}` : escaped(name));

/** What is asked of a field, said before one errs. @param {any} property @returns {string} */
export function asks(property) {
  const type = typeOf(property);
  if (type === "integer" || type === "number") {
    const range = between(property.minimum ?? property.exclusiveMinimum, property.maximum ?? property.exclusiveMaximum, "");
    const steps = property.multipleOf && property.multipleOf !== 1 ? `in steps of ${property.multipleOf}` : "";
    return sentence([range, steps]);
  }
  if (type === "array") return sentence([between(property.minItems || undefined, property.maxItems, "")]);
  if (type !== "string" || optionsOf(property).length) return "";
  const least = property.minLength > 1 ? property.minLength : undefined;
  const [example] = property.examples ?? [];
  const like = example ?? { email: "name@example.org", uri: "https://example.org" }[/** @type {string} */ (property.format)];
  const form = like === undefined && property.pattern ? `in the form ${property.pattern}` : "";
  return sentence([between(least, property.maxLength > LINE ? undefined : property.maxLength, " characters"), form, like ? `like ${like}` : ""]);
}

/** @param {number | undefined} least @param {number | undefined} most @param {string} what */
function between(least, most, what) {
  if (least !== undefined && most !== undefined) return least === most ? `exactly ${least}${what}` : `${least} to ${most}${what}`;
  if (least !== undefined) return `at least ${least}${what}`;
  return most === undefined ? "" : `at most ${most}${what}`;
}

/** @param {string[]} words */
function sentence(words) {
  const said = words.filter(Boolean).join(", ");
  return said && said.charAt(0).toUpperCase() + said.slice(1);
}
