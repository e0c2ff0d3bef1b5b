import { useEffect, useState } from "preact/hooks";
import { lockedOut, names } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */

/**
 * The lock of an entry: hold it, keep it, give it back; while others hold it, stand in line, ask for
 * it, or (an administrator) free it with a reason.
 * @param {{ session: Session, entry: Entry }} props
 */
export function Claim({ session, entry }) {
  const { client } = session;
  const me = client.profile?.id ?? "";
  const lock = entry.locked;
  const [reason, setReason] = useState(/** @type {string | null} */ (null));
  const line = lock?.waiting ?? [];
  const busy = client.pending.some(({ type, entry: id }) => id === entry.id && LOCKING.has(type));
  /** @param {() => Promise<any>} act */
  const doing = (act) => () => void act().catch((error) => session.refused(error));

  if (!lockedOut(session, entry)) {
    const held = lock?.by.includes(me);
    return (
      <p class="claim" role="status">
        <Act busy={busy} onAct={doing(() => (held ? client.unlock(entry.id) : client.lock(entry.id)))}>
          {held ? "Release the lock" : "Hold it while you decide"}
        </Act>
        {held && lock?.until && (
          <>
            <Act busy={busy} onAct={doing(() => client.lock(entry.id))}>
              Keep it
            </Act>
            <Left until={lock.until} />
          </>
        )}
        {held && lock?.asked?.length ? <span class="quiet">{names(session, lock.asked)} would like to have it</span> : null}
        {line.length > 0 && <span class="quiet">In line: {names(session, line)}</span>}
      </p>
    );
  }
  const place = line.indexOf(me) + 1;
  return (
    <div class="claim">
      <p role="status">
        {place ? (
          <>
            <strong>You are number {place} in line</strong>
            <Act busy={busy} onAct={doing(() => client.unlock(entry.id))}>
              Leave the line
            </Act>
          </>
        ) : (
          <Act busy={busy} onAct={doing(() => client.lock(entry.id, { wait: true }))}>
            Wait for it
          </Act>
        )}
        {lock?.asked?.includes(me) ? (
          <span class="quiet">You have asked for it</span>
        ) : (
          <Act busy={busy} onAct={doing(() => client.ask(entry.id))}>
            Ask for it
          </Act>
        )}
        {client.profile?.roles?.includes("admin") && reason === null && (
          <Act busy={busy} onAct={() => setReason("")}>
            Free it…
          </Act>
        )}
        {lock?.until && <Left until={lock.until} />}
      </p>
      {reason !== null && (
        <form
          class="free"
          onSubmit={(event) => {
            event.preventDefault();
            setReason(null);
            doing(() => client.unlock(entry.id, { reason: reason.trim() }))();
          }}
        >
          <input
            aria-label="Reason for freeing it"
            placeholder="Why? The holder and the history are told."
            maxLength={500}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <button disabled={!reason.trim()}>Free it</button>
          <button type="button" class="plain" onClick={() => setReason(null)}>
            Cancel
          </button>
        </form>
      )}
    </div>
  );
}

const LOCKING = new Set(["lock", "unlock", "ask"]);

/** @param {{ busy: boolean, onAct: () => void, children: any }} props */
function Act({ busy, onAct, children }) {
  return (
    <button class="link" disabled={busy} onClick={onAct}>
      {children}
    </button>
  );
}

/** How long a lease still lasts. @param {{ until: string }} props */
function Left({ until }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  const said = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  // Ticking is for the eyes only.
  return (
    <span class="quiet lease" aria-live="off" title={`until ${new Date(until).toLocaleTimeString()}`}>
      {said} left
    </span>
  );
}
