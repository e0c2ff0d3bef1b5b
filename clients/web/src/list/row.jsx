import { useEffect, useState } from "preact/hooks";
import { Avatar, Icon } from "../look/icons.jsx";
import { Label } from "../look/label.jsx";
import { memo } from "./memo.js";
import { age, lockedOut, lookers, moment, names } from "../look/words.js";
import { told } from "../entry/facts.js";
import { useNews } from "../live/session.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/**
 * @typedef {{
 *   session: Session, id: string, place: number, size: number, top: number, height: number, dense: boolean,
 *   current: boolean, picked: boolean, reached: boolean, fresh: boolean, minute: number,
 *   on: { open: (id: string, event: MouseEvent) => void, pick: (id: string, range: boolean) => void },
 * }} RowProps `reached`: the one that the Tab key leads to. `minute`: drawn again when another begins
 */

/** So long a row says who changed it. */
const TOUCHED_MS = 6000;

/** @param {RowProps & { left?: Entry }} props `left`: as it was when it left the inbox */
function EntryRow({ session, id, left, ...row }) {
  useNews(session, "state", id);
  const entry = session.client.store.entries.get(id);
  if (!entry) return left ? <Gone session={session} entry={left} {...row} /> : null;
  const unread = session.unread(entry.id, entry.chat);
  const looking = lookers(session, entry.id);
  const news = (!entry.guest && !entry.seen) || unread > 0;
  return (
    <Frame id={id} title={entry.title} news={news} {...row}>
      <span class="row-top">
        {!entry.guest && !entry.seen && <span class="dot" role="img" aria-label="new" />}
        <span class="title">{entry.title}</span>
        {row.dense && <Marks session={session} entry={entry} unread={unread} looking={looking} />}
        {row.dense && <Label entry={entry} />}
        <Age at={entry.updatedAt ?? entry.chat.last?.at} />
      </span>
      {!row.dense && (
        <span class="row-bottom">
          <Label entry={entry} />
          <Subtitle session={session} entry={entry} />
          <Marks session={session} entry={entry} unread={unread} looking={looking} />
        </span>
      )}
      {!row.dense && carded(entry) && (
        <span class="row-card">
          {entry.icon && <Icon name={entry.icon} />}
          {entry.summaryTitle && <strong>{entry.summaryTitle}</strong>}
          {entry.summary && <span>{entry.summary}</span>}
        </span>
      )}
    </Frame>
  );
}

/** Whether an entry has a summary that says more than its title does. @param {Entry} entry */
export const carded = ({ title, summaryTitle, summary }) => Boolean(summary || (summaryTitle && !title.includes(summaryTitle)));

/** @param {{ session: Session, entry: Entry }} props */
function Subtitle({ session, entry }) {
  const touched = session.touched.get(entry.id);
  const since = touched ? Date.now() - touched.at : TOUCHED_MS;
  const subtitle = entry.guest ? lastSaid(session, entry.chat) || "You are part of the conversation" : entry.description;
  if (!touched || since >= TOUCHED_MS) return <span class="subtitle">{subtitle}</span>;
  return (
    <span class="subtitle swap">
      <span class="touched" key={touched.n}>
        {session.name(touched.by)} changed this
      </span>
      <span class="was" key={-touched.n}>
        {subtitle}
      </span>
    </span>
  );
}

/** Lock, commands under way, who looks, messages. @param {{ session: Session, entry: Entry, unread: number, looking: string[] }} props */
function Marks({ session, entry, unread, looking }) {
  const waiting = session.pending(entry.id);
  return (
    <>
      {waiting > 0 && <span class="mark unsent">{session.client.state === "online" ? "Saving…" : "Queued"}</span>}
      {entry.locked && (
        <span class={lockedOut(session, entry) ? "mark other" : "mark mine"}>
          <Icon name="lock" />
          <span class="cut">{names(session, entry.locked.by)}</span>
        </span>
      )}
      {looking.length > 0 && (
        <span class="lookers" role="img" aria-label={`${names(session, looking)} looking`} title={`${names(session, looking)} looking`}>
          {looking.slice(0, 3).map((user) => (
            <Avatar key={user} name={session.client.store.name(user)} />
          ))}
          {looking.length > 3 && <span class="more">+{looking.length - 3}</span>}
        </span>
      )}
      {entry.chat.count > 0 && (
        <span class={unread ? "mark unread" : "mark"} title={unread ? `${unread} new` : undefined}>
          <Icon name="chat" />
          {entry.chat.count}
          {unread > 0 && <span class="visually-hidden"> {entry.chat.count === 1 ? "message" : "messages"}, {unread} new</span>}
        </span>
      )}
    </>
  );
}

