/** @import { ChatMessage, Entry, Message, Person, Place, Position, Room } from "./types.js" */

import { keyOf, placeKey } from "./places.js";

/**
 * The inbox as this client knows it: pure, fed with the server's messages, one frame at a time.
 *
 * An entry whose diff does not fit is left as it was and named in `gaps`: ask `get` for it.
 */
export class Store {
  constructor() {
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    /** The rooms this user is a member of. @type {Map<string, Room>} */
    this.rooms = new Map();
    /** @type {Map<string, Person>} */
    this.people = new Map();
    /** The conversations that were opened, by `placeKey`. @type {Map<string, ChatMessage[]>} */
    this.chats = new Map();
    /** How far each user is known to have read, by `placeKey`. @type {Map<string, Map<string, number>>} */
    this.reads = new Map();
    /** @type {Position | null} */
    this.position = null;
    /** Entries to be asked for. @type {Set<string>} */
    this.gaps = new Set();
    /** @type {{ entries: Map<string, Entry>, rooms: Map<string, Room> } | null} */
    this._pages = null;
  }

  /**
   * Apply what belongs together. Returns what looks different now, by `placeKey` (an entry's id,
   * or `room:` and a room's id), with the message that did it.
   * @param {Message[]} frame
   * @returns {Map<string, Message>}
   */
  apply(frame) {
    /** @type {Map<string, Message>} */
    const changed = new Map();
    for (const message of frame) this._apply(message, changed);
    return changed;
  }

  /** @param {Message} message @param {Map<string, Message>} changed */
  _apply(message, changed) {
    for (const person of message.people ?? []) this.people.set(person.id, person);
    switch (message.type) {
      case "welcome":
        if (!message.resumed) this.position = null;
        this._epoch = message.epoch;
        this.people.set(message.user.id, message.user);
        return;
      case "snapshot":
        this._page(message, changed);
        return;
      case "entry":
        this.put(message.entry);
        changed.set(message.entry.id, message);
        break;
      case "diff":
        if (this._diff(message)) changed.set(message.entry, message);
        break;
      case "gone":
        if (this.entries.delete(message.entry)) changed.set(message.entry, message);
        this.gaps.delete(message.entry);
        break;
      case "room":
        this.rooms.set(message.room.id, message.room);
        changed.set(placeKey({ room: message.room.id }), message);
        break;
      case "chat":
        this._chat(message);
        changed.set(keyOf(message), message);
        break;
      case "read":
        if (message.seen) this._seen(message, changed);
        if (typeof message.m === "number") this._read(message, changed);
        return;
    }
    if (typeof message.n === "number") this._moveTo(message.n);
  }

  /** Keep an entry as it came whole. @param {Entry} entry */
  put(entry) {
    const known = this.entries.get(entry.id);
    this.gaps.delete(entry.id);
    if (known && known.version > entry.version) return;
    this.entries.set(entry.id, entry);
  }

  /** @param {Message} page @param {Map<string, Message>} changed */
  _page(page, changed) {
    if (page.page === 1) this._pages = { entries: new Map(), rooms: new Map() };
    const { entries, rooms } = this._pages ?? { entries: new Map(), rooms: new Map() };
    for (const entry of page.entries) entries.set(entry.id, entry);
    for (const room of page.rooms ?? []) rooms.set(room.id, room);
    if (page.page < page.pages) return;
    for (const id of [...this.entries.keys(), ...entries.keys()]) changed.set(id, page);
    for (const room of [...this.rooms.keys(), ...rooms.keys()]) changed.set(placeKey({ room }), page);
    this.entries = entries;
    this.rooms = rooms;
    this._pages = null;
    this.gaps.clear();
    this._moveTo(page.n);
  }

  /** @param {Message} diff */
  _diff(diff) {
    const entry = this.entries.get(diff.entry);
    if (entry && entry.version >= diff.version) return false;
    if (!entry || entry.version !== diff.base) {
      this.gaps.add(diff.entry);
      return false;
    }
    /** @type {Record<string, any>} */
    const next = { ...entry, ...diff.set, version: diff.version };
    for (const member of diff.unset) delete next[member];
    this.entries.set(diff.entry, /** @type {Entry} */ (next));
    return true;
  }

  /** @param {Message} message */
  _chat(message) {
    const { type, n, entry, room, people, ...said } = message;
    const key = keyOf(message);
    if (this.chats.has(key)) this.keepMessages(key, [/** @type {any} */ (said)]);
    // An entry's summary comes by its diffs; a room has none, and all of its messages are for all.
    const known = room && this.rooms.get(room);
    if (!known || known.chat.count >= said.m) return;
    this.rooms.set(room, { ...known, chat: { count: said.m, last: /** @type {any} */ (said) } });
  }

  /**
   * Add messages to an opened conversation, in the order of their numbers.
   * @param {Place} place @param {ChatMessage[]} messages
   */
  keepMessages(place, messages) {
    const key = placeKey(place);
    const known = new Map((this.chats.get(key) ?? []).map((message) => [message.m, message]));
    for (const message of messages) known.set(message.m, message);
    this.chats.set(key, [...known.values()].sort((a, b) => a.m - b.m));
  }

  /** @param {Message} message @param {Map<string, Message>} changed */
  _read(message, changed) {
    const key = keyOf(message);
    const marks = this.reads.get(key) ?? new Map();
    if ((marks.get(message.user) ?? 0) >= message.m) return;
    this.reads.set(key, marks.set(message.user, message.m));
    changed.set(key, message);
  }

  /** @param {Message} message @param {Map<string, Message>} changed */
  _seen(message, changed) {
    const entry = this.entries.get(message.entry);
    if (!entry || entry.seen || message.user !== this.user) return;
    // It was seen as it was at that visit; if it has moved on, it is unseen again.
    if ("visit" in message && message.visit !== entry.visit) return;
    this.entries.set(entry.id, { ...entry, seen: true });
    changed.set(entry.id, message);
  }

  /** Whose inbox this is. @type {string | undefined} */
  user;

  /** @param {number} n */
  _moveTo(n) {
    if (this._pages || this._epoch === undefined) return;
    if (this.position?.epoch !== this._epoch) this.position = { epoch: this._epoch, n };
    else if (n > this.position.n) this.position = { epoch: this._epoch, n };
  }

  /** @type {string | undefined} */
  _epoch;

  /** How to name a user. @param {string} id */
  name(id) {
    return this.people.get(id)?.name ?? id;
  }
}
