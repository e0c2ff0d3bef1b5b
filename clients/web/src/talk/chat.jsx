import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeKey } from "lockstep-client";
import { Message } from "./message.jsx";
import { Say } from "./say.jsx";
import { names } from "../look/words.js";
import "./talk.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Place} Place */

const TYPING_MS = 4000;

/** @param {import("lockstep-client").Message} command */
const keyOf = ({ entry, room }) => (room ? placeKey({ room }) : entry);

/**
 * The conversation of an entry or a room. `count`: how many messages it has by now.
 * @param {{ session: Session, place: Place, count: number, hint: string }} props
 */
export function Chat({ session, place, count, hint }) {
  const { client } = session;
  const key = placeKey(place);
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  const messages = client.store.conversations.messages.get(key);
  const last = messages?.at(-1)?.m ?? 0;
  const before = client.store.conversations.before(key);
  const online = client.state === "online";
  // Where the unread begins stays in sight while one reads on.
  const [read] = useState(() => session.mark(place));
  const fresh = read > 0 ? (messages ?? []).find(({ m, from }) => m > read && from !== client.profile?.id)?.m : undefined;

  useEffect(() => {
    // The first look at the conversation, also after it was forgotten, or more was said than we were told of.
    if (!online || (messages && last >= count)) return;
    client
      .messages(place)
      .then(() => session.refresh())
      .catch(() => {});
  }, [key, count, online, client.store.conversations.messages]);

  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [key, last]);

  useEffect(() => {
    if (online && session.attentive) session.markRead(place, Math.max(count, last));
  }, [key, count, last, online, session.attentive]);

  const older = () =>
    client
      .messages(place, before)
      .then(() => session.refresh())
      .catch((error) => session.refused(error));

  const typing = [...(session.typing.get(key) ?? [])]
    .filter(([, at]) => Date.now() - at < TYPING_MS)
    .map(([user]) => user);

  // A message is there before its reply is; it is not to be seen twice meanwhile.
  const said = (/** @type {string} */ body) =>
    (messages ?? []).slice(-5).some((message) => message.from === client.profile?.id && message.body === body);

  return (
    <section class="chat" aria-label="Conversation">
      <ol class="messages" aria-live="polite" ref={list}>
        {before !== undefined && (
          <li class="older">
            <button class="link" onClick={older}>
              Earlier messages
            </button>
          </li>
        )}
        {(messages ?? []).map((message, index) => (
          <Message
            key={message.m}
            session={session}
            place={place}
            message={message}
            before={messages?.[index - 1]}
            fresh={message.m === fresh}
          />
        ))}
        {client.pending
          .filter(({ type, command, state }) => type === "say" && keyOf(command) === key && !(state === "sent" && said(command.body)))
          .map(({ key: waiting, command, state }) => (
            <li key={`waiting-${waiting}`} class="message mine waiting">
              <span class="avatar-gap" />
              <div>
                <div class="body">
                  <p>{command.body}</p>
                </div>
                <p class="quiet">{state === "sent" ? "Sending…" : "Queued: sent when the server is back"}</p>
              </div>
            </li>
          ))}
        {messages?.length === 0 && <li class="quiet none">Nothing was said yet.</li>}
      </ol>
      <p class="typing quiet">
        {typing.length > 0 && `${names(session, typing)} ${typing.length > 1 ? "are" : "is"} writing…`}
      </p>
      <Say session={session} place={place} hint={hint} />
    </section>
  );
}
