import { useEffect, useState } from "preact/hooks";
import { placeKey } from "lockstep-client";
import { Icon } from "../look/icons.jsx";
import { names } from "../look/words.js";
import { Message } from "./message.jsx";
import { NotSent, unsentIn } from "./own.jsx";
import { Say } from "./say.jsx";
import { useScroll } from "./scroll.js";
import { dayOf, readBy } from "./text.js";
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
  const me = client.profile?.id ?? "";
  const messages = client.store.conversations.messages.get(key);
  const last = messages?.at(-1)?.m ?? 0;
  const before = client.store.conversations.before(key);
  const online = client.state === "online";
  const { attentive } = session;
  // Where the unread begins stays in sight while one reads on; what comes while one is away begins it anew.
  const [read, setRead] = useState(() => session.mark(place));
  const fresh = read > 0 ? (messages ?? []).find(({ m, from }) => m > read && from !== me)?.m : undefined;
  const { list, atEnd, away, toEnd } = useScroll(messages ?? [], me, fresh);

  useEffect(() => {
    // The first look at the conversation, also after it was forgotten, or more was said than we were told of.
    if (!online || (messages && last >= count)) return;
    client
      .messages(place)
      .then(() => session.refresh(key))
      .catch(() => {});
  }, [key, count, online, client.store.conversations.messages]);

  useEffect(() => {
    if (!attentive) setRead(session.mark(place));
  }, [attentive]);

  useEffect(() => {
    // What is further down was not read.
    if (online && attentive && atEnd) session.markRead(place, Math.max(count, last));
  }, [key, count, last, online, attentive, atEnd]);

  const older = () =>
    client
      .messages(place, before)
      .then(() => session.refresh(key))
      .catch((error) => session.refused(error));

  const now = Date.now();
  const typing = [...(session.typing.get(key) ?? [])].filter(([, at]) => now - at < TYPING_MS).map(([user]) => user);
  const readers = readBy(messages ?? [], client.store.conversations.reads.get(key), me);

  // A message is there before its reply is; it is not to be seen twice meanwhile.
  const said = (/** @type {string} */ body) =>
    (messages ?? []).slice(-5).some((message) => message.from === me && message.body === body);

  return (
    <section class="chat" aria-label="Conversation">
      <div class="messages-place">
        <ol class="messages" aria-live="polite" ref={list} tabIndex={0} aria-label="What was said">
          {before !== undefined && (
            <li class="older">
              <button class="link" onClick={older}>
                Earlier messages
              </button>
            </li>
          )}
          {(messages ?? []).map((message, index) => {
            const above = messages?.[index - 1];
            const day = dayOf(message.at, now);
            return (
              <Message
                key={message.m}
                session={session}
                place={place}
                message={message}
                before={above}
                day={above && dayOf(above.at, now) === day ? undefined : day}
                fresh={message.m === fresh}
                readers={readers.get(message.m)}
              />
            );
          })}
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
          {unsentIn(session, key).map((message) => (
            <NotSent key={`unsent-${message.id}`} session={session} place={place} message={message} />
          ))}
          {messages?.length === 0 && <li class="quiet none">Nothing was said yet.</li>}
        </ol>
        {away > 0 && (
          <button class="pill" onClick={toEnd}>
            <Icon name="down" />
            {away} new
          </button>
        )}
      </div>
      <p class="typing quiet">
        {typing.length > 0 && `${names(session, typing)} ${typing.length > 1 ? "are" : "is"} writing…`}
      </p>
      <Say session={session} place={place} hint={hint} />
    </section>
  );
}
