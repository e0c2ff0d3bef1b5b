export const FIRST_MS = 1000;
export const LAST_MS = 30_000;

/**
 * How long to wait before try number `attempt` (from 0): a random time up to a bound that
 * doubles, so that clients which lost the same server do not all come back at once.
 * @param {number} attempt
 * @param {() => number} [random] between 0 and 1
 */
export function backoff(attempt, random = Math.random) {
  return Math.round(random() * Math.min(FIRST_MS * 2 ** attempt, LAST_MS));
}
