import { useClient, useConnection, useEntry, useInbox, usePresence } from "lockstep-client/react";
import { memo, useEffect, useState } from "react";
import { Entry } from "./entry.jsx";
import { Form } from "./form.jsx";

/** @typedef {import("lockstep-client").Run} Run */

const STATES = { online: "Live", connecting: "Connecting…", offline: "Offline", closed: "Signed out" };

/** What is open, and the list beside it. */
export function Inbox() {
  const client = useClient();
  const { state, profile, pending } = useConnection();
  const ids = useInbox();
  const [open, setOpen] = useState(/** @type {string | null} */ (null));
  const [form, setForm] = useState(/** @type {(Run & { done: (values?: any) => void }) | null} */ (null));

  useEffect(() => {
    // What the client does by itself needs this page for a form, the conversation, and what is open.
    client.behaviors.page = {
      fill: (run) => new Promise((done) => setForm({ ...run, done })),
      chat: ({ entry }) => {
        setOpen(entry.id);
        setTimeout(() => document.getElementById("message")?.focus());
      },
      open: ({ entry }) => setOpen(entry.id),
      close: () => setOpen(null),
    };
  }, [client]);

  return (
    <div className={open ? "inbox has-entry" : "inbox"}>
      <header>
        <h1>A small inbox</h1>
        <span className={`state ${state}`} role="status">
          {STATES[state]}
          {pending.length > 0 && `, ${pending.length} to be sent`}
        </span>
        <span className="user">{profile?.name}</span>
      </header>
      <nav aria-label="Inbox">
        {ids.length === 0 && <p className="quiet">{state === "online" ? "Nothing to do." : ""}</p>}
        {ids.map((id) => (
          <Row key={id} id={id} open={id === open} onOpen={setOpen} />
        ))}
      </nav>
      <main>
        {open ? <Entry key={open} id={open} onClose={() => setOpen(null)} /> : <p className="quiet">Choose an entry.</p>}
      </main>
      {form && (
        <Form
          run={form}
          onDone={(values) => {
            form.done(values);
            setForm(null);
          }}
        />
      )}
    </div>
  );
}

/** Drawn again when its own entry changes, or who looks at it. */
const Row = memo(
  /** @param {{ id: string, open: boolean, onOpen: (id: string) => void }} props */
  function Row({ id, open, onOpen }) {
    const entry = useEntry(id);
    const looking = usePresence(id);
    if (!entry) return null;
    return (
      <button className={entry.seen ? "row" : "row unseen"} aria-current={open} onClick={() => onOpen(id)}>
        <span className="title">{entry.title}</span>
        {entry.name && <span className={`label ${entry.nameStyle ?? ""}`}>{entry.name}</span>}
        <span className="quiet below">
          {entry.locked && <span className="held">Held</span>}
          {entry.chat.count > 0 && <span>{entry.chat.count === 1 ? "1 message" : `${entry.chat.count} messages`}</span>}
          {looking.map(({ id: user, name }) => (
            <span key={user} className="face" title={`${name} is looking at this`}>
              {name.slice(0, 1)}
            </span>
          ))}
        </span>
      </button>
    );
  },
);
