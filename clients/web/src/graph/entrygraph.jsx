import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useDefinition } from "../entry/definitions.js";
import { lockedOut } from "../look/words.js";
import { Graph } from "./graph.jsx";
import { hopsOf, liveOf, wayKey } from "./live.js";
import { edgeId, modelOf } from "./model.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").HistoryEvent} HistoryEvent */
/** @typedef {import("./live.js").Standing} Standing */

/** Pages of an entry's history, and of its people, that are read at most. */
const PAGES = 10;
const PAGE = 200;

/**
 * An entry in its workflow, live: where everyone stands, the route so far, and what may come.
 * @param {{ session: Session, entry: Entry, onChoose?: (path: import("lockstep-client").Path) => void }} props
 */
export default function EntryGraph({ session, entry, onChoose }) {
  const { client } = session;
  const definition = useDefinition(session, entry);
  const { events, people } = useWhatHappened(session, entry);
  const me = client.profile?.id ?? "";
  const [selected, setSelected] = useState(/** @type {string | undefined} */ (undefined));

  // Names as people saw them last, where a step was there: they may be made by templates.
  const names = JSON.stringify([...new Map(hopsOf(events).map(({ to, name }) => [to, name]))]);
  const model = useMemo(() => {
    const made = modelOf(definition);
    for (const [key, name] of JSON.parse(names)) {
      const step = made.steps.get(key);
      if (step && name) step.name = name;
    }
    return made;
  }, [definition, names]);
  // What the view says of this user is newer than what was read.
  const mine = { id: me, name: client.profile?.name ?? me, step: entry.step, status: entry.status };
  const live = liveOf(model, events, [mine, ...people.filter(({ id }) => id !== me)]);

  const last = live.hops.at(-1);
  const fresh = useFresh(last?.number, live.hops.length);
  const choices = new Map();
  if (entry.status === "active" && !lockedOut(session, entry)) {
    for (const path of entry.paths) {
      const choose = onChoose ?? (() => client.behaviors.choose(client, entry, path).catch((error) => session.refused(error)));
      choices.set(wayKey(edgeId(entry.step, path.step, "path"), path.label), () => choose(path));
    }
  }
  if (!definition) return <p class="quiet">{client.state === "online" ? "Reading the workflow…" : "The workflow is shown once there is a connection."}</p>;
  const way = last?.from && wayKey(edgeId(last.from, last.to, last.path === undefined ? "trigger" : "path"), last.path ?? "");
  const running = { live, here: entry.step, fresh: fresh && way ? way : undefined, name: (/** @type {string} */ id) => session.name(id), me, choices };
  return (
    <section class="entry-graph" aria-label="Workflow">
      <Graph model={model} label={`The workflow ${entry.workflow}, and where everybody stands`} selected={selected} onSelect={setSelected} running={running} />
      <p class="quiet small graph-version">
        {entry.workflow}, version {entry.workflowVersion}
        {last && ` · ${live.hops.length} ${live.hops.length === 1 ? "step" : "steps"} so far`}
      </p>
    </section>
  );
}

/** Whether the last hop came while it was being looked at. @param {number | undefined} number @param {number} count */
function useFresh(number, count) {
  const begun = useRef(0);
  useEffect(() => {
    if (!begun.current && count) begun.current = count;
  }, [count]);
  return Boolean(begun.current && number && number > begun.current);
}

/** The history and the people of an entry, read again with each of its changes. @param {Session} session @param {Entry} entry */
function useWhatHappened(session, entry) {
  const [events, setEvents] = useState(/** @type {HistoryEvent[]} */ ([]));
  const [people, setPeople] = useState(/** @type {Standing[]} */ ([]));
  const online = session.client.state === "online";
  const address = `/v1/entries/${encodeURIComponent(entry.id)}`;
  useEffect(() => {
    if (!online) return;
    let left = false;
    const newest = events[0]?.n ?? 0;
    const look = async () => {
      const [history, standing] = await Promise.all([
        pages((before) => session.read(`${address}/history?limit=${PAGE}${before}`), newest),
        everybody((after) => session.read(`${address}/people${after}`)),
      ]);
      if (left) return;
      setEvents((known) => [...history, ...known.filter(({ n }) => n < (history.at(-1)?.n ?? 0))]);
      setPeople(standing);
    };
    look().catch((error) => session.refused(error));
    return () => void (left = true);
  }, [entry.id, entry.version, online]);
  return { events, people };
}

/** The events since `newest`, newest first. @param {(before: string) => Promise<any>} read @param {number} newest */
async function pages(read, newest) {
  /** @type {HistoryEvent[]} */
  const found = [];
  let before = "";
  for (let page = 0; page < PAGES; page++) {
    const next = await read(before);
    found.push(...next.events);
    if (next.before === undefined || next.before <= newest) break;
    before = `&before=${next.before}`;
  }
  return found;
}

/** @param {(after: string) => Promise<any>} read */
async function everybody(read) {
  /** @type {Standing[]} */
  const found = [];
  for (let page = 0; page < PAGES; page++) {
    const { people } = await read(found.length ? `?after=${encodeURIComponent(/** @type {Standing} */ (found.at(-1)).id)}` : "");
    found.push(...people);
    if (people.length < 500) break;
  }
  return found;
}
