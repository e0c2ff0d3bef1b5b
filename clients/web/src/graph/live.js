import { edgeId, reachable } from "./model.js";

/** @typedef {import("lockstep-client").HistoryEvent} HistoryEvent */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {{ id: string, name: string, step?: string, status?: string, since?: string }} Standing a recipient, and where */
/**
 * @typedef {{ number: number, n: number, at: string, by: string, from?: string, to: string, path?: string, name: string }} Hop
 * one activation of a step: the `number`th of the entry, `name` as people saw it
 */
/**
 * @typedef {{
 *   hops: Hop[], ways: Map<string, Hop[]>, steps: Map<string, Hop[]>, people: Map<string, Standing[]>, ahead: Set<string>,
 * }} Live `ways`: the hops along each path, by `wayKey`; `steps`: those that led to each step; `people`:
 * who stands at each; `ahead`: where it can still come to
 */

/** One path of an edge. @param {string} edge @param {string} label */
export const wayKey = (edge, label) => `${edge} ${label}`;

/** The activations that a history tells, oldest first. @param {HistoryEvent[]} events in any order @returns {Hop[]} */
export function hopsOf(events) {
  const found = [...events]
    .sort((a, b) => a.n - b.n)
    .flatMap(({ n, at, by, facts }) =>
      facts
        .filter(({ fact }) => fact === "activated")
        .map(({ step, origin, path, name }) => ({ n, at, by, from: origin, to: step, path, name })),
    );
  return found.map((hop, index) => ({ ...hop, number: index + 1 }));
}

/** What there is to show of an entry in its workflow. @param {Model} model @param {HistoryEvent[]} events @param {Standing[]} people @returns {Live} */
export function liveOf(model, events, people) {
  const hops = hopsOf(events);
  /** @type {Live} */
  const live = { hops, ways: new Map(), steps: new Map(), people: new Map(), ahead: new Set() };
  for (const hop of hops) {
    add(live.steps, hop.to, hop);
    if (!hop.from) continue;
    const kind = hop.path === undefined ? "trigger" : "path";
    const id = edgeId(hop.from, hop.to, kind);
    const label = hop.path ?? model.edges.find((edge) => edge.id === id)?.ways[0]?.label ?? "";
    add(live.ways, wayKey(id, label), hop);
  }
  for (const person of people) if (person.step !== undefined) add(live.people, person.step, person);
  const active = people.filter(({ status, step }) => status === "active" && step).map(({ step }) => /** @type {string} */ (step));
  live.ahead = reachable(model, active);
  return live;
}

/** @template K, V @param {Map<K, V[]>} map @param {K} key @param {V} value */
function add(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
