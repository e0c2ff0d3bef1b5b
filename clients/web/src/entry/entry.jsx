import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Chat } from "../talk/chat.jsx";
import { Claim } from "./claim.jsx";
import { Details } from "./details.jsx";
import { History } from "./history.jsx";
import { useCommands } from "../shell/commands.js";
import { Icon } from "../look/icons.jsx";
import { Label } from "../look/label.jsx";
import { lockedOut, lookers, names, why } from "../look/words.js";
import "./entry.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Path} Path */

/** @param {{ session: Session, entry: Entry, onClose: () => void }} props */
export function EntryPane({ session, entry, onClose }) {
  const [busy, setBusy] = useState(false);
  const { client } = session;
  const closed = lockedOut(session, entry);
  const looking = lookers(session, entry.id);
  const [tab, setTab] = useState(/** @type {"chat" | "history"} */ ("chat"));
  const [writing, setWriting] = useState(0);
  const acting = !entry.guest && entry.status !== "retired";
  const waiting = client.pending.find(({ type, entry: id }) => type === "choose" && id === entry.id);

  useEffect(() => {
    if (acting && !entry.seen && session.attentive && client.state === "online") client.read(entry.id, { seen: true });
  }, [entry.seen, entry.visit, client.state, session.attentive]);

  /** @param {Path} path */
  const choose = async (path) => {
    if (busy || closed || waiting) return;
    setBusy(true);
    try {
      await client.behaviors.choose(client, entry, path);
    } catch (error) {
      session.refused(error);
    }
    setBusy(false);
  };

  /** Go where one writes: with the next drawing, so that the next key is for the field. */
  const write = () => {
    setTab("chat");
    setWriting((times) => times + 1);
  };

  useCommands([
    ...(acting ? entry.paths.slice(0, 9) : []).map((path, index) => ({
      title: path.label,
      section: "Paths",
      icon: path.icon,
      keys: [String(index + 1)],
      run: () => void choose(path),
    })),
    { title: "Write a message", section: "Entry", icon: "chat", keys: ["c"], run: write },
    ...(entry.guest ? [] : [{ title: "History", section: "Entry", keys: ["h"], run: () => setTab("history") }]),
  ]);
  useLayoutEffect(() => {
    // Somebody wants to write here: after a choice that leads into the conversation.
    if (session.speak !== entry.id) return;
    session.speak = null;
    write();
  });
  useLayoutEffect(() => {
    if (writing) document.getElementById("say")?.focus();
  }, [writing]);

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
          <p class="looking quiet" role="status">
            {looking.length > 0 && (
              <>
                <Icon name="eye" />
                {names(session, looking)} {looking.length > 1 ? "are" : "is"} looking at this
              </>
            )}
          </p>
        </div>
      </div>
      {!entry.guest && entry.status === "retired" && <p class="aside">{why(session, entry)}</p>}
      {acting && (
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
                disabled={closed || busy || Boolean(waiting)}
                title={closed ? why(session, entry) : undefined}
                onClick={() => choose(path)}
              >
                <Icon name={path.icon} />
                {path.label}
                {index < 9 && <kbd aria-hidden="true">{index + 1}</kbd>}
              </button>
            ))}
          </div>
          <p class="queued-choice" role="status">
            {waiting &&
              (waiting.state === "sent"
                ? `“${waiting.command.path}” is being sent…`
                : `“${waiting.command.path}” is queued: it is sent when the server is back, and may then be too late.`)}
          </p>
          <Claim session={session} entry={entry} />
        </section>
      )}
      <Details session={session} entry={entry} />
      <div>
        {entry.guest ? (
          <h3>Conversation</h3>
        ) : (
          <div class="tabs" role="tablist">
            <Tab name="Conversation" count={entry.chat.count} chosen={tab === "chat"} onChoose={() => setTab("chat")} />
            <Tab name="History" chosen={tab === "history"} onChoose={() => setTab("history")} />
          </div>
        )}
        {tab === "history" ? (
          <History session={session} entry={entry} />
        ) : (
          <Chat session={session} place={entry.id} count={entry.chat.count} hint="Write to everybody who has this" />
        )}
      </div>
    </article>
  );
}

/** @param {{ name: string, count?: number, chosen: boolean, onChoose: () => void }} props */
function Tab({ name, count, chosen, onChoose }) {
  return (
    <button class="tab" role="tab" aria-selected={chosen} onClick={onChoose}>
      {name}
      {count ? <span class="count"> {count}</span> : null}
    </button>
  );
}
