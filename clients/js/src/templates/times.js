/** Points in time: read from RFC 3339 or Unix time, shown in a zone, counted as an age. */

import { milliseconds } from "./decimals.js";
import { toFixed } from "./values.js";

/**
 * @typedef {{ _wall: number, _instant?: number }} Moment in milliseconds
 * `_wall`: what clocks in the zone show, as if they showed UTC. A date alone, and a time without
 * an offset, have no instant.
 */

const WRITTEN =
  /^([1-9]\d{3}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?:(:\d\d)(\.\d{1,9})?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/i;
const TOKEN = /\[([^\]]*)\]|YYYY|M{1,4}|d{3,4}|DD?|HH?|hh?|mm|ss|A|a/g;

/** @param {number} time */
const iso = (time) => new Date(time).toISOString();

/** What clocks show, as `month/day/year, hour:minute:second`. @param {number} instant @param {string} timeZone @returns {string} */
function clock(instant, timeZone) {
  try {
    return new Date(instant).toLocaleString("en-US", { timeZone, hourCycle: "h23" });
  } catch {
    // There is no such zone.
    return clock(instant, "UTC");
  }
}

/** Between the years 1000 and 9999. @param {number} time */
function within(time) {
  const year = new Date(time).getUTCFullYear();
  return year > 999 && year < 10000;
}

/** @param {number} instant milliseconds @param {string} zone @returns {Moment | undefined} */
function shown(instant, zone) {
  if (!within(instant)) return undefined;
  const [month = 0, day, year = 0, ...time] = (clock(instant, zone).match(/\d+/g) ?? []).map(Number);
  const wall = Date.UTC(year, month - 1, day, ...time, new Date(instant).getUTCMilliseconds());
  return within(wall) ? { _wall: wall, _instant: instant } : undefined;
}

/** The time that a value is; undefined if it is none. @param {any} value @param {string} zone @returns {Moment | undefined} */
export function readTime(value, zone) {
  const found = typeof value === "string" && WRITTEN.exec(value);
  if (!found) {
    const scaled = toFixed(value);
    return scaled === undefined ? undefined : shown(milliseconds(scaled), zone);
  }
  const [, date, minute = "00:00", second = ":00", part = ".", offset] = found;
  const text = `${date}T${minute}${second}${part.padEnd(4, "0").slice(0, 4)}`;
  const wall = Date.parse(`${text}Z`);
  // There is no 30th of February, and no hour 24.
  if (Number.isNaN(wall) || !iso(wall).startsWith(String(date))) return undefined;
  return offset ? shown(Date.parse(text + offset.toUpperCase()), zone) : { _wall: wall };
}

/** @param {Moment} moment @param {string} form of tokens such as `YYYY-MM-DD` */
export function show({ _wall: wall }, form) {
  const [YYYY, MM, DD, HH, mm, ss] = iso(wall).split(/\D/);
  const H = Number(HH);
  const h = H % 12 || 12;
  const A = H < 12 ? "AM" : "PM";
  /** @type {Record<string, any>} */
  const tokens = {
    YYYY, MM, M: Number(MM), DD, D: Number(DD), HH, H, hh: String(h).padStart(2, "0"), h, mm, ss, A, a: A.toLowerCase(),
  };
  /** @param {string} token */
  const name = (token) => {
    const part = token.startsWith("M") ? "month" : "weekday";
    return new Date(wall).toLocaleString("en-US", { timeZone: "UTC", [part]: "long" }).slice(0, token[3] ? 99 : 3);
  };
  return form.replace(TOKEN, (token, literal) => literal ?? tokens[token] ?? name(token));
}

/**
 * Whole years, months or days from one time to the other; undefined before it.
 * @param {Moment} since @param {Moment} now @param {string} unit
 */
export function age(since, now, unit) {
  if (now._wall < since._wall) return undefined;
  if (unit === "days") return Math.floor((now._wall - since._wall) / 86400000);
  /** @param {Moment} moment @returns {[number, string]} months, and the rest as a text that can be compared */
  const parts = ({ _wall: wall }) => {
    const [year, month, rest = ""] = iso(wall).split("-");
    return [Number(year) * 12 + Number(month), rest];
  };
  const [one, rest] = parts(since);
  const [other, left] = parts(now);
  const months = other - one - Number(left < rest);
  return unit === "months" ? months : Math.floor(months / 12);
}

/** As instants if both are, else as clocks show them. @param {Moment} left @param {Moment} right */
export const compareTimes = (left, right) =>
  left._instant !== undefined && right._instant !== undefined ? left._instant - right._instant : left._wall - right._wall;
