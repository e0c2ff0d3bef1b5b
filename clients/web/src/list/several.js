/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Path} Path */
/** @typedef {{ id: string, title: string, error: string | null }} Result `error`: why it was refused; null: done */
/** @typedef {{ title: string, total: number, results: Result[], act: (id: string) => Promise<any>, ended: boolean }} Run */

/** So many of them are under way at once: the server's limits leave room for what else one does. */
export const AT_ONCE = 6;

/**
 * Do the same to several, a few at a time. Never rejects: each has a result of its own.
 * @param {{ id: string, title: string }[]} several @param {(id: string) => Promise<any>} act
 * @param {(results: Result[]) => void} told after each
 * @returns {Promise<Result[]>} in the order in which they ended
 */
export async function doAll(several, act, told) {
  /** @type {Result[]} */
  const results = [];
  const waiting = [...several];
  const one = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      let error = null;
      try {
        await act(next.id);
      } catch (no) {
        error = /** @type {any} */ (no)?.message || "It was refused.";
      }
      results.push({ ...next, error });
      told([...results]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, several.length) }, one));
  return results;
}

/**
 * The paths that all of some entries have in common, in the order of the first. One with a form is none: it is filled in for one entry.
 * @param {Entry[]} entries @returns {Path[]}
 */
export function commonPaths(entries) {
  const [first, ...others] = entries;
  return (first?.paths ?? []).filter(
    ({ label, behavior }) =>
      behavior?.behavior !== "form" &&
      others.every(({ paths }) => paths?.some((path) => path.label === label && path.behavior?.behavior !== "form")),
  );
}

/**
 * What is picked after a click or a key: `id` alone changes, or with `range` all from `anchor` to it are picked.
 * @param {Set<string>} picked @param {string[]} order @param {string} id @param {string | undefined} anchor @param {boolean} range
 */
export function pickedAfter(picked, order, id, anchor, range) {
  const next = new Set(picked);
  const from = anchor === undefined ? -1 : order.indexOf(anchor);
  const to = order.indexOf(id);
  if (range && from >= 0 && to >= 0) {
    for (const between of order.slice(Math.min(from, to), Math.max(from, to) + 1)) if (!between.startsWith("room:")) next.add(between);
  } else if (!next.delete(id)) next.add(id);
  return next;
}

/** How it went, in words. @param {Run} run */
export function summed({ title, total, results, ended }) {
  const refused = results.filter(({ error }) => error).length;
  if (!ended) return `${title}: ${results.length} of ${total}`;
  return `${title}: ${results.length - refused} done${refused ? `, ${refused} refused` : ""}`;
}
