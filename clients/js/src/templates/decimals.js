/**
 * Numbers as decimal digits, so that every language prints, rounds and reckons alike: whole
 * numbers of units of ten to the power -20. Digits behind those are cut off, and rounding is
 * half away from zero on the shortest digits that stand for a number.
 */

const PLACES = 20;
const ONE = 10n ** BigInt(PLACES);
const LIMIT = ONE * 10n ** 308n;

/** @param {bigint} number */
const size = (number) => (number < 0n ? -number : number);

/** As many zeros as a number of JSON can have before or behind its digits. */
const ZEROS = "0".repeat(330);

/**
 * The shortest digits, without an exponent; undefined for what JSON cannot say.
 * @param {number} number
 */
export function plain(number) {
  const found = /^(-?)(\d+)\.?(\d*)e?(.*)$/.exec(String(number));
  if (!found) return undefined;
  const [, sign, whole = "", part, exponent] = found;
  const digits = ZEROS + whole + part + ZEROS;
  const point = ZEROS.length + whole.length + Number(exponent);
  return `${sign}${digits.slice(0, point).replace(/^0+(?=\d)/, "")}.${digits.slice(point)}`.replace(/\.?0+$/, "");
}

/** `scaled` if it is not too large. @param {bigint} scaled */
export const bounded = (scaled) => (size(scaled) < LIMIT ? scaled : undefined);

/** The units that digits stand for, whatever their length. @param {string} digits */
export function units(digits) {
  const [whole = "", part = ""] = digits.split(".");
  return bounded(BigInt(whole + part.padEnd(PLACES, "0").slice(0, PLACES)));
}

/** The same for a text that may be no number. @param {string} text */
export const fixed = (text) => (text.length <= 40 && /^-?\d+(\.\d+)?$/.test(text) ? units(text) : undefined);

/** A product or quotient; undefined when there is none. @param {bigint} left @param {string} operator @param {bigint} right */
export function reckon(left, operator, right) {
  if (operator === "*") return bounded((left * right) / ONE);
  return right === 0n ? undefined : bounded((left * ONE) / right);
}

/** Rounded to `places` behind the point. @param {bigint} scaled @param {number} places @param {boolean} [grouped] */
export function written(scaled, places, grouped) {
  const unit = 10n ** BigInt(PLACES - places);
  const rounded = (size(scaled) + unit / 2n) / unit;
  const digits = String(rounded).padStart(places + 1, "0");
  const point = digits.length - places;
  const whole = digits.slice(0, point);
  const sign = scaled < 0n && rounded ? "-" : "";
  return sign + (grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole) + (places ? `.${digits.slice(point)}` : "");
}

/** The same without zeros at the end. @param {bigint} scaled */
export const shortened = (scaled) => written(scaled, 10).replace(/\.?0+$/, "");

/** Unix time in milliseconds; what is smaller than 10^11 was in seconds. @param {bigint} scaled */
export const milliseconds = (scaled) =>
  Number((size(scaled) < ONE * 10n ** 11n ? scaled * 1000n : scaled) / ONE);

/** The nearest number of JSON. @param {bigint} scaled */
export const toNumber = (scaled) => Number(written(scaled, PLACES));
