/** @import { ChatMessage, Entry, Message, Person, Place, Position, Presence, Profile, Room } from "./types.js" */

import { Conversations } from "./conversations.js";
import { digest } from "./digest.js";
import { keyOf, placeKey, saidOf } from "./places.js";

/** @template {{ id: string }} T @param {Map<string, T>} known @param {T[]} [told] */
function putAll(known, told = []) {
  for (const one of told) known.set(one.id, one);
}

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
    this.conversations = new Conversations();
    /** Who is there, of those whom this user may know; all others are offline. @type {Map<string, Presence>} */
    this.presence = new Map();
    /** @type {Position | null} */
    this.position = null;
    /** Entries to be asked for, with the version that is known of at least. @type {Map<string, number>} */
    this.gaps = new Map();
    /** Whether something came by an answer that is newer than the changes told so far. */
    this.ahead = false;
    /** Whose inbox this is. @type {Profile | null} */
    this.profile = null;
    /** @type {string | undefined} */
    this._epoch;
    this._since = 0;
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
    // While what was missed arrives, the position stays; it moves with the last of it.
    if (this.position && this.position.n > this._since) this.conversations.catchingUp = false;
    return changed;
  }

  /** @param {Message} message @param {Map<string, Message>} changed */
  _apply(message, changed) {
    putAll(this.people, message.people);
    switch (message.type) {
      case "welcome":
        this._welcome(message);
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
      case "presence":
        this._presence(message);
        return;
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
      case "position":
      case "pong":
        this.conversations.catchingUp = false;
        break;
    }
    if (typeof message.n === "number") this._moveTo(message.n);
  }

  /** @param {Message} welcome */
  _welcome(welcome) {
    if (!welcome.resumed) {
      this.position = null;
      this.conversations.clear();
      this.gaps.clear();
    }
    // Another lineage of the database may have forgotten what was read.
    if (this._epoch !== welcome.epoch) this.conversations.reads.clear();
    this._epoch = welcome.epoch;
    this.profile = welcome.user;
    this.people.set(welcome.user.id, welcome.user);
    this.conversations.catchingUp = true;
    this.presence.clear();
    this._pages = null;
    this.ahead = false;
    this._since = welcome.n;
  }

  /** Keep an entry as it came whole. @param {Entry} entry */
  put(entry) {
    const known = this.entries.get(entry.id);
    if (entry.version >= (this.gaps.get(entry.id) ?? 0)) this.gaps.delete(entry.id);
    if (known && known.version > entry.version) return;
    // What was seen stays seen for the visit, even if this was read before the mark.
    const seen = known?.seen && known.visit === entry.visit;
    this.entries.set(entry.id, seen ? { ...entry, seen } : entry);
  }

  /**
   * Take over an entry that an answer brought, which may be ahead of the changes told so far; one
   * that left the inbox, or never was in it, is not put there.
   * @param {Entry} entry @returns {boolean} whether it changed anything
   */
  answered(entry) {
    const known = this.entries.get(entry.id);
    if (!(known ? known.version < entry.version : this.gaps.has(entry.id))) {
      if (known && known.version === entry.version) this.put(entry);
      return false;
    }
    this.ahead = true;
    if (entry.status !== "retired") this.put(entry);
    else if (this.gaps.delete(entry.id)) this.entries.delete(entry.id);
    return true;
  }

  get user() {
    return this.profile?.id;
  }

  /** What `position.digest` is compared with. */
  get digest() {
    return digest(this.entries.values());
  }

  /** Entries that the server's list of versions has otherwise, to be asked for. @param {Record<string, number>} versions */
  differing(versions) {
    const ids = new Set([...Object.keys(versions), ...this.entries.keys()]);
    return [...ids].filter((id) => (this.entries.get(id)?.version ?? -1) < (versions[id] ?? Infinity));
  }

  /**
   * An inbox is replaced when all pages are there; an empty one grows with each page, newest first.
   * @param {Message} page @param {Map<string, Message>} changed
   */
  _page(page, changed) {
    if (page.page === 1) {
      const fresh = !this.entries.size && !this.rooms.size;
      this._pages = fresh ? { entries: this.entries, rooms: this.rooms } : { entries: new Map(), rooms: new Map() };
    }
    if (!this._pages) return;
    const { entries, rooms } = this._pages;
    putAll(entries, page.entries);
    putAll(rooms, page.rooms);
    if (page.page === page.pages || entries === this.entries) {
      for (const id of [...this.entries.keys(), ...entries.keys()]) changed.set(id, page);
      for (const room of [...this.rooms.keys(), ...rooms.keys()]) changed.set(placeKey({ room }), page);
    }
    if (page.page < page.pages) return;
    this.entries = entries;
    this.rooms = rooms;
    this._pages = null;
    this.conversations.catchingUp = false;
    this.gaps.clear();
    // From a tab that leads: it may have had answers.
    this.ahead ||= !!page.ahead;
    this._moveTo(page.n);
  }

  /** @param {Message} diff */
  _diff(diff) {
    const entry = this.entries.get(diff.entry);
    if (entry && entry.version >= diff.version) return false;
    if (!entry || entry.version !== diff.base) {
      this.gaps.set(diff.entry, Math.max(diff.version, this.gaps.get(diff.entry) ?? 0));
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
    this.conversations.said(message);
    // An entry's summary comes by its diffs; a room has none, and all of its messages are for all.
    const known = message.room && this.rooms.get(message.room);
    if (!known) return;
    const said = saidOf(message);
    const { count, last } = known.chat;
    const again = last?.m === said.m && (said.revision ?? 0) >= (last.revision ?? 0);
    if (said.m <= count && !again) return;
    const chat = { count: Math.max(count, said.m), last: said };
    this.rooms.set(known.id, { ...known, chat });
  }

  /** @param {Message} message @param {Map<string, Message>} changed */
  _read(message, changed) {
    const key = keyOf(message);
    if (this.conversations.read(key, message.user, message.m)) changed.set(key, message);
  }

  /** @param {Message} message */
  _presence({ user, state, watching }) {
    if (state === "offline") this.presence.delete(user);
    else this.presence.set(user, { state, watching: [watching ?? []].flat() });
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

  /** @param {number} n */
  _moveTo(n) {
    if (this._pages || this._epoch === undefined) return;
    if (this.position?.epoch !== this._epoch || n > this.position.n) this.position = { epoch: this._epoch, n };
  }

  /** How to name a user. @param {string} id */
  name(id) {
    return this.people.get(id)?.name ?? id;
  }
}
