/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("../live/session.js").Session} Session */

/** How long ago, in few letters. @param {string} at @param {number} [now] */
export function age(at, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 45) return "now";
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** A time in full. @param {string} at */
export function moment(at) {
  return new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

/** @param {Session} session @param {string[]} ids @param {number} [count] of all, when `ids` are the first of many */
export function names(session, ids, count = ids.length) {
  const said = ids.slice(0, 3).map((id) => session.name(id));
  const more = count - said.length;
  return said.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Who else is looking at an entry now; without a connection that is not known. @param {Session} session @param {string} entry */
export function lookers(session, entry) {
  return session.client.state === "online" ? session.lookers(entry) : [];
}

/** Whether somebody is there now; undefined: no, or not known. @param {Session} session @param {string} user */
export function presence(session, user) {
  return session.client.state === "online" ? session.client.presence.get(user)?.state : undefined;
}

/** Whether the lock keeps this user from acting. @param {Session} session @param {Entry} entry */
export function lockedOut(session, entry) {
  const me = session.client.profile?.id ?? "";
  return Boolean(entry.locked && !entry.locked.by.includes(me));
}
