/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("./session.js").Session} Session */

/** How long ago, in few letters. @param {string} at @param {number} [now] */
export function age(at, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 45) return "now";
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** @param {Session} session @param {string[]} ids */
export function names(session, ids) {
  const said = ids.slice(0, 3).map((id) => session.name(id));
  const more = ids.length - said.length;
  return said.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Whether the lock keeps this user from acting. @param {Session} session @param {Entry} entry */
export function lockedOut(session, entry) {
  const me = session.client.profile?.id ?? "";
  return Boolean(entry.locked && !entry.locked.by.includes(me));
}

/** One sentence on why the entry is here and who can move it. @param {Session} session @param {Entry} entry */
export function why(session, entry) {
  if (entry.guest) return "You take part in this conversation; others move the entry.";
  if (lockedOut(session, entry)) {
    const by = entry.locked?.by ?? [];
    return `${names(session, by)} ${by.length > 1 ? "hold" : "holds"} this; the paths open again when it is free.`;
  }
  if (!entry.paths.length) return "There is nothing to choose here.";
  const others = entry.recipients.count - 1;
  if (entry.locked) return "You hold this: only you can move it on.";
  if (others < 1) return "This is yours to move on.";
  return `You and ${others} ${others === 1 ? "other person" : "others"} have this; whoever chooses first moves it on.`;
}

/** One line for a change of the history. @param {Session} session @param {any} event */
export function happened(session, event) {
  const who = session.name(event.by);
  /** @type {string[]} */
  const parts = [];
  for (const fact of event.facts) {
    if (fact.fact === "activated") {
      if (fact.path) parts.push(`chose “${fact.path}”, now “${fact.name}”`);
      else if (fact.origin) parts.push(`the step “${fact.name}” followed`);
      else parts.push(`started it at “${fact.name}”`);
    } else if (fact.fact === "lock") {
      parts.push(fact.lock ? `${names(session, fact.lock.by)} held the lock` : "the lock was freed");
    } else if (fact.fact === "task") parts.push(`the task is ${fact.state}`);
    else if (fact.fact === "chat") parts.push(`wrote “${fact.message.body}”`);
    else if (fact.fact === "data") parts.push("filled in a form");
    else if (fact.fact === "guest") parts.push(`${session.name(fact.user)} joined the conversation`);
    else if (fact.fact === "effect") parts.push(fact.kind === "notify" ? "people were notified" : `${fact.kind} ${fact.text}`);
    else if (fact.fact === "incident") parts.push(`a problem: ${fact.text}`);
  }
  if (!parts.length) parts.push(event.cause === "status" ? "put it away or took it back" : event.cause);
  return { who, what: parts.join("; ") };
}
