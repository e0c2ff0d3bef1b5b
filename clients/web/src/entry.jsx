import { useEffect, useState } from "preact/hooks";
import { Chat } from "./chat.jsx";
import { Avatar, Icon } from "./icons.jsx";
import { Label } from "./label.jsx";
import { age, happened, lockedOut, names, why } from "./words.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Path} Path */

/** @param {{ session: Session, entry: Entry, onClose: () => void }} props */
export function EntryPane({ session, entry, onClose }) {
  const [busy, setBusy] = useState(false);
  const { client } = session;
  const closed = lockedOut(session, entry);
  const offline = client.state !== "online";

  useEffect(() => {
    if (!entry.guest && !entry.seen && client.state === "online") client.read(entry.id, { seen: true });
  }, [entry.seen, entry.visit, client.state]);

  /** @param {Path} path */
  const choose = async (path) => {
    if (busy || closed) return;
    setBusy(true);
    try {
      await client.behaviors.choose(client, entry, path);
    } catch (error) {
      session.refused(error);
    }
    setBusy(false);
  };

  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target.closest("input, textarea, select, dialog") || event.metaKey || event.ctrlKey) return;
      const path = entry.guest ? undefined : entry.paths[Number(event.key) - 1];
      if (path) void choose(path);
      else if (event.key === "c") {
        document.getElementById("say")?.focus();
        event.preventDefault();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  return (
    <article class="entry" aria-labelledby="entry-title">
      <div class="entry-head">
        <button class="plain back" onClick={onClose} aria-label="Back to the inbox">
          <Icon name="back" />
        </button>
        <div class="grow">
          <p class="entry-line">
            <Label entry={entry} />
            {!entry.guest && <span class="quiet">{entry.workflow}</span>}
          </p>
          <h2 id="entry-title">{entry.title}</h2>
          {entry.description && <p class="lead">{entry.description}</p>}
          {entry.summary && <p class="quiet">{entry.summary}</p>}
        </div>
      </div>
      {!entry.guest && (
        <section aria-label="What to do">
          <p class={closed ? "why closed" : "why"}>
            {entry.locked && <Icon name="lock" />}
            {why(session, entry)}
          </p>
          <div class="paths">
            {entry.paths.map((path, index) => (
              <button
                key={path.label}
                class={index === 0 ? "path primary" : "path"}
                disabled={closed || offline || busy}
                title={closed ? why(session, entry) : undefined}
                onClick={() => choose(path)}
              >
                <Icon name={path.icon} />
                {path.label}
                {index < 9 && <kbd aria-hidden="true">{index + 1}</kbd>}
              </button>
            ))}
          </div>
          <Claim session={session} entry={entry} disabled={offline} />
        </section>
      )}
      <Details session={session} entry={entry} />
      <Chat session={session} entry={entry} />
      {!entry.guest && <History session={session} entry={entry} />}
    </article>
  );
}

/** @param {{ session: Session, entry: Entry, disabled: boolean }} props */
function Claim({ session, entry, disabled }) {
  const me = session.client.profile?.id ?? "";
  if (lockedOut(session, entry)) return null;
  const held = entry.locked?.by.includes(me);
  const act = () =>
    (held ? session.client.unlock(entry.id) : session.client.lock(entry.id)).catch((error) =>
      session.refused(error),
    );
  return (
    <p class="claim">
      <button class="link" disabled={disabled} onClick={act}>
        {held ? "Release the lock" : "Hold it while you decide"}
      </button>
      {entry.locked?.until && <span class="quiet"> until {new Date(entry.locked.until).toLocaleTimeString()}</span>}
    </p>
  );
}

/** @param {{ session: Session, entry: Entry }} props */
function Details({ session, entry }) {
  const { ids, count } = entry.recipients;
  const data = Object.entries(entry.data ?? {}).filter(
    ([key, value]) => typeof value !== "object" && !["summaryTitle", "summary", "icon"].includes(key),
  );
  return (
    <section class="details" aria-label="Details">
      <p class="faces" title={names(session, ids)}>
        {ids.slice(0, 6).map((id) => (
          <Avatar key={id} name={session.client.store.name(id)} />
        ))}
        <span class="quiet">{count === 1 ? names(session, ids) : `${count} people: ${names(session, ids)}`}</span>
      </p>
      {entry.dispatch && (
        <p class="quiet">
          {entry.dispatch.tracker} by {session.client.store.name(entry.dispatch.author)}
          {entry.dispatch.taskState && <span class="state">{entry.dispatch.taskState}</span>}
        </p>
      )}
      {data.length > 0 && (
        <dl class="data">
          {data.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** @param {{ session: Session, entry: Entry }} props */
function History({ session, entry }) {
  const [events, setEvents] = useState(/** @type {any[]} */ ([]));
  const online = session.client.state === "online";
  useEffect(() => {
    if (!online) return;
    session.client
      .history(entry.id)
      .then((page) => setEvents(page.events))
      .catch(() => {});
  }, [entry.version, online]);
  return (
    <section aria-label="History">
      <h3>History</h3>
      <ol class="history">
        {events.map((event) => {
          const { who, what } = happened(session, event);
          return (
            <li key={event.n}>
              <strong>{who}</strong> {what}
              <time class="quiet" dateTime={event.at}>
                {age(event.at)}
              </time>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
