/** @typedef {import("../live/session.js").Session} Session */

/** A command in words, as the list of what waits has it. @param {Session} session @param {import("lockstep-client").Waiting} waiting */
export function said(session, { type, entry, room, command }) {
  const { store } = session.client;
  const title = entry ? (store.entries.get(entry)?.title ?? session.aside.get(entry)?.title) : store.rooms.get(room ?? "")?.title;
  const of = title ? ` in “${title}”` : "";
  /** @type {Record<string, string>} */
  const words = {
    choose: `Choose “${command.path}”${of}`,
    say: `Write “${command.body}”${of}`,
    edit: `Change a message to “${command.body}”${of}`,
    delete: `Delete a message${of}`,
    lock: command.wait ? `Wait for the lock${of}` : `Take the lock${of}`,
    unlock: `Give the lock back${of}`,
    ask: `Ask for the lock${of}`,
    status: command.status === "retired" ? `Put aside “${title ?? entry}”` : `Take back “${title ?? entry}”`,
    start: `Start “${command.workflow}”`,
    dispatch: `Send the form “${command.tracker}”`,
  };
  return words[type] ?? `${type}${of}`;
}

/** For how long, in words. @param {number} since @param {number} now both in ms */
export function sinceWhen(since, now) {
  const seconds = Math.max(0, Math.round((now - since) / 1000));
  if (seconds < 2) return "just now";
  if (seconds < 60) return `for ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `for ${minutes} min` : `since ${new Date(since).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
}
