import { Data, title } from "../look/data.jsx";
import { Avatar } from "../look/icons.jsx";
import { moment, names } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Dispatch} Dispatch */

/** Members of the data that make up the card, which the title shows already. */
const CARD = new Set(["summaryTitle", "summary", "icon"]);

/** Who has the entry, and what it is about. @param {{ session: Session, entry: Entry }} props */
export function Details({ session, entry }) {
  const dispatched = entry.dispatch?.data ?? {};
  const own = Object.fromEntries(
    Object.entries(entry.data ?? {}).filter(
      ([name, value]) => !CARD.has(name) && JSON.stringify(dispatched[name]) !== JSON.stringify(value),
    ),
  );
  return (
    <section class="details" aria-label="Details">
      <Faces session={session} people={entry.recipients} />
      {entry.dispatch && <DispatchCard dispatch={entry.dispatch} />}
      <Data data={own} />
    </section>
  );
}

/** @param {{ session: Session, people: { count: number, ids: string[] } }} props */
export function Faces({ session, people: { ids, count } }) {
  return (
    <p class="faces" title={ids.map((id) => session.name(id)).join(", ")}>
      {ids.slice(0, 6).map((id) => (
        <Avatar key={id} name={session.client.store.name(id)} presence={session.client.presence.get(id)?.state} />
      ))}
      <span class="quiet">
        {count === 1 ? names(session, ids) : `${count} people: ${names(session, ids, count)}`}
        <Online session={session} ids={ids} />
      </span>
    </p>
  );
}

/** Who of these is there, in words. @param {{ session: Session, ids: string[] }} props */
function Online({ session, ids }) {
  const me = session.client.profile?.id;
  const there = ids.filter((id) => id !== me && session.client.presence.get(id)?.state === "online");
  return there.length ? <> · {names(session, there)} online</> : null;
}

/** The record that the entry is about. @param {{ dispatch: Dispatch }} props */
function DispatchCard({ dispatch }) {
  const about = dispatch.user === dispatch.author ? "" : ` for ${dispatch.userName}`;
  return (
    <div class="dispatch">
      <p>
        <strong>{title(dispatch.tracker)}</strong>
        {dispatch.taskState && <span class={`state ${dispatch.taskState}`}>{title(dispatch.taskState)}</span>}
      </p>
      <p class="quiet small">
        by {dispatch.authorName}
        {about}, <time dateTime={dispatch.createdAt}>{moment(dispatch.createdAt)}</time>
        {dispatch.serviceId && <> · {dispatch.serviceId}</>}
      </p>
      <Data data={dispatch.data} />
    </div>
  );
}
