/** A history in days, and the kinds of what happened. Pure. */

import { dayOf } from "../talk/text.js";

/** @typedef {import("lockstep-client").HistoryEvent} HistoryEvent */
/** @typedef {"all" | "moves" | "chat"} Kind */

const TALK = new Set(["chat", "edited", "deleted"]);
/** What an event is shown with, by the fact that it is about, the weightiest first. @type {[string, string][]} */
const ICONS = [
  ["activated", "arrow"], ["incident", "alert"], ["incident_closed", "check"], ["chat", "chat"], ["edited", "chat"], ["deleted", "chat"],
  ["asked", "hand"], ["waits", "clock"], ["waits_no_more", "clock"], ["lock", "lock"], ["guest", "people"], ["dispatch", "clipboard"],
  ["status", "archive"], ["task", "check"], ["script", "script"], ["effect", "bell"],
];

/** @param {HistoryEvent} event @param {Kind} kind */
export function isOf({ facts }, kind) {
  if (kind === "all") return true;
  return facts.some(({ fact }) => (kind === "moves" ? fact === "activated" : TALK.has(fact)));
}

/** @param {HistoryEvent} event */
export function iconOf({ facts }) {
  return ICONS.find(([about]) => facts.some(({ fact }) => fact === about))?.[1] ?? "clock";
}

/**
 * Events, newest first, by their days. @param {HistoryEvent[]} events @param {number} now
 * @returns {{ day: string, events: HistoryEvent[] }[]}
 */
export function days(events, now) {
  /** @type {{ day: string, events: HistoryEvent[] }[]} */
  const found = [];
  for (const event of events) {
    const day = dayOf(event.at, now);
    const last = found.at(-1);
    if (last?.day === day) last.events.push(event);
    else found.push({ day, events: [event] });
  }
  return found;
}
