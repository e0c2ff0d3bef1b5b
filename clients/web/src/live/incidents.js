import { useEffect, useRef, useState } from "preact/hooks";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {{ id: string, at: string, entry: string, title: string, text: string, pointer?: string, retry: boolean, kind?: string, script?: string }} Incident */
/** @typedef {{ list: Incident[] | null, before?: number, older: () => void, act: (chosen: Incident[], how: "retry" | "dismiss") => Promise<void> }} Incidents */

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

  /** Each by itself: one that is refused holds up no other. @param {Incident[]} chosen @param {"retry" | "dismiss"} how */
  const act = async (chosen, how) => {
    const failed = [];
    let done = 0;
    for (const { id } of chosen) {
      const address = `/v1/incidents/${encodeURIComponent(id)}`;
      try {
        if (how === "retry") await session.read(`${address}/retry`, "POST");
        else await session.read(address, "DELETE");
        done += 1;
        setList((known) => (known ?? []).filter((other) => other.id !== id));
      } catch (error) {
        failed.push(error);
      }
    }
    if (done > 1) session.toast(how === "retry" ? `${done} are being tried again.` : `${done} dismissed.`);
    else if (done) session.toast(how === "retry" ? "It is being tried again." : "Dismissed.");
    if (failed.length) session.refused(failed[0]);
    void read();
  };
  return { list, before, older, act };
}

/** How many are known to be open. @param {Incidents} incidents */
export const many = ({ list, before }) => (list?.length ? `${list.length}${before === undefined ? "" : "+"}` : "");
