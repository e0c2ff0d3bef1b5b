/** @typedef {import("./layout.js").Point} Point */
/** @typedef {import("./layout.js").Box} Box */
/** @typedef {{ edge: import("./model.js").Edge, points: Point[], label: Point }} Route `points`: the turns between the two boxes */

/** Lines leave and reach a box at least so far from one another, and from its corners. */
const APART = 18;
const CORNER = 16;

/**
 * The same routes with the points at both boxes added: lines that leave a box at the same side have
 * places of their own there, in the order of where they lead, so that they do not cross at once.
 * @param {Route[]} routes @param {Map<string, Box>} boxes @returns {Route[]}
 */
export function ports(routes, boxes) {
  /** @type {Map<string, { box: Box, x: number, set: (point: Point) => void, y: number }[]>} */
  const sides = new Map();
  const whole = routes.map((route) => ({ ...route, points: [...route.points] }));
  for (const route of whole) {
    const turns = route.points.length ? [...route.points] : [route.label];
    const ends = /** @type {const} */ ([
      [route.edge.source, turns[0], (/** @type {Point} */ point) => route.points.unshift(point)],
      [route.edge.target, turns.at(-1), (/** @type {Point} */ point) => route.points.push(point)],
    ]);
    for (const [key, turn, set] of ends) {
      const box = boxes.get(key);
      if (!box || !turn) continue;
      const down = turn.y > box.y;
      const side = `${down}${key}`;
      sides.set(side, [...(sides.get(side) ?? []), { box, x: turn.x, set, y: box.y + (down ? 1 : -1) * (box.height / 2) }]);
    }
  }
  for (const ends of sides.values()) {
    ends.sort((a, b) => a.x - b.x);
    const xs = spread(ends.map(({ x }) => x), /** @type {Box} */ (ends[0]?.box));
    ends.forEach(({ set, y }, index) => set({ x: xs[index] ?? 0, y }));
  }
  return whole;
}

/** Places along one side of a box, as near as possible to where the lines lead. @param {number[]} wanted ascending @param {Box} box */
function spread(wanted, { x, width }) {
  const [left, right] = [x - width / 2 + CORNER, x + width / 2 - CORNER];
  const apart = Math.min(APART, (right - left) / Math.max(1, wanted.length - 1));
  const places = wanted.map((each) => Math.min(Math.max(each, left), right));
  for (let index = 1; index < places.length; index++) {
    places[index] = Math.max(places[index] ?? 0, (places[index - 1] ?? 0) + apart);
  }
  let most = right;
  for (let index = places.length - 1; index >= 0; index--, most -= apart) {
    places[index] = Math.min(places[index] ?? 0, most);
  }
  return places;
}

/** A smooth line that is upright at each of its points, and its head. @param {Point[]} points */
export function curve(points) {
  const [first, last] = [points[0] ?? { x: 0, y: 0 }, points.at(-1) ?? { x: 0, y: 0 }];
  const upwards = last.y < first.y;
  // The line ends where the head begins.
  const ends = [...points.slice(0, -1), { x: last.x, y: last.y + (upwards ? 8 : -8) }];
  let d = `M${round(first.x)} ${round(first.y)}`;
  for (let index = 1; index < ends.length; index++) {
    const [from, to] = /** @type {[Point, Point]} */ ([ends[index - 1], ends[index]]);
    const middle = round((from.y + to.y) / 2);
    d += from.x === to.x ? ` V${round(to.y)}` : ` C${round(from.x)} ${middle} ${round(to.x)} ${middle} ${round(to.x)} ${round(to.y)}`;
  }
  return { d, head: { ...last, turn: upwards ? 0 : 180 } };
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
