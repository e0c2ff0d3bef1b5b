import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeKey } from "lockstep-client";
import { Data, title } from "../look/data.jsx";
import { Avatar } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").ChatMessage} ChatMessage */

const TEXT = "text.json";
/** The server's rule: `@` and a user's id or e-mail, not inside a word or an address. */
const MENTION = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_][\p{L}\p{N}_.+@-]*)/gu;
const TOGETHER_MS = 5 * 60_000;

/**
 * One message; `before` is the one above it, `fresh` the first that was not read.
 * @param {{
 *   session: Session, place: import("lockstep-client").Place, message: ChatMessage, before?: ChatMessage, fresh?: boolean,
 * }} props
 */
export function Message({ session, place, message, before, fresh }) {
  const mine = message.from === session.client.profile?.id;
  const goesOn =
    !fresh && before?.from === message.from && Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS;
  const apart = !message.deleted && message.schema && message.schema !== TEXT;
  const key = placeKey(place);
  const editing = session.editing?.key === key && session.editing.m === message.m;
  const presence = session.client.presence.get(message.from)?.state;
  return (
    <>
      {fresh && (
        <li class="unread-line">
          <span>New</span>
        </li>
      )}
      <li class={`message ${mine ? "mine" : ""} ${goesOn ? "goes-on" : ""}`}>
        {goesOn ? <span class="avatar-gap" /> : <Avatar name={session.client.store.name(message.from)} presence={presence} />}
        <div class={editing ? "grow" : ""}>
          {!goesOn && (
            <p class="quiet">
              <strong>{session.name(message.from)}</strong>{" "}
              <time dateTime={message.at} title={moment(message.at)}>
                {age(message.at)}
              </time>
            </p>
          )}
          {editing ? (
            <Edit session={session} place={place} message={message} />
          ) : (
            <div class={message.deleted ? "body deleted" : "body"}>
              {message.kind && <span class="kind">{title(message.kind)}</span>}
              <p>{message.deleted ? "This message was deleted" : <Text session={session} text={message.body} />}</p>
              {message.revision && !message.deleted ? (
                <span class="quiet edited" title={message.editedAt && moment(message.editedAt)}>
                  edited
                </span>
              ) : null}
              {apart && message.data !== undefined && (
                <details>
                  <summary>{title(String(message.schema).replace(/\.json$/, ""))}</summary>
                  <Data data={typeof message.data === "object" ? message.data : { data: message.data }} />
                </details>
              )}
            </div>
          )}
          {mine && !editing && !message.deleted && !message.kind && <Own session={session} place={place} message={message} />}
        </div>
      </li>
    </>
  );
}

/** What one may do with one's own message. @param {{ session: Session, place: import("lockstep-client").Place, message: ChatMessage }} props */
function Own({ session, place, message }) {
  const [sure, setSure] = useState(false);
  const about = message.body.slice(0, 40);
  const remove = () => {
    if (!sure) return setSure(true);
    setSure(false);
    session.client.delete(place, message.m).catch((error) => session.refused(error));
  };
  return (
    <span class="own">
      <button class="link" aria-label={`Edit: ${about}`} onClick={() => session.edit({ key: placeKey(place), m: message.m })}>
        Edit
      </button>
      <button class="link" aria-label={`${sure ? "Really delete" : "Delete"}: ${about}`} onClick={remove} onBlur={() => setSure(false)}>
        {sure ? "Really delete?" : "Delete"}
      </button>
    </span>
  );
}

/** @param {{ session: Session, place: import("lockstep-client").Place, message: ChatMessage }} props */
function Edit({ session, place, message }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useLayoutEffect(() => {
    // With the drawing: what is typed next is for this field, and nothing moves the caret later.
    field.current?.focus();
    field.current?.scrollIntoView({ block: "nearest" });
    field.current?.setSelectionRange(message.body.length, message.body.length);
  }, []);
  const close = () => {
    session.edit(null);
    document.getElementById("say")?.focus();
  };
  const save = () => {
    const body = field.current?.value.trim();
    close();
    if (!body || body === message.body) return;
    session.client.edit(place, message.m, body, message.data).catch((error) => session.refused(error));
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  };
  return (
    <div class="edit">
      <textarea ref={field} rows={2} aria-label="Edit your message" defaultValue={message.body} onKeyDown={onKey} />
      <button class="link" onClick={save}>
        Save
      </button>
      <button class="link" onClick={close}>
        Cancel
      </button>
    </div>
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
