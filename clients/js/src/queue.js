/** @import { Message, Waiting } from "./types.js" */

import { backoff } from "./backoff.js";
import { keyOf } from "./places.js";
import { RefusalError } from "./refusal.js";

/** What only asks: nothing of it is shown as pending, and it waits for no other command. */
const READS = new Set(["get", "history", "messages", "versions"]);

/** Tries after the server said to come later, and after it failed. */
const LATER_TRIES = 10;
const FAULT_TRIES = 4;
const LATER_MS = 1000;

/**
 * @typedef {(error: Error | null, result?: any) => void} Done
 * @typedef {{
 *   key: number, command: Message, done: Done, own: boolean, since: number, sent: boolean,
 *   after: number, tries: number, again?: boolean,
 * }} Item `after`: not to be sent before that time. `again`: another page gave it, and may have had its answer.
 */

/**
 * Where commands survive a reload, such as `localStorage`, and whose they are: only this user's are found again.
 * @typedef {{ storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">, key: string }} Keep
 */

/**
 * The commands that have no answer yet, in the order they were given. Pure: time is handed in.
 *
 * What changes one entry (or room) goes one after the other, so that its order holds even when one of
 * them has to be tried again; all else goes as far as the server's limits allow. An id is made when
 * a command is first sent and stays with it, since the server does an id once.
 */
export class Queue {
  /**
   * @param {{
   *   newId: (now: number) => string, random?: () => number, maxQueued?: number, name: (id: string) => string, keep?: Keep,
   *   late?: (command: Message, error: Error | null, result?: any) => void,
   * }} options `maxQueued`: how many may wait unsent. `late` is told how commands of an earlier page ended.
   */
  constructor(options) {
    this._options = options;
    /** @type {Item[]} */
    this._items = [];
    this._keys = 0;
    /** What the server allows: at once without an answer, a second, and in a burst. */
    this._limits = { commandsInFlight: 32, commandsPerSecond: 20, commandsBurst: 40 };
    this._tokens = 0;
    this._counted = 0;
    this._pause = 0;
    /** When something can be sent that cannot be now. */
    this.due = Infinity;
    const { keep, late } = options;
    this._storage = keep?.storage;
    this._prefix = `lockstep:${keep?.key}:`;
    for (const { command, since } of this._found()) {
      this._push(command, since, (error, result) => late?.(command, error, result)).again = true;
    }
  }

  /** What an earlier page left, oldest first. @returns {{ command: Message, since: number }[]} */
  _found() {
    const storage = this._storage;
    if (!storage) return [];
    const names = Array.from({ length: storage.length }, (_, index) => String(storage.key(index)));
    const ours = names.filter((name) => name.startsWith(this._prefix)).sort();
    // Of some another page may just have had the answer.
    return ours.map((name) => JSON.parse(String(storage.getItem(name)))).filter(Boolean);
  }

  /** @param {Message} command @param {number} since @param {Done} done @param {boolean} [own] @returns {Item} */
  _push(command, since, done, own = false) {
    const item = { key: ++this._keys, command, done, own, since, sent: false, after: 0, tries: 0 };
    this._items.push(item);
    return item;
  }

  /** What changes something and has no answer yet, oldest first. @returns {Waiting[]} */
  get waiting() {
    return this._items
      .filter((item) => !READS.has(item.command.type))
      .map(({ key, command, since, sent }) => {
        const { id, type, entry, room } = command;
        return { key, id, type, entry, room, since, state: sent ? "sent" : "queued", command };
      });
  }

  /**
   * Queue a command. @param {Omit<Message, "id">} command @param {number} now @param {Done} done
   * @param {boolean} [own] whether the client itself asks
   */
  give(command, now, done, own = false) {
    const unsent = this._items.filter((item) => !item.sent && !item.own).length;
    if (!own && unsent >= (this._options.maxQueued ?? 100)) {
      const message = `${unsent} commands wait to be sent already`;
      return done(new RefusalError({ code: "queue_full", class: "wait", message }));
    }
    const item = this._push(/** @type {Message} */ ({ ...command }), now, done, own);
    if (!this._storage || own || READS.has(command.type)) return;
    // With its id, so that it is done once whichever page sends it.
    item.command.id = this._options.newId(now);
    try {
      this._storage.setItem(this._prefix + item.command.id, JSON.stringify({ command: item.command, since: now }));
    } catch {
      // There is no room: it does not survive a reload.
    }
  }

