import { useEffect, useState } from "preact/hooks";
import { EntryPane } from "./entry.jsx";
import { Form } from "./form.jsx";
import { Avatar, Icon } from "./icons.jsx";
import { Label } from "./label.jsx";
import { StartMenu } from "./startmenu.jsx";
import { useNews } from "./session.js";
import { age, lockedOut, names } from "./words.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */

/** @param {{ session: Session, onSignOut: () => void }} props */
export function Inbox({ session, onSignOut }) {
  useNews(session);
  const [open, setOpen] = useState(/** @type {string | null} */ (null));
  const [help, setHelp] = useState(false);
  const [form, setForm] = useState(/** @type {any} */ (null));
  const { client } = session;
  const entries = [...client.store.entries.values()].sort((a, b) =>
    (b.createdAt ?? "").localeCompare(a.createdAt ?? "") || a.id.localeCompare(b.id),
  );
  const entry = open ? client.store.entries.get(open) : undefined;

  useEffect(() => {
    session.open = entry ? open : null;
    if (client.state === "online") client.watch(session.open);
  }, [entry && open, client.state]);

  useEffect(() => {
    document.title = entries.length ? `(${entries.length}) Lockstep` : "Lockstep";
  }, [entries.length]);

  useEffect(() => {
    client.behaviors
      .on("form", (run) => new Promise((done) => setForm({ ...run, done })))
      .on("chat", () => document.getElementById("say")?.focus())
      .on("automatic", (run) => setOpen(run.entry.id))
      .on("ux", () => setOpen(null));
  }, [client]);

  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target.closest("input, textarea, select, dialog") || event.metaKey || event.ctrlKey) return;
      const index = entries.findIndex((found) => found.id === open);
      const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
      if (step) {
        const next = entries[Math.min(Math.max(index + step, 0), entries.length - 1)];
        if (next) setOpen(next.id);
        event.preventDefault();
      } else if (event.key === "Escape") setOpen(null);
      else if (event.key === "?") setHelp(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  return (
    <div class={`inbox ${entry ? "has-entry" : ""}`}>
      <header class="top">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <h1>Lockstep</h1>
        <Connection session={session} />
        <span class="grow" />
        <StartMenu session={session} />
        <button class="plain help-button" aria-label="Keyboard help" onClick={() => setHelp(true)}>
          ?
        </button>
        {client.profile && (
          <span class="me">
            <Avatar name={client.profile.name} />
            <span>{client.profile.name}</span>
          </span>
        )}
        <button class="plain" onClick={onSignOut} aria-label="Sign out" title="Sign out">
          <Icon name="out" />
        </button>
      </header>
      <nav class="list" aria-label="Inbox">
        <h2>
          Inbox <span class="count">{entries.length}</span>
        </h2>
        {entries.length === 0 && client.state === "online" && (
          <p class="empty">
            <strong>All done.</strong>
            Nothing waits for you; what arrives appears here at once.
          </p>
        )}
        <ul>
          {entries.map((found) => (
            <Row
              key={found.id}
              session={session}
              entry={found}
              current={found.id === open}
              onOpen={() => setOpen(found.id)}
            />
          ))}
        </ul>
      </nav>
      <main class="pane">
        {entry ? (
          <EntryPane key={entry.id} session={session} entry={entry} onClose={() => setOpen(null)} />
        ) : (
          <div class="nothing">
            <Icon name="list" />
            <p>Choose an entry, or press <kbd>j</kbd>.</p>
          </div>
        )}
      </main>
      {form && <Form session={session} run={form} onDone={() => setForm(null)} />}
      {help && <Help onClose={() => setHelp(false)} />}
      <Toasts session={session} />
    </div>
  );
}

/** @param {{ session: Session, entry: Entry, current: boolean, onOpen: () => void }} props */
function Row({ session, entry, current, onOpen }) {
  const touched = session.touched.get(entry.id);
  return (
    <li class={current ? "row current" : "row"}>
      <button onClick={onOpen} aria-current={current ? "true" : undefined}>
        <span class="row-top">
          {!entry.guest && !entry.seen && <span class="dot" role="img" aria-label="new" />}
          <span class="title">{entry.title}</span>
          <time class="quiet" dateTime={entry.updatedAt}>
            {entry.updatedAt && age(entry.updatedAt)}
          </time>
        </span>
        <span class="row-bottom">
          <Label entry={entry} />
          <span class="subtitle">{entry.guest ? "You are part of the conversation" : entry.description}</span>
          {entry.locked && (
            <span class={lockedOut(session, entry) ? "holder other" : "holder"}>
              <Icon name="lock" />
              {names(session, entry.locked.by)}
            </span>
          )}
          {entry.chat.count > 0 && (
            <span class="holder">
              <Icon name="chat" />
              {entry.chat.count}
            </span>
          )}
        </span>
        {touched && (
          <span class="touched" key={touched.n}>
            {session.name(touched.by)} changed this
          </span>
        )}
      </button>
    </li>
  );
}

/** @param {{ session: Session }} props */
function Connection({ session }) {
  const { state, pending } = session.client;
  /** @type {Record<string, string>} */
  const said = { connecting: "Connecting…", offline: "No connection: this may be out of date", closed: "Signed out" };
  return (
    <span class={`connection ${state}`} role="status">
      {state === "online" ? (pending ? "Saving…" : "Live") : said[state]}
      {state === "offline" && (
        <button class="link" onClick={() => session.client.retry()}>
          Try now
        </button>
      )}
    </span>
  );
}

/** @param {{ session: Session }} props */
function Toasts({ session }) {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {session.toasts.map((toast) => (
        <div key={toast.id} class={`toast ${toast.tone}`}>
          <span>{toast.text}</span>
          <button class="plain" aria-label="Dismiss" onClick={() => session.dismiss(toast.id)}>
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  );
}

/** @param {{ onClose: () => void }} props */
function Help({ onClose }) {
  const keys = [
    ["j  k", "the next, the previous entry"],
    ["1 … 9", "choose a path"],
    ["c", "write a message"],
    ["Esc", "close"],
    ["?", "this help"],
  ];
  return (
    <dialog class="dialog" ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())} onClose={onClose}>
      <h2>Keyboard</h2>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button class="primary">Close</button>
      </form>
    </dialog>
  );
}
