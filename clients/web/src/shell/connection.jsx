import { useEffect, useState } from "preact/hooks";
import { useCommands } from "./commands.js";
import { useDisclosure } from "./disclosure.js";
import { Icon } from "../look/icons.jsx";
import { said, sinceWhen } from "./said.js";
import { moment } from "../look/words.js";
import { useNews } from "../live/session.js";

/** @typedef {import("../live/session.js").Session} Session */

/** Draw again each second while something counts. @param {boolean} counts */
function useSeconds(counts) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!counts) return;
    const timer = setInterval(() => tick((times) => times + 1), 1000);
    return () => clearInterval(timer);
  }, [counts]);
}

/** How long until the next try, in words. @param {Session} session */
function nextTry({ client }) {
  const seconds = client.nextTry === null ? 0 : Math.ceil(Math.max(0, client.nextTry - Date.now()) / 1000);
  return seconds > 0 ? `next try in ${seconds} s` : "trying…";
}

/** What it means that there is no connection, and when the next try is. @param {{ session: Session }} props */
export function Offline({ session }) {
  useNews(session, "state", "pending");
  const { client } = session;
  // Of a first connection that is only slow there is nothing to say yet.
  const gone = client.state !== "online" && client.state !== "closed" && (session.wasLive || session.knownAt > 0 || session.lostAt > 0);
  useSeconds(gone);
  if (!gone) return null;
  const waiting = client.pending.length;
  return (
    <div class="bar offline-bar" role="region" aria-label="No connection">
      <p class="grow">
        <strong>{session.goaway ? "The server restarts." : "No connection."}</strong>{" "}
        {shown(session)} {waiting > 0 ? `${waiting} queued: sent when the server is back.` : session.knows && "What you do is queued."}
      </p>
      <span class="quiet" aria-live="off">
        {nextTry(session)}
      </span>
      <button onClick={() => client.retry()} disabled={client.state === "connecting"}>
        Try now
      </button>
    </div>
  );
}

/** Of when that is which is to be seen. @param {Session} session */
function shown({ knownAt, knows }) {
  if (knownAt) return `What you see is as it was on ${moment(new Date(knownAt).toISOString())}.`;
  return knows ? "What you see may be out of date." : "The server could not be reached yet.";
}

/** How the connection is, and behind it all that waits for an answer. @param {{ session: Session }} props */
export function Connection({ session }) {
  useNews(session, "state", "pending");
  const { open, setOpen, whole, button } = useDisclosure();
  const { client } = session;
  const { state, pending } = client;
  const waiting = pending.length;
  useCommands([{ title: "What waits to be sent", section: "Go to", icon: "save", keys: ["g q"], run: () => (button.current?.focus(), setOpen(true)) }]);
  /** @type {Record<string, string>} */
  const words = { connecting: "Connecting…", offline: "Offline", closed: "Signed out" };
  return (
    <div class="connected" ref={whole}>
      <button class={`connection plain ${state}`} ref={button} aria-expanded={open} onClick={() => setOpen(!open)}>
        {state === "online" ? (waiting ? "Saving…" : "Live") : words[state]}
        {state !== "online" && waiting > 0 && (
          <span class="badge warn">
            {waiting}
            <span class="visually-hidden"> queued</span>
          </span>
        )}
      </button>
      <span class="visually-hidden" role="status">
        {session.lostAt ? "The connection is lost." : session.wasLost ? "The connection is back." : ""}
      </span>
      {open && <Waiting session={session} />}
    </div>
  );
}

/** @param {{ session: Session }} props */
function Waiting({ session }) {
  useSeconds(true);
  const { client } = session;
  const { state, pending } = client;
  return (
    <div class="state-panel" role="region" aria-label="Connection">
      <p>
        <strong>{meaning(session)}</strong>
      </p>
      {pending.length > 0 ? (
        <ul class="waiting-list">
          {pending.map((waiting) => (
            <li key={waiting.key}>
              <Icon name={waiting.state === "sent" ? "send" : "clock"} />
              <span class="grow">{said(session, waiting)}</span>
              <span class="quiet small">
                {waiting.state === "sent" ? "being sent" : "queued"} {sinceWhen(waiting.since, Date.now())}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet">Nothing waits to be sent.</p>
      )}
      {state === "offline" && (
        <p class="state-try">
          <span class="quiet grow">{nextTry(session)}</span>
          <button class="primary" onClick={() => client.retry()}>
            Try now
          </button>
        </p>
      )}
    </div>
  );
}

/** @param {Session} session */
function meaning({ client, goaway, lostAt }) {
  switch (client.state) {
    case "online":
      return "Connected. What others do appears at once.";
    case "closed":
      return "Signed out.";
    default:
      if (goaway) return `The server restarts${goaway.reason ? ` (${goaway.reason})` : ""} and said when to come back.`;
      return lostAt ? `No connection ${sinceWhen(lostAt, Date.now())}. What you do is queued and sent when the server is back.` : "Connecting to the server…";
  }
}
