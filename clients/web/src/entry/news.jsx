import { useEffect, useRef, useState } from "preact/hooks";
import { ago, changeOf, lostRace } from "./changes.js";
import { Icon } from "../look/icons.jsx";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("./changes.js").Change} Change */

/** So long a change is lit up. */
const LIT_MS = 6000;
/** So long it is told how long ago it was. */
const TOLD_MS = 10 * 60_000;
const TICK_MS = 20_000;

/**
 * The last change of an entry that was seen here, and whether a part is lit up by it.
 * @param {Session} session @param {Entry} entry
 */
export function useChange(session, entry) {
  const last = useRef(entry);
  const told = useRef(/** @type {any} */ (null));
  const [change, setChange] = useState(/** @type {(Change & { at: number }) | null} */ (null));
  const [lit, setLit] = useState(false);
  const { client } = session;

  useEffect(
    () =>
      client.on("change", (changed) => {
        const message = changed.get(entry.id);
        if (message?.type === "diff") told.current = message;
      }),
    [session, entry.id],
  );
  useEffect(() => {
    const before = last.current;
    last.current = entry;
    const known = told.current?.version === entry.version ? told.current : {};
    const found = changeOf(before, entry, known, (id) => client.store.name(id));
    if (!found) return;
    setChange({ ...found, at: Date.now() });
    setLit(found.by !== client.profile?.id);
  }, [entry.version]);
  useEffect(() => {
    if (!lit) return;
    const timer = setTimeout(() => setLit(false), LIT_MS);
    return () => clearTimeout(timer);
  }, [lit, change]);

  /** A class for what shows this part. @param {string} part */
  const mark = (part) => (lit && change?.parts.includes(part) ? "lit" : "");
  return { change, mark };
}

/** What just changed and who did it, in one line. @param {{ session: Session, change: (Change & { at: number }) | null }} props */
export function News({ session, change }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!change) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [change]);
  const told = change && now - change.at < TOLD_MS ? change : null;
  return (
    <p class="news">
      <span role="status">{told && <Said session={session} change={told} />}</span>
      {/* That time goes by is no news. */}
      {told && <time class="quiet"> · {ago(now - told.at)}</time>}
    </p>
  );
}

/** @param {{ session: Session, change: Change }} props */
function Said({ session, change: { by, moved, text = "" } }) {
  const who = by ? session.name(by) : "";
  if (!moved) return <>{who ? `${who} ${text}` : text.charAt(0).toUpperCase() + text.slice(1)}</>;
  const { path, from, to } = moved;
  return (
    <>
      <strong>{who}</strong> {path ? `chose “${path}”` : "moved it on"}
      {from === to ? ` · still at ${to}` : ` · ${from} → ${to}`}
    </>
  );
}

/** Choices that somebody else was faster with, until they were read. @type {WeakMap<Session, Map<string, string>>} */
const races = new WeakMap();

/**
 * Say why a choice was not done: who was faster in the place where it was made, anything else as a toast.
 * @param {Session} session @param {Entry} before as it was then @param {string} path @param {any} error
 */
export function refuse(session, before, path, error) {
  const { client } = session;
  const said = lostRace(error, before, path, {
    me: client.profile?.id ?? "",
    now: Date.now(),
    name: (id) => client.store.name(id),
  });
  if (said) races.set(session, (races.get(session) ?? new Map()).set(before.id, said));
  if (!said || session.open !== before.id) session.refused(error);
  session.refresh();
}

/** Nothing was lost any more: it was read, or something else is chosen. @param {Session} session @param {string} entry */
export function forgetRace(session, entry) {
  if (races.get(session)?.delete(entry)) session.refresh();
}

/** Whether it is told that somebody was faster. @param {Session} session @param {string} entry */
export const isRaced = (session, entry) => Boolean(races.get(session)?.has(entry));

/**
 * Who was faster, and in the same breath why the paths are closed now, if they are.
 * @param {{ session: Session, entry: Entry, closed: string | null }} props
 */
export function LostRace({ session, entry, closed }) {
  const said = races.get(session)?.get(entry.id);
  return (
    <div role="alert">
      {said && (
        <p class="note closed lost">
          <Icon name="alert" />
          <span class="grow">
            {said} {closed && <span id="shut">{closed}</span>}
          </span>
          <button class="plain" aria-label="Dismiss" onClick={() => forgetRace(session, entry.id)}>
            <Icon name="cross" />
          </button>
        </p>
      )}
    </div>
  );
}
