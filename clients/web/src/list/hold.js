/** @typedef {import("./arrangement.js").Group} Group */
/** @typedef {{ groups: Group[], ids: Set<string>, waiting: number, fresh: Set<string>, moved: boolean }} Shown */
/**
 * `ids`: all that are shown. `waiting`: how many came and are not shown yet. `fresh`: those that just came in.
 * `moved`: whether any row has another place than before.
 */

/** So many rows may move in by themselves: more are simply there. */
const CALM = 12;

/** @type {Shown} */
export const NOTHING = { groups: [], ids: new Set(), waiting: 0, fresh: new Set(), moved: false };

/**
 * What to show when `wanted` is how it should be and `before` is on the screen. While it is `held`, since somebody points
 * at it or reads further down, no row changes its place: what came waits, and what left stays until it is let go of.
 * @param {Shown} before @param {Group[]} wanted @param {boolean} held @returns {Shown}
 */
export function shown(before, wanted, held) {
  if (!held || !before.ids.size) return settled(before, wanted);
  let waiting = 0;
  for (const { ids } of wanted) for (const id of ids) if (!before.ids.has(id)) waiting += 1;
  return { ...before, waiting, fresh: NOTHING.fresh, moved: false };
}

/** All as it should be. @param {Shown} before @param {Group[]} wanted @returns {Shown} */
export function settled(before, wanted) {
  const ids = new Set(wanted.flatMap((group) => group.ids));
  const fresh = new Set();
  if (before.ids.size) {
    for (const id of ids) if (!before.ids.has(id) && fresh.add(id).size > CALM) break;
    if (fresh.size > CALM) fresh.clear();
  }
  return { groups: wanted, ids, waiting: 0, fresh, moved: true };
}

/** Without the rows of what left; nothing else moves. @param {Shown} before @param {(id: string) => boolean} left @returns {Shown} */
export function collapsed(before, left) {
  if (![...before.ids].some(left)) return before;
  const groups = before.groups
    .map((group) => ({ ...group, ids: group.ids.filter((id) => !left(id)) }))
    .filter(({ ids }) => ids.length);
  return { ...before, groups, ids: new Set(groups.flatMap(({ ids }) => ids)), fresh: NOTHING.fresh, moved: true };
}

/**
 * The entry to go to, `by` places from `from`, past those that `skip` names.
 * @param {string[]} order @param {string | undefined} from @param {number} by @param {(id: string) => boolean} skip
 * @param {number} [was] where `from` stood when it was last there: its neighbours are next to that
 */
export function neighbour(order, from, by, skip, was = -1) {
  const here = from === undefined ? -1 : order.indexOf(from);
  const step = Math.sign(by);
  let at = here >= 0 ? here + by : step > 0 ? Math.max(was, 0) + by - 1 : was >= 0 ? was + by : 0;
  at = Math.min(Math.max(at, 0), order.length - 1);
  for (const way of [step, -step]) {
    for (let place = at; place >= 0 && place < order.length; place += way) {
      const id = /** @type {string} */ (order[place]);
      if (!skip(id)) return id;
    }
  }
  return undefined;
}
