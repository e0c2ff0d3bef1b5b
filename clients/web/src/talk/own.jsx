import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeKey } from "lockstep-client";
import { Icon } from "../look/icons.jsx";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {{ session: Session, place: import("lockstep-client").Place, message: import("lockstep-client").ChatMessage }} Props */

/** What one may do with one's own message. @param {Props} props */
export function Own({ session, place, message }) {
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

/** @param {Props} props */
export function Edit({ session, place, message }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useLayoutEffect(() => {
    // With the drawing: what is typed next is for this field, and nothing moves the caret later.
    field.current?.focus();
    field.current?.closest("li")?.scrollIntoView({ block: "nearest" });
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

/**
 * @typedef {{ id: number, body: string, reason: string }} Unsent
 * Messages that were refused, by session and conversation: they stay until they are sent or given up.
 * @type {WeakMap<Session, Map<string, Unsent[]>>}
 */
const unsent = new WeakMap();
let count = 0;

/** @param {Session} session @param {string} key @returns {Unsent[]} */
export const unsentIn = (session, key) => unsent.get(session)?.get(key) ?? [];

/** Say something; what is refused waits in its place for another try. @param {Session} session @param {import("lockstep-client").Place} place @param {string} body */
export async function say(session, place, body) {
  const key = placeKey(place);
  try {
    await session.client.say(place, body);
  } catch (error) {
    const all = unsent.get(session) ?? new Map();
    unsent.set(session, all);
    all.set(key, [...unsentIn(session, key), { id: ++count, body, reason: /** @type {any} */ (error).message }]);
  }
  session.refresh(key);
}

/** A message that was not sent. @param {{ session: Session, place: import("lockstep-client").Place, message: Unsent }} props */
export function NotSent({ session, place, message }) {
  const key = placeKey(place);
  const drop = () => {
    unsent.get(session)?.set(key, unsentIn(session, key).filter(({ id }) => id !== message.id));
    session.refresh(key);
  };
  return (
    <li class="message mine failed">
      <span class="avatar-gap" />
      <div>
        <div class="body">
          <p>{message.body}</p>
        </div>
        <p class="error" role="alert">
          <Icon name="alert" /> Not sent: {message.reason}
          <button
            class="link"
            onClick={() => {
              drop();
              void say(session, place, message.body);
            }}
          >
            Try again
          </button>
          <button class="link" onClick={drop}>
            Give up
          </button>
        </p>
      </div>
    </li>
  );
}
