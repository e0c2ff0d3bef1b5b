/** @import { ChatMessage, Message, Place } from "./types.js" */

import { keyOf, placeKey, saidOf } from "./places.js";

/** @typedef {{ pages: number, told: ChatMessage[] }} Asked */

/** The conversations that were opened, and how far each was read. By `placeKey`. */
export class Conversations {
  constructor() {
    /** In the order of their numbers; another map after all was forgotten. @type {Map<string, ChatMessage[]>} */
    this.messages = new Map();
    /** How far each user is known to have read. @type {Map<string, Map<string, number>>} */
    this.reads = new Map();
    /** Conversations of which nothing older is to be had. @type {Set<string>} */
    this.whole = new Set();
    /** Whether what comes was said while this client was away: then a hole is something missed. */
    this.catchingUp = false;
    /** What is said while pages are on their way, which they may have been read before. @type {Map<string, Asked>} */
    this._asked = new Map();
  }

  /** Forget what was said: it comes anew. */
  clear() {
    this.messages = new Map();
    this.whole.clear();
    for (const asked of this._asked.values()) asked.told = [];
  }

  /** A page is asked for. @param {Place} place */
  asked(place) {
    const asked = this._asked.get(placeKey(place)) ?? { pages: 0, told: [] };
    asked.pages += 1;
    this._asked.set(placeKey(place), asked);
  }

  /** It came, or will not come. @param {Place} place */
  answered(place) {
    const asked = this._asked.get(placeKey(place));
    if (asked && !(asked.pages -= 1)) this._asked.delete(placeKey(place));
  }

  /** A message was said, or said again with other words. @param {Message} message */
  said(message) {
    const said = saidOf(message);
    const key = keyOf(message);
    this._asked.get(key)?.told.push(said);
    const known = this.messages.get(key);
    // One that is older than all of these changed: it is read when somebody looks that far.
    if (!known || said.m < (known[0]?.m ?? 0)) return;
    const last = known.at(-1)?.m ?? 0;
    if (this.catchingUp && said.m > last + 1 && known.length) {
      // More was missed than is told: what is older is asked for when somebody looks that far.
      this.messages.set(key, []);
      this.whole.delete(key);
    }
    this.keep(key, [said]);
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
    const from = Math.min(first, oldest);
    const told = this._asked.get(key)?.told ?? [];
    this.keep(place, told.filter(({ m }) => m >= from || from === Infinity));
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
