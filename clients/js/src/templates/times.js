/** Points in time: read from RFC 3339 or Unix time, shown in a zone, counted as an age. */

import { milliseconds } from "./decimals.js";
import { toFixed } from "./values.js";

/**
 * @typedef {{ wall: Date, instant?: number }} Moment
 * `wall`: what clocks in the zone show, as if they showed UTC. A date alone, and a time without
 * an offset, have no instant.
 */

const WRITTEN =
  /^([1-9]\d{3})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d)?)?$/;
const TOKEN = /\[([^\]]*)\]|YYYY|MMMM|MMM|MM|M|dddd|ddd|DD|D|HH|H|hh|h|mm|ss|A|a/g;
const MONTHS = "January,February,March,April,May,June,July,August,September,October,November,December".split(",");
const DAYS = "Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday".split(",");
const FIRST = Date.UTC(1000, 0);
const END = Date.UTC(10000, 0);

/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/** @param {string} zone */
function clock(zone) {
  let found = clocks.get(zone);
  if (!found) {
    const numeric = /** @type {const} */ ("numeric");
    const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
    const make = (/** @type {string} */ timeZone) =>
      new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { ...parts, hourCycle: "h23", timeZone });
    try {
      found = make(zone);
    } catch {
      found = make("UTC");
    }
    clocks.set(zone, found);
  }
  return found;
}

/** @param {number} time @returns {number} NaN outside of the years 1000 to 9999 */
const within = (time) => (time >= FIRST && time < END ? time : NaN);

/** @param {number} instant milliseconds @param {string} zone @returns {Moment | undefined} */
function shown(instant, zone) {
  if (Number.isNaN(within(instant))) return undefined;
  /** @type {Record<string, number>} */
  const at = {};
  for (const { type, value } of clock(zone).formatToParts(instant)) at[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = at;
  const thousandth = ((instant % 1000) + 1000) % 1000;
  const wall = within(Date.UTC(year, month - 1, day, hour, minute, second, thousandth));
  return Number.isNaN(wall) ? undefined : { wall: new Date(wall), instant };
}

/** The time that a value is; undefined if it is none. @param {any} value @param {string} zone */
export function readTime(value, zone) {
  const found = typeof value === "string" && WRITTEN.exec(value);
  if (!found) {
    const scaled = toFixed(value);
    return scaled === undefined ? undefined : shown(milliseconds(scaled), zone);
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const time = Date.UTC(year, month - 1, day, hour, minute, second, Number((found[7] ?? "").padEnd(3, "0").slice(0, 3)));
  const wall = new Date(time);
  const real = wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = found[8];
  if (offset === undefined) return { wall };
  const [hours = 0, minutes = 0] = /z/i.test(offset) ? [] : offset.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  return shown(time - (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60000, zone);
}

/** @param {Moment} moment @param {string} form of tokens such as `YYYY-MM-DD` */
export function show({ wall }, form) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const month = wall.getUTCMonth();
  const hour = wall.getUTCHours();
  const day = DAYS[wall.getUTCDay()] ?? "";
  const name = MONTHS[month] ?? "";
  const half = hour < 12 ? "AM" : "PM";
  /** @type {Record<string, any>} */
  const tokens = {
    YYYY: wall.getUTCFullYear(),
    MMMM: name,
    MMM: name.slice(0, 3),
    MM: two(month + 1),
    M: month + 1,
    dddd: day,
    ddd: day.slice(0, 3),
    DD: two(wall.getUTCDate()),
    D: wall.getUTCDate(),
    HH: two(hour),
    H: hour,
    hh: two(hour % 12 || 12),
    h: hour % 12 || 12,
    mm: two(wall.getUTCMinutes()),
    ss: two(wall.getUTCSeconds()),
    A: half,
    a: half.toLowerCase(),
  };
  return form.replace(TOKEN, (token, literal) => literal ?? tokens[token]);
}

/**
 * Whole years, months or days from one time to the other; undefined before it.
 * @param {Moment} since @param {Moment} now @param {string} unit
 */
export function age(since, now, unit) {
  const one = since.wall;
  const other = now.wall;
  if (other < one) return undefined;
  if (unit === "days") return Math.floor((Number(other) - Number(one)) / 86400000);
  let months = (other.getUTCFullYear() - one.getUTCFullYear()) * 12 + other.getUTCMonth() - one.getUTCMonth();
  const part = (/** @type {Date} */ date) => date.getUTCDate() * 86400000 + (Number(date) - FIRST) % 86400000;
  if (part(other) < part(one)) months -= 1;
  return unit === "months" ? months : Math.floor(months / 12);
}

/** As instants if both are, else as clocks show them. @param {Moment} left @param {Moment} right */
export function compareTimes(left, right) {
  const instants = left.instant !== undefined && right.instant !== undefined;
  return instants ? Number(left.instant) - Number(right.instant) : Number(left.wall) - Number(right.wall);
}
