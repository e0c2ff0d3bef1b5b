import { useEffect, useState } from "preact/hooks";
import { useNews } from "../live/session.js";

/** @typedef {import("../live/session.js").Session} Session */

/** What it means that there is no connection, and when the next try is. @param {{ session: Session }} props */
export function Offline({ session }) {
  useNews(session, "state", "pending");
  const { client } = session;
  const [, tick] = useState(0);
  const gone = client.state !== "online" && client.state !== "closed" && session.wasLive;
  useEffect(() => {
    if (!gone) return;
    const timer = setInterval(() => tick((times) => times + 1), 1000);
    return () => clearInterval(timer);
  }, [gone]);
  if (!gone) return null;
  const seconds = client.nextTry === null ? 0 : Math.ceil(Math.max(0, client.nextTry - Date.now()) / 1000);
  const waiting = client.pending.length;
  return (
    <div class="offline-bar">
      <p class="grow">
        <strong>No connection.</strong> What you see may be out of date.{" "}
        {waiting > 0 ? `${waiting} queued: sent when the server is back.` : "What you do is queued."}
      </p>
      <span class="quiet" aria-live="off">
        {seconds > 0 ? `next try in ${seconds} s` : "trying…"}
      </span>
      <button onClick={() => client.retry()} disabled={client.state === "connecting"}>
        Try now
      </button>
    </div>
  );
}

/** @param {{ session: Session }} props */
export function Connection({ session }) {
  useNews(session, "state", "pending");
  const { state, pending } = session.client;
  const waiting = pending.length;
  /** @type {Record<string, string>} */
  const said = { connecting: "Connecting…", offline: "Offline", closed: "Signed out" };
  return (
    <span class={`connection ${state}`} role="status">
      {state === "online" ? (waiting ? "Saving…" : "Live") : said[state]}
      {state !== "online" && waiting > 0 && <span class="visually-hidden"> {waiting} queued</span>}
    </span>
  );
}
