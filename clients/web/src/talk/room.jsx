import { Chat } from "./chat.jsx";
import { Avatar, Icon } from "../look/icons.jsx";
import { presence } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Room} Room */

/** A conversation of its own, with its members. @param {{ session: Session, room: Room, onClose: () => void }} props */
export function RoomPane({ session, room, onClose }) {
  const { ids, count } = room.members;
  return (
    <article class="entry room" aria-labelledby="entry-title">
      <div class="entry-head">
        <button class="plain back" onClick={onClose} aria-label="Back to the inbox">
          <Icon name="back" />
        </button>
        <div class="grow">
          <p class="entry-line">
            <span class="label">Room</span>
          </p>
          <h2 id="entry-title">{room.title}</h2>
        </div>
      </div>
      <ul class="members" aria-label="Members">
        {ids.map((id) => (
          <li key={id}>
            <Avatar name={session.client.store.name(id)} presence={presence(session, id)} />
            {session.name(id)}
          </li>
        ))}
        {count > ids.length && <li class="quiet">and {count - ids.length} more</li>}
      </ul>
      <Chat session={session} place={{ room: room.id }} count={room.chat.count} hint="Write to everybody in this room" />
    </article>
  );
}
