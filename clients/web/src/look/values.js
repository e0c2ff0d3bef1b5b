/** One value of an entry's or a request's data, as people read it. Pure. */

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const MONEY = /amount|total|price|cost|sum|fee|salary|budget/i;
const ADDRESS = /^https?:\/\/\S+$/i;
const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** @typedef {{ text: string, href?: string }} Said */

/**
 * @param {any} value neither an object nor a list
 * @param {{ schema?: any, name?: string, beside?: Record<string, any> }} [about]
 * `schema`: of the value; `name`: what it is called; `beside`: the members it stands among
 * @returns {Said}
 */
export function said(value, { schema, name = "", beside = {} } = {}) {
  const choice = (schema?.oneOf ?? []).find((/** @type {any} */ one) => one.const === value && one.title);
  if (choice) return { text: choice.title };
  if (typeof value === "boolean") return { text: value ? "Yes" : "No" };
  if (typeof value === "number") return { text: number(value, name, beside) };
  if (typeof value !== "string") return { text: String(value ?? "") };
  if (ADDRESS.test(value)) return { text: value.replace(/^https?:\/\//i, "").replace(/\/$/, ""), href: value };
  if (MAIL.test(value)) return { text: value, href: `mailto:${value}` };
  return { text: moment(value) ?? value };
}

/** @param {number} value @param {string} name @param {Record<string, any>} beside */
function number(value, name, beside) {
  const currency = beside.currency;
  if (MONEY.test(name) && typeof currency === "string" && /^[A-Z]{3}$/.test(currency)) {
    return value.toLocaleString(undefined, { style: "currency", currency });
  }
  // A whole one may be a year or a number of something, which nobody groups.
  return Number.isInteger(value) ? String(value) : value.toLocaleString(undefined, { maximumFractionDigits: 6 });
}

/** A day, or a time in full; undefined for what is neither. @param {string} value */
function moment(value) {
  const day = DATE.test(value);
  if (!day && !TIME.test(value)) return undefined;
  // A day has no time zone: read as midnight in UTC it could be shown as the day before.
  const date = new Date(day ? `${value}T00:00` : value);
  if (Number.isNaN(date.getTime())) return undefined;
  return day ? date.toLocaleDateString([], { dateStyle: "medium" }) : date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

/** Whether there is nothing to see. @param {any} value */
export const blank = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** Whether it needs a line of its own. @param {any} value */
export function wide(value) {
  const simple = Array.isArray(value) ? value.every((part) => typeof part !== "object") : typeof value !== "object";
  return !simple || String(value).length > 60;
}
