/** @import { ChatMessage, Message, Place } from "./types.js" */

import { keyOf, placeKey } from "./places.js";

/** The conversations that were opened, and how far each was read. By `placeKey`. */
export class Conversations {
  constructor() {
    /** In the order of their numbers. @type {Map<string, ChatMessage[]>} */
    this.messages = new Map();
    /** How far each user is known to have read. @type {Map<string, Map<string, number>>} */
    this.reads = new Map();
    /** Conversations of which nothing older is to be had. @type {Set<string>} */
    this.whole = new Set();
    /** Whether what comes was said while this client was away: then a hole is something missed. */
    this.catchingUp = false;
  }

  /** A message was said, or said again with other words. @param {Message} message */
  said(message) {
    const { type, n, entry, room, people, ...said } = message;
    const key = keyOf(message);
    const known = this.messages.get(key);
    if (!known) return;
    const last = known.at(-1)?.m ?? 0;
    if (this.catchingUp && said.m > last + 1 && known.length) {
      // More was missed than is told: what is older is asked for when somebody looks that far.
      this.messages.set(key, []);
      this.whole.delete(key);
    }
    this.keep(key, [/** @type {any} */ (said)]);
  }

  /**
   * Add messages, in the order of their numbers; of one that was edited the newest revision stays.
   * @param {Place} place @param {ChatMessage[]} messages
   */
  keep(place, messages) {
    const key = placeKey(place);
    const known = new Map((this.messages.get(key) ?? []).map((message) => [message.m, message]));
    for (const message of messages) {
      if ((known.get(message.m)?.revision ?? 0) <= (message.revision ?? 0)) known.set(message.m, message);
    }
    this.messages.set(key, [...known.values()].sort((a, b) => a.m - b.m));
  }

  /**
   * Keep a page as `messages` answers it. @param {Place} place
   * @param {{ messages: ChatMessage[], before?: number, reads?: { user: string, m: number }[] }} page
   */
  page(place, { messages, before, reads = [] }) {
    const key = placeKey(place);
    const first = this.messages.get(key)?.[0]?.m ?? Infinity;
    const oldest = messages.at(-1)?.m ?? Infinity;
    this.keep(place, messages);
    if (before === undefined && oldest <= first) this.whole.add(key);
    for (const { user, m } of reads) this.read(key, user, m);
  }

  /** What to ask for next, of an opened conversation; undefined when nothing is older. @param {string} key */
  before(key) {
    return this.whole.has(key) ? undefined : this.messages.get(key)?.[0]?.m;
  }

  /** A mark moves forward only. @param {string} key @param {string} user @param {number} m @returns {boolean} whether it did */
  read(key, user, m) {
    const marks = this.reads.get(key) ?? new Map();
    if ((marks.get(user) ?? 0) >= m) return false;
    this.reads.set(key, marks.set(user, m));
    return true;
  }
}
