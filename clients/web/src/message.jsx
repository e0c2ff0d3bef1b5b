import { Data, title } from "./data.jsx";
import { Avatar } from "./icons.jsx";
import { age, moment } from "./words.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("lockstep-client").ChatMessage} ChatMessage */

const TEXT = "text.json";
/** The server's rule: `@` and a user's id or e-mail, not inside a word or an address. */
const MENTION = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_][\p{L}\p{N}_.+@-]*)/gu;
const TOGETHER_MS = 5 * 60_000;

/** One message; `before` is the one above it. @param {{ session: Session, message: ChatMessage, before?: ChatMessage }} props */
export function Message({ session, message, before }) {
  const mine = message.from === session.client.profile?.id;
  const goesOn =
    before?.from === message.from && Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS;
  const apart = message.schema && message.schema !== TEXT;
  return (
    <li class={`message ${mine ? "mine" : ""} ${goesOn ? "goes-on" : ""}`}>
      {goesOn ? <span class="avatar-gap" /> : <Avatar name={session.client.store.name(message.from)} />}
      <div>
        {!goesOn && (
          <p class="quiet">
            <strong>{session.name(message.from)}</strong>{" "}
            <time dateTime={message.at} title={moment(message.at)}>
              {age(message.at)}
            </time>
          </p>
        )}
        <div class="body">
          {message.kind && <span class="kind">{title(message.kind)}</span>}
          <p>
            <Text session={session} text={message.body} />
          </p>
          {apart && message.data !== undefined && (
            <details>
              <summary>{title(String(message.schema).replace(/\.json$/, ""))}</summary>
              <Data data={typeof message.data === "object" ? message.data : { data: message.data }} />
            </details>
          )}
        </div>
      </div>
    </li>
  );
}

/** A text with its mentions shown. @param {{ session: Session, text: string }} props */
export function Text({ session, text }) {
  const { profile, store } = session.client;
  /** @type {any[]} */
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(MENTION)) {
    const handle = (found[1] ?? "").replace(/[.-]+$/, "");
    const person =
      store.people.get(handle) ?? [...store.people.values()].find((known) => known.email === handle);
    const me = handle === profile?.id || handle === profile?.email;
    parts.push(
      text.slice(end, found.index),
      <span class={me ? "mention me-too" : "mention"} title={`@${handle}`}>
        @{person?.name ?? handle}
      </span>,
    );
    end = found.index + 1 + handle.length;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}
