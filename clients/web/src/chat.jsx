import { useEffect, useRef, useState } from "preact/hooks";
import { Avatar, Icon } from "./icons.jsx";
import { age, names } from "./words.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */

const TYPING_MS = 4000;

/** @param {{ session: Session, entry: Entry }} props */
export function Chat({ session, entry }) {
  const { client } = session;
  const [text, setText] = useState("");
  const said = useRef(0);
  const end = useRef(/** @type {HTMLLIElement | null} */ (null));
  const messages = client.store.chats.get(entry.id);
  const count = entry.chat.count;
  const online = client.state === "online";

  useEffect(() => {
    // The first look at the conversation, or more was said than we were told of.
    const last = messages?.at(-1)?.m ?? 0;
    if (!online || (messages && last >= count)) return;
    client
      .messages(entry.id)
      .then(() => session.refresh())
      .catch(() => {});
  }, [count, online]);

  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
    if (count && online) client.read(entry.id, { m: count });
  }, [messages?.length]);

  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    const body = text.trim();
    if (!body) return;
    setText("");
    try {
      await client.say(entry.id, body);
    } catch (error) {
      setText(body);
      session.refused(error);
    }
  };

  /** @param {string} value */
  const type = (value) => {
    setText(value);
    if (Date.now() - said.current < TYPING_MS / 2) return;
    said.current = Date.now();
    client.typing(entry.id);
  };

  const typing = [...(session.typing.get(entry.id) ?? [])]
    .filter(([, at]) => Date.now() - at < TYPING_MS)
    .map(([user]) => user);

  return (
    <section class="chat" aria-label="Conversation">
      <h3>Conversation</h3>
      <ol class="messages" aria-live="polite">
        {(messages ?? []).map((message, index) => (
          <li
            key={message.m}
            class={message.from === client.profile?.id ? "mine" : ""}
            ref={index === (messages?.length ?? 0) - 1 ? end : undefined}
          >
            <Avatar name={client.store.name(message.from)} />
            <div>
              <p class="quiet">
                <strong>{session.name(message.from)}</strong> {age(message.at)}
              </p>
              <p class="body">{message.body}</p>
            </div>
          </li>
        ))}
      </ol>
      <p class="typing quiet">{typing.length > 0 && `${names(session, typing)} is writing…`}</p>
      <form class="say" onSubmit={send}>
        <input
          id="say"
          aria-label="Message"
          placeholder="Write to everybody who has this"
          autocomplete="off"
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <button class="primary" disabled={!text.trim() || !online} aria-label="Send">
          <Icon name="send" />
        </button>
      </form>
    </section>
  );
}
