import { modelOf } from "../graph/model.js";

/** @typedef {{ kind: "added" | "removed" | "changed", step: string, text: string }} Change `step`: its key */

/** What differs between two definitions, in words, step by step. @param {any} before @param {any} after @returns {Change[]} */
export function changesBetween(before, after) {
  const [old, now] = [modelOf(before), modelOf(after)];
  /** @type {Change[]} */
  const found = [];
  const own = (/** @type {import("../graph/model.js").Step | undefined} */ step) => (step && !step.missing && !step.workflow ? step : undefined);
  for (const key of new Set([...old.steps.keys(), ...now.steps.keys()])) {
    const [was, is] = [own(old.steps.get(key)), own(now.steps.get(key))];
    if (!was && !is) continue;
    if (!was) found.push({ kind: "added", step: key, text: `The step “${is?.name}”` });
    else if (!is) found.push({ kind: "removed", step: key, text: `The step “${was.name}”` });
    else found.push(...within(key, was, is, before?.[key], after?.[key]));
  }
  return found;
}

/** @param {string} key @param {import("../graph/model.js").Step} was @param {import("../graph/model.js").Step} is @param {any} before @param {any} after @returns {Change[]} */
function within(key, was, is, before, after) {
  /** @type {Change[]} */
  const found = [];
  /** @param {Change["kind"]} kind @param {string} text */
  const tell = (kind, text) => void found.push({ kind, step: key, text });
  if (was.name !== is.name) tell("changed", `Name: “${was.name}” → “${is.name}”`);
  if (was.style !== is.style) tell("changed", `Colour: ${was.style || "none"} → ${is.style || "none"}`);
  if (was.scopeRaw !== is.scopeRaw) tell("changed", `For ${was.scope} → for ${is.scope}`);
  if (was.retired !== is.retired) tell("changed", is.retired ? "It ends here now" : "It does not end here any more");
  for (const member of ["description", "template"]) {
    const [one, two] = [inner(before)[member], inner(after)[member]];
    if (one !== two) tell("changed", `${member === "template" ? "Title" : "Description"}: ${said(one)} → ${said(two)}`);
  }
  const paths = new Map(was.paths.map((path) => [path.label, path]));
  for (const path of is.paths) {
    const earlier = paths.get(path.label);
    paths.delete(path.label);
    if (!earlier) tell("added", `The path “${path.label}” to ${path.target}`);
    else if (earlier.target !== path.target) tell("changed", `The path “${path.label}” leads to ${path.target}, not ${earlier.target}`);
    else if (JSON.stringify(earlier) !== JSON.stringify(path)) tell("changed", `The path “${path.label}”: icon or behavior`);
  }
  for (const label of paths.keys()) tell("removed", `The path “${label}”`);
  const [did, does] = [was.doings.map(({ text }) => text), is.doings.map(({ text }) => text)];
  for (const text of does.filter((each) => !did.includes(each))) tell("added", text);
  for (const text of did.filter((each) => !does.includes(each))) tell("removed", text);
  if (JSON.stringify(before?.behaviors) !== JSON.stringify(after?.behaviors)) tell("changed", "Behaviors");
  if (!found.length && JSON.stringify(before) !== JSON.stringify(after)) tell("changed", "How it is written");
  return found;
}

/** @param {any} node @returns {Record<string, any>} */
const inner = (node) => ({ ...node, ...node?.step });
/** @param {any} text */
const said = (text) => (text ? `“${text}”` : "none");
