/** @typedef {{ key: string, title: string, ids: string[], top: number, height: number, tops: number[] }} Section */
/** @typedef {{ sections: Section[], height: number }} Geometry */
/**
 * `top` and `height` of a section with its heading, in pixels; `tops`: where each row begins within the section, and
 * where the last one ends.
 */

/**
 * Where each row stands. Heights are known before anything is drawn, so nothing is measured.
 * @param {import("./arrangement.js").Group[]} groups @param {(id: string) => number} heightOf @param {number} heading the
 * height of a heading @returns {Geometry}
 */
export function measured(groups, heightOf, heading) {
  let top = 0;
  const sections = groups.map(({ key, title, ids }) => {
    let at = title ? heading : 0;
    const tops = [at];
    for (const id of ids) tops.push((at += heightOf(id)));
    const section = { key, title, ids, top, height: at, tops };
    top += at;
    return section;
  });
  return { sections, height: top };
}

/**
 * The rows of each section that lie between two heights of the list: `from` to `to` (without).
 * @param {Geometry} geometry @param {number} above @param {number} below @returns {{ section: Section, from: number, to: number }[]}
 */
export function within({ sections }, above, below) {
  const found = [];
  for (const section of sections) {
    if (section.top > below) break;
    if (section.top + section.height < above) continue;
    const from = Math.max(0, after(section.tops, above - section.top) - 1);
    const to = Math.min(section.ids.length, after(section.tops, below - section.top));
    found.push({ section, from, to });
  }
  return found;
}

/** Where a row begins and ends. @param {Geometry} geometry @param {string} id @returns {[number, number] | null} */
export function spot({ sections }, id) {
  for (const { ids, top, tops } of sections) {
    const index = ids.indexOf(id);
    if (index >= 0) return [top + /** @type {number} */ (tops[index]), top + /** @type {number} */ (tops[index + 1])];
  }
  return null;
}

/** How many of these heights, which grow, are not above `at`. @param {number[]} tops @param {number} at */
function after(tops, at) {
  let from = 0;
  let to = tops.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (/** @type {number} */ (tops[middle]) <= at) from = middle + 1;
    else to = middle;
  }
  return from;
}
