/** @import { Entry, Message } from "./types.js" */

/** A command that was not done: `code` and `class` as the protocol has them. */
export class RefusalError extends Error {
  /** @param {Message} refusal */
  constructor(refusal) {
    super(refusal.message);
    this.name = "RefusalError";
    /** @type {string} */
    this.code = refusal.code;
    /** `retry`, `wait`, `fix` or `stop`. @type {string} */
    this.class = refusal.class;
    /** @type {Record<string, any>} */
    this.details = refusal.details ?? {};
    /** The entry as it is now, where that helps. @type {Entry | undefined} */
    this.entry = refusal.entry;
  }
}

/** Commands wait here for their answers; what has none is said again after a reconnect. */
export class Pending {
  constructor() {
    /** @type {Map<string, { command: Message, resolve: (result: any) => void, reject: (error: Error) => void }>} */
    this._waiting = new Map();
  }

  get size() {
    return this._waiting.size;
  }

  /** @param {Message} command with its id @returns {Promise<any>} the reply's `result` */
  add(command) {
    return new Promise((resolve, reject) => {
      this._waiting.set(command.id, { command, resolve, reject });
    });
  }

  /** All that has no answer yet, oldest first. */
  unanswered() {
    return [...this._waiting.values()].map((waiting) => waiting.command);
  }

  /** @param {Message} message a reply or a refusal @returns {boolean} whether it answered one */
  answer(message) {
    const waiting = this._waiting.get(message.id);
    if (!waiting) return false;
    this._waiting.delete(message.id);
    if (message.type === "reply") waiting.resolve(message.result);
    else waiting.reject(new RefusalError(message));
    return true;
  }

  /** Give up on all. @param {Error} error */
  fail(error) {
    for (const { reject } of this._waiting.values()) reject(error);
    this._waiting.clear();
  }
}

/** The members that have a value. @param {Record<string, any>} members */
export function given(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
