import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";
import "./admin.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {{ id: string, at: string, entry: string, title: string, text: string, pointer?: string, retry: boolean, kind?: string }} Incident */
/** @typedef {{ list: Incident[] | null, before?: number, older: () => void, act: (incident: Incident, how: "retry" | "dismiss") => void }} Incidents */

/** How often an administrator's page looks for new ones, which nothing pushes: in passing, and while they are open. */
const LOOK_MS = 60_000;
const LOOK_OPEN_MS = 5_000;

/** What went wrong behind entries; for administrators only. @param {Session} session @param {boolean} open whether they are looked at @returns {Incidents} */
export function useIncidents(session, open) {
  const [list, setList] = useState(/** @type {Incident[] | null} */ (null));
  const [before, setBefore] = useState(/** @type {number | undefined} */ (undefined));
  const paged = useRef(false);
  const { client } = session;
  const reads = client.state === "online" && Boolean(client.profile?.roles?.includes("admin"));

  const read = async () => {
    if (!reads) return;
    try {
      const page = await session.read("/v1/incidents");
      // Older pages that were asked for stay as they are.
      const last = page.incidents.at(-1)?.id ?? "";
      setList((known) => [...page.incidents, ...(page.before && paged.current ? (known ?? []).filter(({ id }) => id < last) : [])]);
      if (!paged.current) setBefore(page.before);
    } catch {
      // The list stays as it was; the next look may succeed.
    }
  };
  const older = async () => {
    try {
      const page = await session.read(`/v1/incidents?before=${before}`);
      paged.current = true;
      setList((known) => [...(known ?? []), ...page.incidents]);
      setBefore(page.before);
    } catch (error) {
      session.refused(error);
    }
  };
  useEffect(() => {
    void read();
    const timer = setInterval(read, open ? LOOK_OPEN_MS : LOOK_MS);
    return () => clearInterval(timer);
  }, [reads, open]);

  /** @param {Incident} incident @param {"retry" | "dismiss"} how */
  const act = async (incident, how) => {
    const address = `/v1/incidents/${encodeURIComponent(incident.id)}`;
    try {
      if (how === "retry") await session.read(`${address}/retry`, "POST");
      else await session.read(address, "DELETE");
      setList((known) => (known ?? []).filter((other) => other.id !== incident.id));
      session.toast(how === "retry" ? "It is being tried again." : "Dismissed.");
    } catch (error) {
      session.refused(error);
    }
    void read();
  };
  return { list, before, older, act };
}

/** @param {{ session: Session, incidents: Incidents, onOpen: (entry: string) => void, onClose: () => void }} props */
export function Incidents({ session, incidents, onOpen, onClose }) {
  const { list, before, older, act } = incidents;
  const admin = session.client.profile?.roles?.includes("admin");
  return (
    <article class="entry" aria-labelledby="entry-title">
      <div class="entry-head">
        <button class="plain back" onClick={onClose} aria-label="Back to the inbox">
          <Icon name="back" />
        </button>
        <div class="grow">
          <h2 id="entry-title">Incidents</h2>
          <p class="lead">What the server could not do. Nothing was undone by it.</p>
        </div>
      </div>
      {!admin && session.client.profile && <p class="aside">Only administrators see them.</p>}
      {list?.length === 0 && (
        <p class="empty">
          <strong>Nothing went wrong.</strong>
        </p>
      )}
      <ul class="incidents">
        {(list ?? []).map((incident) => (
          <li key={incident.id}>
            <p class="incident-top">
              <button class="link" onClick={() => onOpen(incident.entry)}>
                {incident.title}
              </button>
              <time class="quiet" dateTime={incident.at} title={moment(incident.at)}>
                {age(incident.at)}
              </time>
            </p>
            <p class="incident-text">{incident.text}</p>
            {incident.pointer && <p class="quiet small">{incident.pointer}</p>}
            <p class="incident-acts">
              {incident.retry && (
                <button onClick={() => act(incident, "retry")}>
                  <Icon name="undo" />
                  Try again
                </button>
              )}
              <button class="plain" onClick={() => act(incident, "dismiss")}>
                Dismiss
              </button>
            </p>
          </li>
        ))}
      </ul>
      {before !== undefined && (
        <button class="link" onClick={older}>
          Earlier
        </button>
      )}
    </article>
  );
}
