/** @typedef {import("./layout.js").Plan} Plan */

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };
/** How far from the arrow's direction a step may be, as across by along. */
const ASKEW = 2.5;

/**
 * The step that an arrow key leads to: along a line where one leads that way, and else the nearest
 * one there; null where there is none.
 * @param {Plan} plan @param {string} from @param {string} key the event's `key` @returns {string | null}
 */
export function walk(plan, from, key) {
  const here = plan.boxes.get(from);
  const way = WAYS[key];
  if (!here || !way) return null;
  const [toX, toY] = way;
  /** @param {Iterable<string>} keys @param {number} askew */
  const nearest = (keys, askew) => {
    let [best, least] = [/** @type {string | null} */ (null), Infinity];
    for (const other of keys) {
      const box = plan.boxes.get(other);
      if (!box || other === from) continue;
      const [dx, dy] = [box.x - here.x, box.y - here.y];
      const along = dx * toX + dy * toY;
      const across = Math.abs(dx * toY) + Math.abs(dy * toX);
      if (along <= 1 || across > along * askew) continue;
      const far = along + across * 2;
      if (far < least) [best, least] = [other, far];
    }
    return best;
  };
  const joined = plan.lines.flatMap(({ edge }) => (edge.source === from ? edge.target : edge.target === from ? edge.source : []));
  // Lines lead up and down, however far they go to the side; left and right is mostly what stands beside.
  return nearest(joined, toY ? Infinity : 0.7) ?? nearest(plan.boxes.keys(), ASKEW);
}
