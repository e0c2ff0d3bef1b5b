import { title } from "../look/data.jsx";
import { names } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").HistoryEvent} HistoryEvent */
/** @typedef {{ icon: string, text: string, quiet?: string, tone?: string, data?: Record<string, any>, log?: string[] }} Line */

/** What a change of the history came to, in words. @param {Session} session @param {HistoryEvent} event @param {Map<string, string>} steps their names, by key */
export function told(session, event, steps) {
  const who = session.name(event.by);
  const main = event.facts.find((fact) => fact.fact === MAIN[event.cause]) ?? event.facts[0];
  const lines = event.facts
    .filter((fact) => fact !== main)
    .map((fact) => line(session, fact))
    .filter((found) => found !== null);
  if (main?.fact === "activated") return { who, ...arrival(main, steps), lines };
  const said = main && line(session, main);
  // What an action or the server did has no person who did it.
  if (said && (DOINGS.has(main.fact) || !lines.length)) {
    const { text, quiet, tone, data, log } = said;
    if (!data && !log?.length) return { who: DOINGS.has(main.fact) ? who : "", what: text, quiet, tone, lines };
  }
  return { who, what: CAUSES[event.cause] ?? title(event.cause).toLowerCase(), lines: said ? [said, ...lines] : lines };
}

/** Whether there is anything to tell: some things are for administrators only. @param {HistoryEvent} event */
export const tells = (event) => event.facts.length > 0 || event.by !== "system";

/** The fact that a change is about, where it may not be the first. @type {Record<string, string>} */
const MAIN = { say: "chat", choose: "activated", start: "activated" };
/** Facts whose words go on from who did it. */
const DOINGS = new Set(["chat", "edited", "deleted"]);

/** Why a lock ended. @type {Record<string, string>} */
const ENDS = {
  expired: "the lock ran out",
  freed: "the lock was freed by an administrator",
  dropped: "the lock ended, since its holder was gone",
};

/** @type {Record<string, string>} */
const CAUSES = {
  say: "wrote",
  lock: "took the lock",
  unlock: "gave the lock back",
  status: "put it away or took it back",
  dispatch: "changed the dispatch",
  effect: "did what was asked for",
  script: "ran a script",
  choose: "filled in the form",
};

/** @param {Record<string, any>} fact @param {Map<string, string>} steps */
function arrival(fact, steps) {
  const from = fact.origin && (steps.get(fact.origin) ?? title(fact.origin));
  if (fact.path) return { what: `chose “${fact.path}”`, from, to: fact.name };
  if (fact.origin) return { what: "the next step followed", from, to: fact.name };
  return { what: "started it", to: fact.name };
}

/** @param {Session} session @param {Record<string, any>} fact @returns {Line | null} */
function line(session, fact) {
  switch (fact.fact) {
    case "activated":
      return { icon: "arrow", text: `“${fact.name}” followed` };
    case "lock":
      return fact.lock
        ? { icon: "lock", text: `${holders(session, fact.lock.by)} the lock`, quiet: fact.text }
        : { icon: "lock", text: ENDS[fact.reason] ?? "the lock was freed", quiet: fact.text };
    case "waits":
      return { icon: "lock", text: `${session.name(fact.waiter.user)} got in line for the lock` };
    case "waits_no_more":
      return { icon: "lock", text: `${names(session, fact.users)} left the line for the lock` };
    case "asked":
      return { icon: "hand", text: `${session.name(fact.user)} asked for the lock` };
    case "status": {
      const what = fact.status === "retired" ? "put away" : "taken back into the inbox";
      if (!fact.scope) return { icon: "check", text: what };
      return { icon: "check", text: `${what} for ${fact.users === 1 ? "1 user" : `${fact.users} users`}`, quiet: fact.scope };
    }
    case "task":
      return { icon: "check", text: `the task is ${title(String(fact.state)).toLowerCase()}` };
    case "data":
      return { icon: "clipboard", text: "filled in", data: fact.data };
    case "chat":
      return { icon: "chat", text: `wrote “${fact.message.body}”`, quiet: fact.message.only ? "for some only" : undefined };
    case "edited":
      return { icon: "chat", text: "changed a message" };
    case "deleted":
      return { icon: "chat", text: "took a message back" };
    case "guest":
      return { icon: "people", text: `${session.name(fact.user)} joined the conversation` };
    case "dispatch":
      return { icon: "clipboard", text: "the dispatch was changed" };
    case "effect":
      return effect(fact);
    case "incident":
      return { icon: "alert", text: fact.text, quiet: fact.pointer, tone: "failed" };
    case "incident_closed":
      return { icon: "check", text: fact.how === "retried" ? "the problem was tried again" : "the problem was dismissed" };
    case "script":
      return { icon: "script", text: `the script “${fact.script}” ran for ${session.name(fact.user)}`, log: fact.log };
    default:
      return null;
  }
}

/** @param {Session} session @param {string[]} by */
function holders(session, by) {
  const you = by.length === 1 && by[0] === session.client.profile?.id;
  return `${names(session, by)} ${you || by.length > 1 ? "hold" : "holds"}`;
}

/** @type {Record<string, string>} */
const EFFECTS = { notify: "notification", script: "script", trigger: "start of", start: "start of", webhook: "webhook" };
/** @type {Record<string, string>} */
const ICONS = { notify: "bell", script: "script" };

/** @param {Record<string, any>} fact @returns {Line} */
function effect({ kind, text, outcome }) {
  const what = EFFECTS[kind] ?? title(kind).toLowerCase();
  const tries = outcome?.tries > 1 ? ` after ${outcome.tries} tries` : "";
  return {
    icon: ICONS[kind] ?? "arrow",
    text: text ? `${what} “${text}”` : what,
    tone: outcome?.state,
    quiet: outcome && [outcome.state === "pending" ? "under way" : `${outcome.state}${tries}`, outcome.text].filter(Boolean).join(": "),
  };
}
