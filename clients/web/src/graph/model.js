import { actionWords, scopeWords } from "./wording.js";

/**
 * @typedef {{ icon: string, text: string }} Doing what a step does when it becomes active
 * @typedef {{ label: string, icon?: string, behavior?: string }} Way one path, or one trigger, of an edge
 * @typedef {{
 *   key: string, name: string, style: string, scope: string, scopeRaw: string, description: string,
 *   retired: boolean, first: boolean, missing: boolean, workflow: boolean, doings: Doing[], paths: (Way & { target: string })[],
 * }} Step a box: a step; a step that paths lead to and that is not there (`missing`); or another
 * workflow that a trigger starts (`workflow`)
 * @typedef {{ id: string, source: string, target: string, kind: "path" | "trigger", ways: Way[] }} Edge
 * all that leads from one step to another in one way
 * @typedef {{ steps: Map<string, Step>, edges: Edge[] }} Model
 */

/**
 * What there is to draw of a definition. It is read as an author may be writing it just now: what
 * has not the expected form yet counts as absent.
 * @param {any} definition @returns {Model}
 */
export function modelOf(definition) {
  /** @type {Map<string, Step>} */
  const steps = new Map();
  /** @type {Map<string, Edge>} */
  const edges = new Map();
  const nodes = object(definition);
  const keys = Object.keys(nodes).filter((key) => !key.startsWith("$"));
  // The first step first: the picture begins with it, and what leads back is seen from it.
  keys.sort((a, b) => Number(b === "start") - Number(a === "start"));
  for (const key of keys) steps.set(key, stepOf(key, object(nodes[key])));

  /** @param {string} source @param {string} target @param {Edge["kind"]} kind @param {Way} way */
  const join = (source, target, kind, way) => {
    const id = edgeId(source, target, kind);
    const edge = edges.get(id) ?? { id, source, target, kind, ways: [] };
    edge.ways.push(way);
    edges.set(id, edge);
  };
  for (const key of keys) {
    for (const { target, ...way } of steps.get(key)?.paths ?? []) {
      if (!steps.has(target)) steps.set(target, blank(target, { missing: true }));
      join(key, target, "path", way);
    }
    for (const action of list(object(nodes[key]).actions, "action")) {
      if (action.action !== "trigger") continue;
      const args = object(action.args);
      const rule = text(args.rule ?? args.workflow);
      const at = text(args.step) || (typeof action.args === "string" ? action.args : "");
      if (rule) {
        // A space first: no step has such a key.
        const id = ` ${rule}`;
        if (!steps.has(id)) steps.set(id, blank(id, { workflow: true, name: rule }));
        join(key, id, "trigger", { label: at ? `starts at ${at}` : "starts", icon: "bolt" });
      } else if (at) {
        if (!steps.has(at)) steps.set(at, blank(at, { missing: true }));
        join(key, at, "trigger", { label: "follows by itself", icon: "bolt" });
      }
    }
  }
  return { steps, edges: [...edges.values()] };
}

/** @param {string} source @param {string} target @param {string} kind */
export const edgeId = (source, target, kind) => JSON.stringify([source, target, kind]);

/** @param {string} key @param {Record<string, any>} node @returns {Step} */
function stepOf(key, node) {
  const inner = Array.isArray(node.step) ? { paths: node.step } : object(node.step);
  const step = { ...node, ...inner };
  const raw = text(step.scope).trim() || "$sink";
  /** @type {Map<string, string>} */
  const behaviors = new Map(list(node.behaviors, "handle").map(({ handle, behavior }) => [text(handle), text(behavior)]));
  return {
    ...blank(key, {}),
    name: text(step.name) || key,
    style: text(step.nameStyle),
    scope: scopeWords(raw),
    scopeRaw: raw,
    description: text(step.description),
    retired: step.status === "retired",
    first: key === "start",
    doings: list(node.actions, "action").map(actionWords).filter((doing) => doing !== null),
    paths: list(step.paths, "step")
      .filter((path) => text(path.step))
      .map((path) => ({
        label: text(path.label) || "…",
        icon: text(path.icon) || undefined,
        behavior: behaviors.get(text(path.behavior)) || text(path.behavior) || undefined,
        target: text(path.step),
      })),
  };
}

/** @param {string} key @param {Partial<Step>} more @returns {Step} */
function blank(key, more) {
  const none = { style: "", scope: "", scopeRaw: "", description: "", retired: false, first: false, missing: false, workflow: false };
  return { key, name: key, ...none, doings: [], paths: [], ...more };
}

/**
 * Members written as an array, or as an object whose keys are the member `key` of each.
 * @param {any} value @param {string} key @returns {Record<string, any>[]}
 */
function list(value, key) {
  if (Array.isArray(value)) return value.map(object).filter((each) => Object.keys(each).length > 0);
  return Object.entries(object(value)).map(([name, each]) => ({ [key]: name, ...object(each) }));
}

/** @param {any} value @returns {Record<string, any>} */
const object = (value) => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});
/** @param {any} value */
const text = (value) => (typeof value === "string" ? value : "");

/**
 * The steps that can still be reached from these, themselves included.
 * @param {Model} model @param {Iterable<string>} from
 */
export function reachable(model, from) {
  /** @type {Map<string, string[]>} */
  const next = new Map();
  for (const { source, target } of model.edges) next.set(source, [...(next.get(source) ?? []), target]);
  const found = new Set(from);
  const waiting = [...found];
  while (waiting.length) {
    for (const key of next.get(/** @type {string} */ (waiting.pop())) ?? []) {
      if (found.has(key)) continue;
      found.add(key);
      waiting.push(key);
    }
  }
  return found;
}
