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
 *   after: number, tries: number,
 * }} Item `after`: not to be sent before that time.
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
   * @param {{ newId: (now: number) => string, random?: () => number, max?: number, name: (id: string) => string }} options
   * `max`: how many may wait unsent.
   */
  constructor({ newId, random = Math.random, max = 100, name }) {
    this._newId = newId;
    this._random = random;
    this._max = max;
    this._name = name;
    /** @type {Item[]} */
    this._items = [];
    this._keys = 0;
    /** What the server allows: at once without an answer, a second, and in a burst. */
    this._limits = { inFlight: 1, perSecond: Infinity, burst: Infinity };
    this._tokens = 0;
    this._counted = 0;
    this._pause = 0;
    /** When something can be sent that cannot be now. */
    this.due = Infinity;
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
    if (!own && unsent >= this._max) {
      const message = `${unsent} commands wait to be sent; there is no room for more.`;
      return done(new RefusalError({ type: "refusal", code: "queue_full", class: "wait", message }));
    }
    const item = { key: ++this._keys, done, own, since: now, sent: false, after: 0, tries: 0 };
    this._items.push({ ...item, command: /** @type {Message} */ ({ ...command }) });
  }

  /** A session begins: its limits, and nothing of it is sent yet. @param {Record<string, number> | undefined} limits @param {number} now */
  welcomed(limits, now) {
    const { commandsInFlight = 32, commandsPerSecond = 20, commandsBurst = 40 } = limits ?? {};
    this._limits = { inFlight: commandsInFlight, perSecond: commandsPerSecond, burst: commandsBurst };
    this._tokens = commandsBurst;
    this._counted = now;
    this._pause = 0;
  }

  /** What may go out now, in order; it counts as sent. @param {number} now @returns {Message[]} */
  take(now) {
    this.due = Infinity;
    const { inFlight, perSecond, burst } = this._limits;
    this._tokens = Math.min(burst, this._tokens + (Math.max(0, now - this._counted) / 1000) * perSecond);
    this._counted = now;
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
      const wait = Math.max(this._pause - now, this._tokens < 1 ? ((1 - this._tokens) / perSecond) * 1000 : 0);
      if (wait > 0) {
        this.due = Math.min(this.due, now + Math.ceil(wait));
        break;
      }
      item.command.id ??= this._newId(now);
      item.sent = true;
      this._tokens -= 1;
      room -= 1;
      taken.push(item.command);
    }
    return taken;
  }

  /** @param {Message} message a reply or a refusal @param {number} now @returns {boolean} whether it was for one of these */
  answer(message, now) {
    const item = this._items.find(({ command }) => command.id !== undefined && command.id === message.id);
    if (!item) return false;
    if (message.type === "refusal" && this._again(item, message, now)) return true;
    this._items.splice(this._items.indexOf(item), 1);
    if (message.type === "reply") item.done(null, message.result);
    else item.done(new RefusalError(message, this._name));
    return true;
  }

  /** Whether it is to be tried again by itself. @param {Item} item @param {Message} refusal @param {number} now */
  _again(item, { code, class: kind, details }, now) {
    if (code === "rate_limited" || code === "busy") {
      if (++item.tries > LATER_TRIES) return false;
      // The others would be told the same.
      this._pause = Math.max(this._pause, now + (details?.after_ms ?? LATER_MS));
      this._tokens = Math.min(this._tokens, 1);
    } else if (kind === "retry") {
      if (++item.tries > FAULT_TRIES) return false;
      item.after = now + LATER_MS / 4 + backoff(item.tries - 1, this._random);
    } else return false;
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
    for (const { done } of this._items.splice(0)) done(error);
  }
}
