import { Icon } from "../look/icons.jsx";
import { Label } from "../look/label.jsx";
import { age, lockedOut, lookers, names } from "../look/words.js";
import { useNews } from "../live/session.js";
import { useCommands } from "../shell/commands.js";
import "./list.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Room} Room */

/**
 * @param {{
 *   session: Session, open: { entry?: string, room?: string },
 *   go: (route: import("../shell/route.js").Route) => void,
 * }} props
 */
export function List({ session, open, go }) {
  useNews(session, "state", "list");
  const { store } = session.client;
  const entries = [...store.entries.values()].sort(
    (a, b) => (b.createdAt ?? "").localeCompare(a.createdAt ?? "") || a.id.localeCompare(b.id),
  );
  const rooms = [...store.rooms.values()].sort(
    (a, b) => (b.chat.last?.at ?? "").localeCompare(a.chat.last?.at ?? "") || a.title.localeCompare(b.title),
  );
  /** @param {number} by */
  const step = (by) => () => {
    const index = entries.findIndex((found) => found.id === open.entry);
    const next = entries[Math.min(Math.max(index + by, 0), entries.length - 1)];
    if (next) go({ entry: next.id });
  };
  useCommands([
    { title: "Next entry", section: "List", keys: ["j", "ArrowDown"], run: step(1), quiet: true },
    { title: "Previous entry", section: "List", keys: ["k", "ArrowUp"], run: step(-1), quiet: true },
  ]);
  return (
    <nav class="list" aria-label="Inbox">
      <h2>
        Inbox <span class="count">{entries.length}</span>
      </h2>
      {entries.length === 0 && session.client.state === "online" && (
        <p class="empty">
          <strong>All done.</strong>
          Nothing waits for you; what arrives appears here at once.
        </p>
      )}
      <ul>
        {entries.map((entry) => (
          <Row
            key={entry.id}
            session={session}
            entry={entry}
            current={entry.id === open.entry}
            onOpen={() => go({ entry: entry.id })}
          />
        ))}
      </ul>
      {rooms.length > 0 && (
        <>
          <h2 id="rooms">
            Rooms <span class="count">{rooms.length}</span>
          </h2>
          <ul aria-labelledby="rooms">
            {rooms.map((room) => (
              <RoomRow
                key={room.id}
                session={session}
                room={room}
                current={room.id === open.room}
                onOpen={() => go({ room: room.id })}
              />
            ))}
          </ul>
        </>
      )}
    </nav>
  );
}

/** @param {{ session: Session, entry: Entry, current: boolean, onOpen: () => void }} props */
function Row({ session, entry, current, onOpen }) {
  useNews(session, "state", entry.id);
  const touched = session.touched.get(entry.id);
  const unread = session.unread(entry.id, entry.chat);
  const looking = lookers(session, entry.id);
  const waiting = session.pending(entry.id);
  return (
    <li class={current ? "row current" : "row"}>
      <button onClick={onOpen} aria-current={current ? "true" : undefined}>
        <span class="row-top">
          {!entry.guest && !entry.seen && <span class="dot" role="img" aria-label="new" />}
          <span class="title">{entry.title}</span>
          <time class="quiet" dateTime={entry.updatedAt}>
            {entry.updatedAt && age(entry.updatedAt)}
          </time>
        </span>
        <span class="row-bottom">
          <Label entry={entry} />
          <span class="subtitle">{entry.guest ? lastSaid(session, entry.chat) || "You are part of the conversation" : entry.description}</span>
          {entry.locked && (
            <span class={lockedOut(session, entry) ? "holder other" : "holder"}>
              <Icon name="lock" />
              {names(session, entry.locked.by)}
            </span>
          )}
          {waiting > 0 && <span class="holder unsent">{session.client.state === "online" ? "Saving…" : "Queued"}</span>}
          {looking.length > 0 && (
            <span class="holder" role="img" aria-label={`${names(session, looking)} looking`} title={`${names(session, looking)} looking`}>
              <Icon name="eye" />
              {looking.length}
            </span>
          )}
          {entry.chat.count > 0 && (
            <span class={unread ? "holder unread" : "holder"} title={unread ? `${unread} new` : undefined}>
              <Icon name="chat" />
              {entry.chat.count}
            </span>
          )}
        </span>
        {touched && (
          <span class="touched" key={touched.n}>
            {session.name(touched.by)} changed this
          </span>
        )}
      </button>
    </li>
  );
}

/** @param {{ session: Session, room: Room, current: boolean, onOpen: () => void }} props */
function RoomRow({ session, room, current, onOpen }) {
  const unread = session.unread({ room: room.id }, room.chat);
  const { ids, count } = room.members;
  return (
    <li class={current ? "row current" : "row"}>
      <button onClick={onOpen} aria-current={current ? "true" : undefined}>
        <span class="row-top">
          <Icon name="chat" />
          <span class="title">{room.title}</span>
          {room.chat.last && (
            <time class="quiet" dateTime={room.chat.last.at}>
              {age(room.chat.last.at)}
            </time>
          )}
        </span>
        <span class="row-bottom">
          <span class="subtitle">{lastSaid(session, room.chat) || names(session, ids, count)}</span>
          {unread > 0 && (
            <span class="badge" role="img" aria-label={`${unread} new`}>
              {unread}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

/** @param {Session} session @param {import("lockstep-client").ChatSummary} chat */
function lastSaid(session, { last }) {
  return last && `${session.name(last.from)}: ${last.deleted ? "deleted a message" : last.body}`;
}
