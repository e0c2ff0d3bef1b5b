import { useChat, useChoose, useClient, useEntry, useLock, usePresence, useWatch } from "lockstep-client/react";
import { useEffect, useRef } from "react";

/** One entry: what it is, what may be done, who holds it and who is there, and what is said about it. */
/** @param {{ id: string, onClose: () => void }} props */
export function Entry({ id, onClose }) {
  const client = useClient();
  const entry = useEntry(id);
  const { choose, busy, refusal } = useChoose(id);
  const lock = useLock(id);
  const looking = usePresence(id);
  useWatch(id);

  useEffect(() => {
    if (entry && !entry.guest && !entry.seen) client.read(id, { seen: true });
  }, [entry?.visit, entry?.seen, id]);

  if (!entry) return <p className="quiet">This entry has left your inbox.</p>;
  const paths = entry.paths ?? [];
  return (
    <article>
      <button className="back" onClick={onClose}>
        ← Inbox
      </button>
      <h2>{entry.title}</h2>
      <p className="facts">
        {entry.name && <span className={`label ${entry.nameStyle ?? ""}`}>{entry.name}</span>}
        {looking.length > 0 && <span className="quiet">{looking.map(({ name }) => name).join(", ")} looking at this</span>}
      </p>
      {entry.description && <p>{entry.description}</p>}
      <div className="paths" role="group" aria-label="What to do">
        {paths.map((path, index) => (
          <button key={path.label} className={index ? "" : "primary"} disabled={busy || lock.closed} onClick={() => choose(path)}>
            {path.label}
          </button>
        ))}
        {paths.length === 0 && <p className="quiet">Nothing for you to do here.</p>}
      </div>
      {!entry.guest && <Lock lock={lock} />}
      {(refusal ?? lock.refusal) && <p role="alert">{(refusal ?? lock.refusal)?.message}</p>}
      <Chat id={id} />
    </article>
  );
}

/** @param {{ lock: ReturnType<typeof useLock> }} props */
function Lock({ lock }) {
  const { holders, mine, closed, place, busy } = lock;
  return (
    <p className="lock">
      <span>
        {mine ? "You hold this." : closed ? `${holders.join(", ")} ${holders.length > 1 ? "hold" : "holds"} this.` : "Nobody holds this."}
        {place > 0 && ` You are number ${place} in line.`}
      </span>
      {!mine && !closed && (
        <button disabled={busy} onClick={() => lock.take()}>
          Claim
        </button>
      )}
      {(mine || place > 0) && (
        <button disabled={busy} onClick={() => lock.release()}>
          {mine ? "Give it back" : "Leave the line"}
        </button>
      )}
      {closed && place === 0 && (
        <button disabled={busy} onClick={() => lock.take({ wait: true })}>
          Get in line
        </button>
      )}
    </p>
  );
}

/** @param {{ id: string }} props */
function Chat({ id }) {
  const client = useClient();
  const { messages, older, typing, say, write, markRead, refusal } = useChat(id);
  const end = useRef(/** @type {HTMLDivElement | null} */ (null));
  const last = messages.at(-1)?.m;

  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
    if (document.hasFocus()) markRead();
  }, [last]);

  return (
    <section className="chat" aria-label="Conversation">
      {older && <button onClick={older}>Older messages</button>}
      <div role="log">
        {messages.map(({ m, from, body, deleted, at }) => (
          <p key={m} className={from === client.profile?.id ? "said own" : "said"}>
            <strong>{from === client.profile?.id ? "You" : client.store.name(from)}</strong>
            <time dateTime={at}>{new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}</time>
            <span>{deleted ? <em>Taken back</em> : body}</span>
          </p>
        ))}
      </div>
      <p className="quiet typing">{typing.length > 0 && `${typing.join(", ")} writing…`}</p>
      {refusal && <p role="alert">{refusal.message}</p>}
      <form
        ref={(form) => void (end.current = /** @type {any} */ (form))}
        onSubmit={(event) => {
          event.preventDefault();
          const field = /** @type {HTMLInputElement} */ (event.currentTarget.elements.namedItem("message"));
          if (field.value.trim()) void say(field.value.trim());
          field.value = "";
        }}
      >
        <input id="message" name="message" aria-label="Message" placeholder="Write a message" autoComplete="off" onInput={write} />
        <button>Send</button>
      </form>
    </section>
  );
}
