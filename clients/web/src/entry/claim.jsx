import { useEffect, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { useCommands } from "../shell/commands.js";
import { lockedOut, names } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {{ session: Session, entry: Entry }} Props */

const LOCKING = new Set(["lock", "unlock", "ask"]);
/** A lease that ends so soon asks to be kept. */
const SOON_S = 120;

/** The lock of an entry, whoever has it. @param {Props} props */
export function Claim({ session, entry }) {
  // With nobody else there is nobody who could come first.
  if (!entry.locked && entry.recipients.count <= 1) return null;
  const Whose = lockedOut(session, entry) ? Others : entry.locked ? Mine : Free;
  return (
    <>
      <Whose session={session} entry={entry} />
      {apart(session) && (
        <p class="quiet small" id="lock-apart">
          The lock can be changed once there is a connection.
        </p>
      )}
    </>
  );
}

/** Whether nothing can be done about locks: one that is taken later holds nothing now. @param {Session} session */
const apart = ({ client }) => client.state !== "online";

/** @param {Props} props */
function Free({ session, entry }) {
  const hold = () => session.client.lock(entry.id);
  useLocking(session, [{ title: "Hold it while you decide", icon: "lock", keys: ["l"], act: hold }]);
  return (
    <p class="claim" role="status">
      <Act session={session} entry={entry} icon="lock" onAct={hold}>
        Hold it while you decide
      </Act>
    </p>
  );
}

/** By key and from the palette, too. @param {Session} session @param {{ title: string, icon: string, keys?: string[], act: () => Promise<any> }[]} list */
function useLocking(session, list) {
  useCommands(
    (apart(session) ? [] : list).map(({ act, ...command }) => ({
      ...command,
      section: "Entry",
      run: () => void act().catch((error) => session.refused(error)),
    })),
  );
}

/** Others would like to have what this user holds: said at once, above the paths. @param {Props} props */
export function Wanted({ session, entry }) {
  const { locked } = entry;
  const [later, setLater] = useState("");
  const asked = locked?.asked ?? [];
  const [next] = locked?.waiting ?? [];
  const about = `${locked?.fence} ${asked}`;
  if (!locked?.by.includes(session.client.profile?.id ?? "") || !asked.length || later === about) return null;
  return (
    <p class="note wanted" role="status">
      <Icon name="hand" />
      <span class="grow">
        <strong>{names(session, asked)}</strong> would like to have it
      </span>
      <span class="acts">
        <Act session={session} entry={entry} primary onAct={() => session.client.unlock(entry.id)}>
          {/* The server gives what is given back to the first in line. */}
          {next === undefined ? "Release it" : `Give it to ${session.name(next)}`}
        </Act>
        <button onClick={() => setLater(about)}>Not now</button>
      </span>
    </p>
  );
}

/** @param {Props} props */
function Mine({ session, entry }) {
  const { client } = session;
  const lock = entry.locked;
  const line = lock?.waiting ?? [];
  const left = useLeft(lock?.until);
  const soon = left !== null && left <= SOON_S;
  useLocking(session, [
    { title: "Release the lock", icon: "undo", keys: ["l"], act: () => client.unlock(entry.id) },
    ...(lock?.until ? [{ title: "Keep the lock for longer", icon: "clock", act: () => client.lock(entry.id) }] : []),
  ]);
  return (
    <div class={soon ? "claim note closed" : "claim"}>
      <p role="status">
        <Act session={session} entry={entry} icon="undo" onAct={() => client.unlock(entry.id)}>
          Release the lock
        </Act>
        {lock?.until && (
          <Act session={session} entry={entry} icon="clock" primary={soon} onAct={() => client.lock(entry.id)}>
            Keep it
          </Act>
        )}
        {soon && <strong>It ends soon.</strong>}
        {line.length > 0 && <span class="quiet">In line: {names(session, line)}</span>}
      </p>
      {lock?.until && left !== null && <Left seconds={left} until={lock.until} />}
    </div>
  );
}

/** While others hold it: stand in line, ask for it, or (an administrator) free it with a reason. @param {Props} props */
function Others({ session, entry }) {
  const { client } = session;
  const lock = entry.locked;
  const line = lock?.waiting ?? [];
  const place = line.indexOf(client.profile?.id ?? "") + 1;
  const [reason, setReason] = useState(/** @type {string | null} */ (null));
  const left = useLeft(lock?.until);

  const ask = async () => {
    // Who asks is also in line: what is given back then goes to somebody who wants it.
    const got = place ? undefined : await client.lock(entry.id, { wait: true });
    if (got?.fence === undefined) await client.ask(entry.id);
  };
  const wait = () => client.lock(entry.id, { wait: true });
  const leave = () => client.unlock(entry.id);
  const asked = lock?.asked?.includes(client.profile?.id ?? "");
  useLocking(session, [
    place ? { title: "Leave the line for the lock", icon: "cross", keys: ["l"], act: leave } : { title: "Wait for the lock", icon: "clock", keys: ["l"], act: wait },
    ...(asked ? [] : [{ title: "Ask for the lock", icon: "hand", keys: ["a"], act: ask }]),
  ]);
  return (
    <div class="claim">
      <p role="status">
        {place ? (
          <>
            <strong>You are number {place} in line</strong>
            <Act session={session} entry={entry} onAct={leave}>
              Leave the line
            </Act>
          </>
        ) : (
          <Act session={session} entry={entry} icon="clock" onAct={wait}>
            Wait for it
          </Act>
        )}
        {asked ? (
          <span class="quiet">You have asked for it</span>
        ) : (
          <Act session={session} entry={entry} icon="hand" onAct={ask}>
            Ask for it
          </Act>
        )}
        {client.profile?.roles?.includes("admin") && reason === null && (
          <button disabled={apart(session)} aria-describedby={apart(session) ? "lock-apart" : undefined} onClick={() => setReason("")}>
            Free it…
          </button>
        )}
      </p>
      {lock?.until && left !== null && <Left seconds={left} until={lock.until} />}
      {reason !== null && (
        <form
          class="free"
          onSubmit={(event) => {
            event.preventDefault();
            setReason(null);
            client.unlock(entry.id, { reason: reason.trim() }).catch((error) => session.refused(error));
          }}
        >
          <input
            aria-label="Reason for freeing it"
            placeholder="Why? The holder and the history are told."
            maxLength={500}
            ref={(input) => void (input && !reason && input.focus())}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <button class="primary" disabled={!reason.trim() || apart(session)}>
            Free it
          </button>
          <button type="button" onClick={() => setReason(null)}>
            Cancel
          </button>
        </form>
      )}
    </div>
  );
}

/** Something about the lock that is done once at a time. @param {Props & { onAct: () => Promise<any>, icon?: string, primary?: boolean, children: any }} props */
function Act({ session, entry, onAct, icon, primary, children }) {
  const busy = session.client.pending.some(({ type, entry: id }) => id === entry.id && LOCKING.has(type));
  return (
    <button
      class={primary ? "primary" : ""}
      disabled={busy || apart(session)}
      aria-describedby={apart(session) ? "lock-apart" : undefined}
      onClick={() => void onAct().catch((error) => session.refused(error))}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** How many seconds a lease still lasts, ticking. @param {string} [until] */
function useLeft(until) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!until) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return until ? Math.max(0, Math.ceil((Date.parse(until) - now) / 1000)) : null;
}

/** @param {{ seconds: number, until: string }} props */
function Left({ seconds, until }) {
  const said = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  // Ticking is for the eyes only.
  return (
    <p class="quiet lease" aria-live="off" title={`until ${new Date(until).toLocaleTimeString()}`}>
      {said} left
    </p>
  );
}
