/**
 * Between a form's fields and the data that a JSON Schema describes. Pure, but for reading a form.
 * The server judges; this only makes of each field the type that its schema names.
 */

import { kindOf, optionsOf, typeOf, within } from "./schema.js";

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

/** The field that says how many rows a list has: those with nothing but empty boxes leave no trace. @param {string} pointer */
export const countOf = (pointer) => `${pointer}/#`;

/** @typedef {{ getAll(name: string): any[] }} Filled what is in the fields, by pointer */

/** @param {any} schema @param {Filled} filled @param {string} [prefix] @returns {Record<string, any>} */
export function readFields(schema, filled, prefix = "") {
  const required = new Set(schema.required ?? []);
  /** @type {Record<string, any>} */
  const values = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = valueOf(kindOf(name, property), property, filled, within(prefix, name), required.has(name));
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** @param {string} kind @param {any} property @param {Filled} filled @param {string} pointer @param {boolean} needed @returns {any} */
function valueOf(kind, property, filled, pointer, needed) {
  if (kind === "fixed") return needed ? property.const : undefined;
  if (kind === "group") {
    const inner = readFields(property, filled, pointer);
    return needed || Object.values(inner).some(means) ? inner : undefined;
  }
  const all = filled.getAll(pointer).map(String);
  if (kind === "rows") {
    const count = Number(filled.getAll(countOf(pointer))[0] ?? 0);
    const rows = Array.from({ length: count }, (_, index) => readFields(property.items, filled, within(pointer, String(index))));
    return rows.length || needed ? rows : undefined;
  }
  if (kind === "boolean") return all.length > 0;
  if (kind === "several") {
    return optionsOf(property.items).map((option) => option.value).filter((value) => all.includes(String(value)));
  }
  return ofText(kind, property, all[0] ?? "");
}

/** @param {string} kind @param {any} property @param {string} text */
function ofText(kind, property, text) {
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

/** Whether anything was said by it: a box that is not ticked says nothing. @param {any} value */
const means = (value) => value !== false && !(Array.isArray(value) && !value.length);

/** As a number if it is one; the server says what is wrong with anything else. @param {string} text */
function number(text) {
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
}