/** @param {RowProps} props */
function RoomRow_({ session, id, ...row }) {
  useNews(session, "state", id);
  const room = session.client.store.rooms.get(id.slice("room:".length));
  if (!room) return null;
  const unread = session.unread({ room: room.id }, room.chat);
  const { ids, count } = room.members;
  return (
    <Frame id={id} title={room.title} news={unread > 0} {...row}>
      <span class="row-top">
        <Icon name="chat" />
        <span class="title">{room.title}</span>
        {unread > 0 && (
          <span class="badge" role="img" aria-label={`${unread} new`}>
            {unread}
          </span>
        )}
        <Age at={room.chat.last?.at} />
      </span>
      {!row.dense && (
        <span class="row-bottom">
          <span class="subtitle">{lastSaid(session, room.chat) || names(session, ids, count)}</span>
        </span>
      )}
    </Frame>
  );
}

/**
 * What all rows have: their place, the box to pick them, the button that opens them.
 * @param {Omit<RowProps, "session" | "minute"> & { title: string, news: boolean, minute?: number, children: any }} props
 */
export function Frame({ id, title, news, place, size, top, height, dense, current, picked, reached, fresh, on, children }) {
  const kind = `row${current ? " current" : ""}${picked ? " picked" : ""}${news ? " has-news" : ""}${fresh ? " arrived" : ""}${dense ? " dense" : ""}`;
  return (
    <li class={kind} style={{ transform: `translateY(${top}px)`, height: `${height}px` }} aria-setsize={size} aria-posinset={place}>
      {!id.startsWith("room:") && (
        <label class="pick">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={picked}
            aria-label={`Select ${title}`}
            onClick={(event) => on.pick(id, event.shiftKey)}
          />
        </label>
      )}
      <button
        class="row-open"
        data-row={id}
        tabIndex={reached ? 0 : -1}
        onClick={(event) => on.open(id, event)}
        onContextMenu={(event) => {
          // A finger that rests on a row: there is no box to point at.
          if (/** @type {any} */ (event).pointerType !== "touch" || id.startsWith("room:")) return;
          event.preventDefault();
          on.pick(id, false);
        }}
        aria-current={current ? "true" : undefined}
      >
        {children}
      </button>
    </li>
  );
}

/** What left the inbox under somebody's eyes: it stays where it was until nothing can be hit by mistake. @param {Omit<RowProps, "id"> & { entry: Entry }} props */
function Gone({ session, entry, top, height, dense, place, size }) {
  const [why, setWhy] = useState("");
  useEffect(() => {
    let here = true;
    const before = (session.gone.get(entry.id) ?? Number.MAX_SAFE_INTEGER - 1) + 1;
    session
      .read(`/v1/entries/${encodeURIComponent(entry.id)}/history?limit=1&before=${before}`)
      .then(({ events: [event] }) => {
        if (!here || !event) return;
        const { what } = told(session, event, new Map());
        const own = event.cause === "status" && event.by === session.client.profile?.id;
        setWhy(own ? "You put it away" : `${session.name(event.by)} ${what}`);
      })
      .catch(() => {});
    return () => void (here = false);
  }, [entry.id]);
  return (
    <li
      class={dense ? "row moved-on dense" : "row moved-on"}
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      aria-setsize={size}
      aria-posinset={place}
    >
      <div class="row-open">
        <span class="row-top">
          <Icon name="check" />
          <span class="title">{entry.title}</span>
        </span>
        <span class="row-bottom">
          <span class="subtitle">{why ? `Moved on: ${why}` : "Moved on"}</span>
        </span>
      </div>
    </li>
  );
}

/** @param {{ at: string | undefined }} props */
function Age({ at }) {
  return at ? (
    <time class="quiet" dateTime={at} title={moment(at)}>
      {age(at)}
    </time>
  ) : null;
}

/** @param {Session} session @param {import("lockstep-client").ChatSummary} chat */
function lastSaid(session, { last }) {
  return last && `${session.name(last.from)}: ${last.deleted ? "deleted a message" : last.body}`;
}

export const Row = memo(EntryRow);
export const RoomRow = memo(RoomRow_);
