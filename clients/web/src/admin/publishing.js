/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("./editor/editor.js").Finding} Finding */
/** @typedef {{ status: number, version?: number, findings: Finding[], definition?: any, message?: string, details?: any }} Told */

/**
 * Have the server check the text of a definition and, unless `dry`, publish it. The text goes as it
 * is, so that findings have their places in it.
 * @param {Session} session @param {string} name @param {string} text @param {{ dry: true } | { base: number }} how @returns {Promise<Told>}
 */
export async function put(session, name, text, how) {
  const query = "dry" in how ? "dry=1" : `base=${how.base}`;
  const answer = await fetch(`/v1/workflows/${encodeURIComponent(name)}?${query}`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${session.token}`, "Content-Type": "application/json" },
    body: text,
  });
  const told = await answer.json();
  return { findings: [], ...told, status: answer.status };
}

/** A definition as text for people. @param {any} definition */
export const written = (definition) => `${JSON.stringify(definition, null, 2)}\n`;

/** What a new workflow begins with. */
export const TEMPLATE = {
  start: {
    step: {
      name: "New",
      nameStyle: "info",
      template: "What it is about",
      description: "Waiting for somebody",
      scope: "$sink",
      paths: [{ label: "Done", step: "done", icon: "check" }],
    },
  },
  done: {
    step: { name: "Done", nameStyle: "success", scope: "$all", status: "retired" },
  },
};