  /** @param {Item} item @param {Error | null} error @param {any} [result] */
  _end(item, error, result) {
    this._storage?.removeItem(this._prefix + item.command.id);
    item.done(error, result);
  }

  /** A session begins: its limits, and nothing of it is sent yet. @param {Record<string, number> | undefined} limits @param {number} now */
  welcomed(limits, now) {
    Object.assign(this._limits, limits);
    this._tokens = this._limits.commandsBurst;
    this._counted = now;
    this._pause = 0;
  }

  /** What may go out now, in order; it counts as sent. @param {number} now @returns {Message[]} */
  take(now) {
    this.due = Infinity;
    const { commandsInFlight: inFlight, commandsPerSecond: perSecond, commandsBurst: burst } = this._limits;
    this._tokens = Math.min(burst, this._tokens + ((now - this._counted) / 1000) * perSecond);
    this._counted = now;
    this._items = this._items.filter(
      ({ again, sent, command }) => !again || sent || this._storage?.getItem(this._prefix + command.id),
    );
    let room = inFlight - this._items.filter((item) => item.sent).length;
    /** @type {Set<string>} */
    const busy = new Set();
    /** @type {Message[]} */
    const taken = [];
    for (const item of this._items) {
      const place = READS.has(item.command.type) ? "" : keyOf(item.command);
      const held = item.sent || (place && busy.has(place));
      if (place) busy.add(place);
      if (held) continue;
      if (item.after > now) {
        this.due = Math.min(this.due, item.after);
        continue;
      }
      if (room <= 0) break;
      const wait = Math.max(this._pause - now, ((1 - this._tokens) / perSecond) * 1000);
      if (wait > 0) {
        this.due = Math.min(this.due, now + Math.ceil(wait));
        break;
      }
      item.command.id ??= this._options.newId(now);
      item.sent = true;
      this._tokens -= 1;
      room -= 1;
      taken.push(item.command);
    }
    return taken;
  }

  /** @param {Message} message a reply or a refusal @param {number} now @returns {boolean} whether it was for one of these */
  answer(message, now) {
    const item = message.id && this._items.find(({ command }) => command.id === message.id);
    if (!item) return false;
    if (message.type === "refusal" && this._again(item, message, now)) return true;
    this._items.splice(this._items.indexOf(item), 1);
    if (message.type === "reply") this._end(item, null, message.result);
    else this._end(item, new RefusalError(message, this._options.name));
    return true;
  }

  /** Whether it is to be tried again by itself. @param {Item} item @param {Message} refusal @param {number} now */
  _again(item, { code, class: kind, details }, now) {
    const later = code === "rate_limited" || code === "busy";
    if ((!later && kind !== "retry") || ++item.tries > (later ? LATER_TRIES : FAULT_TRIES)) return false;
    if (later) {
      // The others would be told the same.
      this._pause = Math.max(this._pause, now + (details?.after_ms ?? LATER_MS));
      this._tokens = Math.min(this._tokens, 1);
    } else item.after = now + LATER_MS / 4 + backoff(item.tries - 1, this._options.random);
    item.sent = false;
    return true;
  }

  /** The connection is gone: whatever has no answer is to be sent again, with its id. */
  dropped() {
    for (const item of this._items) item.sent = false;
    this.due = Infinity;
  }

  /** Take back what the client itself asked: a snapshot answers it. */
  forgetOwn() {
    this._items = this._items.filter((item) => !item.own);
  }

  /** The clock was set: `by` milliseconds. @param {number} by */
  shift(by) {
    this._pause += by;
    this._counted += by;
    for (const item of this._items) item.after += by;
  }

  /** Give up on all. @param {Error} error */
  fail(error) {
    for (const item of this._items.splice(0)) this._end(item, error);
  }
}
