import { Graph, layout as arrange } from "@dagrejs/dagre";
import { ROW, loopOf, sizeOf, waysOf } from "./sizes.js";
import { curve, ports } from "./routing.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Edge} Edge */
/** @typedef {import("./measuring.js").Measure} Measure */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {import("./sizes.js").Text & { step: import("./model.js").Step, x: number, y: number, width: number, height: number }} Box `x` and `y`: its middle */
/** @typedef {{ way: import("./model.js").Way, text: string, y: number, x: number, width: number }} Row one path's label: `x` and `y` are its middle */
/** @typedef {{ edge: Edge, d: string, head: Point & { turn: number }, rows: Row[], points: Point[] }} Line `turn`: where the head points to, in degrees from upwards */
/** @typedef {{ width: number, height: number, boxes: Map<string, Box>, lines: Line[] }} Plan all that is to be drawn, from (0, 0) on */

/** From the outermost box or label to the end of the picture. */
const MARGIN = 24;
/** Above this many boxes a quicker way of ranking is used, whose lines are a bit longer. */
const MANY = 120;

/** Where everything of a model stands. @param {Model} model @param {Measure} measure @returns {Plan} */
export function layout(model, measure) {
  const graph = new Graph({ multigraph: true });
  const ranker = model.steps.size > MANY ? "tight-tree" : "network-simplex";
  graph.setGraph({ rankdir: "TB", nodesep: 40, edgesep: 24, ranksep: 64, marginx: MARGIN, marginy: MARGIN, ranker });
  /** @type {Map<string, import("./sizes.js").Text>} */
  const texts = new Map();
  const loops = new Map(model.edges.filter(({ source, target }) => source === target).map((edge) => [edge.source, edge]));
  for (const step of model.steps.values()) {
    const size = sizeOf(step, measure);
    const loop = loops.get(step.key);
    const beside = loop ? loopOf(loop, measure) : { width: 0, height: 0 };
    texts.set(step.key, size);
    // A line to the step itself needs room at the right, and the picture looks calmer with it at the left, too.
    graph.setNode(step.key, { width: size.width + beside.width, height: Math.max(size.height, beside.height) });
  }
  const others = model.edges.filter(({ source, target }) => source !== target);
  for (const edge of others) {
    const { width, height } = waysOf(edge, measure);
    graph.setEdge(edge.source, edge.target, { width: width + 8, height, labelpos: "c", weight: edge.kind === "path" ? 2 : 1 }, edge.id);
  }
  arrange(graph);

  /** @type {Map<string, Box>} */
  const boxes = new Map();
  for (const step of model.steps.values()) {
    const { x, y, width: whole } = graph.node(step.key);
    const size = /** @type {import("./sizes.js").Text} */ (texts.get(step.key));
    boxes.set(step.key, { ...size, step, x: x - (whole - size.width) / 2, y });
  }
  const routes = others.map((edge) => {
    const { points, x = 0, y = 0 } = graph.edge({ v: edge.source, w: edge.target, name: edge.id });
    return { edge, points: (points ?? []).slice(1, -1), label: { x, y } };
  });
  const lines = ports(routes, boxes).map(({ edge, points, label }) => ({
    edge,
    points,
    ...curve(points),
    rows: rowsAt(edge, label, measure),
  }));
  for (const [key, edge] of loops) lines.push(around(edge, /** @type {Box} */ (boxes.get(key)), measure));
  const { width = 0, height = 0 } = graph.graph();
  return { width: Math.max(width, 1), height: Math.max(height, 1), boxes, lines };
}

/** The labels of an edge one below the other, around their middle. @param {Edge} edge @param {Point} at @param {Measure} measure @returns {Row[]} */
function rowsAt(edge, { x, y }, measure) {
  const { rows } = waysOf(edge, measure);
  return rows.map((row, index) => ({ ...row, x, y: y + (index - (rows.length - 1) / 2) * ROW }));
}

/** A line from a step to itself: out at the right, around, and back in. @param {Edge} edge @param {Box} box @param {Measure} measure @returns {Line} */
function around(edge, box, measure) {
  const right = box.x + box.width / 2;
  const { rows, height, reach } = loopOf(edge, measure);
  const swing = Math.min(box.height / 2 - 10, Math.max(14, height / 2 - 4));
  const out = right + reach;
  const points = [
    { x: right, y: box.y - swing },
    { x: out, y: box.y },
    { x: right, y: box.y + swing },
  ];
  const d = `M${right} ${box.y - swing} C${out} ${box.y - swing} ${out} ${box.y + swing} ${right + 8} ${box.y + swing}`;
  const left = right + reach * 0.75 + 4;
  return {
    edge,
    d,
    points,
    head: { x: right, y: box.y + swing, turn: -90 },
    rows: rows.map((row, index) => ({ ...row, x: left + row.width / 2, y: box.y + (index - (rows.length - 1) / 2) * ROW })),
  };
}
