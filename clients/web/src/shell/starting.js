import { title } from "../look/data.jsx";

/** @typedef {{ title: string, tracker?: any, workflow?: string }} Kind what can be begun: a dispatch by its tracker's form, or a workflow */

/**
 * All that this user may begin. A workflow that a tracker starts is begun by its form alone.
 * @param {import("../live/session.js").Session} session @returns {Promise<Kind[]>}
 */
export async function kindsOf(session) {
  const [{ trackers }, { workflows }] = await Promise.all([session.read("/v1/trackers"), session.read("/v1/workflows")]);
  const starting = trackers.filter((/** @type {any} */ tracker) => tracker.workflow);
  const covered = new Set(starting.map((/** @type {any} */ tracker) => tracker.workflow));
  return [
    ...starting.map((/** @type {any} */ tracker) => ({ title: title(tracker.handle), tracker })),
    ...workflows
      .filter((/** @type {any} */ workflow) => !workflow.closed && !covered.has(workflow.name))
      .map((/** @type {any} */ workflow) => ({ title: title(workflow.name), workflow: workflow.name })),
  ];
}
