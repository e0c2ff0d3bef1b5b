import { useEffect, useState } from "preact/hooks";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {Record<string, { step: Record<string, any> }>} Definition nodes by step key, in the canonical form */

/** Versions never change: each is asked for once a session. @type {WeakMap<Session, Map<string, Promise<Definition | undefined>>>} */
const known = new WeakMap();

/** @param {Session} session @param {string} name @param {number} version */
function asked(session, name, version) {
  /** @type {Map<string, Promise<Definition | undefined>>} */
  const mine = known.get(session) ?? new Map();
  known.set(session, mine);
  const key = `${name}@${version}`;
  const found =
    mine.get(key) ??
    session.read(`/v1/workflows/${encodeURIComponent(name)}?version=${version}`).then(
      ({ definition }) => definition,
      // Without it there is less to say; it is asked for again with the next look.
      () => void mine.delete(key),
    );
  mine.set(key, found);
  return found;
}

/** The workflow of an entry as it was started with, once it is there. @param {Session} session @param {Entry} entry */
export function useDefinition(session, { guest, workflow, workflowVersion }) {
  const [definition, setDefinition] = useState(/** @type {Definition | undefined} */ (undefined));
  const online = session.client.state === "online";
  useEffect(() => {
    if (guest || definition || !online) return;
    let left = false;
    void asked(session, workflow, workflowVersion).then((found) => {
      if (!left) setDefinition(found);
    });
    return () => void (left = true);
  }, [guest, workflow, workflowVersion, online]);
  return definition;
}

/** The schema of a tracker's data, once it is there. @param {Session} session @param {string} handle @returns {any} */
export function useTracker(session, handle) {
  const [, draw] = useState(0);
  const online = session.client.state === "online";
  useEffect(() => {
    if (!online || session.schemas.has(handle)) return;
    session
      .read(`/v1/trackers/${encodeURIComponent(handle)}`)
      .then(({ schema }) => {
        session.schemas.set(handle, schema ?? {});
        draw((times) => times + 1);
      })
      // The data is shown all the same, with names made of its own.
      .catch(() => {});
  }, [handle, online]);
  return session.schemas.get(handle);
}
