import { placeKey } from "lockstep-client";
import { Data, title } from "../look/data.jsx";
import { Avatar } from "../look/icons.jsx";
import { moment, presence } from "../look/words.js";
import { Edit, Own } from "./own.jsx";
import { Folded } from "./text.jsx";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").ChatMessage} ChatMessage */

const TEXT = "text.json";
const TOGETHER_MS = 5 * 60_000;
/** So many who have read so far have their faces shown. */
const FACES = 5;

/**
 * One message. `before`: the one above it; `day`: a new one begins with it; `fresh`: the first that
 * was not read; `readers`: who has read up to here and no further.
 * @param {{
 *   session: Session, place: import("lockstep-client").Place, message: ChatMessage, before?: ChatMessage, day?: string,
 *   fresh?: boolean, readers?: string[],
 * }} props
 */
export function Message({ session, place, message, before, day, fresh, readers = [] }) {
  const mine = message.from === session.client.profile?.id;
  const goesOn =
    !fresh && !day && before?.from === message.from && Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS;
  const editing = session.editing?.key === placeKey(place) && session.editing.m === message.m;
  return (
    <>
      {day && (
        <li class="day">
          <span>{day}</span>
        </li>
      )}
      {fresh && (
        <li class="unread-line">
          <span>New</span>
        </li>
      )}
      <li class={`message ${mine ? "mine" : ""} ${goesOn ? "goes-on" : ""}`}>
        {goesOn ? <span class="avatar-gap" /> : <Avatar name={session.client.store.name(message.from)} presence={presence(session, message.from)} />}
        <div class="grow">
          {!goesOn && (
            <p class="quiet">
              <strong>{session.name(message.from)}</strong>{" "}
              <time dateTime={message.at} title={moment(message.at)}>
                {new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}
              </time>
            </p>
          )}
          {editing ? <Edit session={session} place={place} message={message} /> : <Body session={session} message={message} />}
          {mine && !editing && !message.deleted && !message.kind && <Own session={session} place={place} message={message} />}
        </div>
        {readers.length > 0 && <Readers session={session} users={readers} />}
      </li>
    </>
  );
}

/** @param {{ session: Session, message: ChatMessage }} props */
function Body({ session, message }) {
  const apart = !message.deleted && message.schema && message.schema !== TEXT;
  return (
    <div class={message.deleted ? "body deleted" : "body"}>
      {message.kind && <span class="kind">{title(message.kind)}</span>}
      {message.deleted ? <p>This message was deleted</p> : <Folded session={session} text={message.body} />}
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
  );
}

/** Who has read up to here. @param {{ session: Session, users: string[] }} props */
function Readers({ session, users }) {
  const said = `Read by ${users.map((id) => session.name(id)).join(", ")}`;
  return (
    <span class="readers" role="img" aria-label={said} title={said}>
      {users.slice(0, FACES).map((id) => (
        <Avatar key={id} name={session.client.store.name(id)} />
      ))}
      {users.length > FACES && <span class="quiet">+{users.length - FACES}</span>}
    </span>
  );
}
