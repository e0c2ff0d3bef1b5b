import { title } from "./data.jsx";
import { names } from "./words.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("lockstep-client").HistoryEvent} HistoryEvent */
/** @typedef {{ icon: string, text: string, quiet?: string, tone?: string, data?: Record<string, any>, log?: string[] }} Line */

/** What a change of the history came to, in words. @param {Session} session @param {HistoryEvent} event @param {Map<string, string>} steps their names, by key */
export function told(session, event, steps) {
  const [first, ...rest] = event.facts;
  const head = first?.fact === "activated" ? arrival(first, steps) : null;
  const lines = (head ? rest : event.facts).map((fact) => line(session, fact, steps)).filter((found) => found !== null);
  if (head) return { who: session.name(event.by), ...head, lines };
  // A change with one thing in it is that thing.
  const [only, ...more] = lines;
  if (only && !more.length && !only.data && !only.log) return { who: session.name(event.by), what: only.text, ...only, lines: [] };
  return { who: session.name(event.by), what: CAUSES[event.cause] ?? title(event.cause).toLowerCase(), lines };
}

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

/** @param {Session} session @param {Record<string, any>} fact @param {Map<string, string>} steps @returns {Line | null} */
function line(session, fact, steps) {
  switch (fact.fact) {
    case "activated": {
      const { from, to } = arrival(fact, steps);
      return { icon: "arrow", text: from ? `then ${from} → ${to} followed` : `then “${to}” followed` };
    }
    case "lock":
      return fact.lock
        ? { icon: "lock", text: `${holders(session, fact.lock.by)} the lock` }
        : { icon: "lock", text: fact.reason === "expired" ? "the lock ran out" : "the lock was freed" };
    case "task":
      return { icon: "check", text: `the task is ${title(String(fact.state)).toLowerCase()}` };
    case "data":
      return { icon: "clipboard", text: "filled in", data: fact.data };
    case "chat":
      return { icon: "chat", text: `wrote “${fact.message.body}”`, quiet: fact.message.only ? "for some only" : undefined };
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
