/** @import { Message } from "./types.js" */
/** @import { Store } from "./store.js" */

/** Entries asked for at the same time, and how often one is asked for. */
const AT_ONCE = 8;
const TRIES = 3;

/**
 * Makes an inbox whole again: asks for entries whose diff did not fit, and compares the inbox with
 * the digest that the server sends now and then.
 */
export class Mending {
  /**
   * @param {Store} store
   * @param {(command: Omit<Message, "id">, done: (error: any, result: any) => void) => void} ask
   * @param {(changed: Map<string, Message>) => void} told what is mended
   */
  constructor(store, ask, told) {
    this._store = store;
    this._ask = ask;
    this._told = told;
    /** How often this inbox was not what the server held. */
    this.differences = 0;
    /** What is asked for now. @type {Set<string>} */
    this._asked = new Set();
    /** How often each was asked for in vain. @type {Map<string, number>} */
    this._tries = new Map();
    this._comparing = false;
  }

  /** A snapshot comes: it has it all. */
  reset() {
    this._asked.clear();
    this._tries.clear();
    this._comparing = false;
  }

  /**
   * Whether the inbox is what the server's digest says. What is still being mended, or came by an
   * answer before its change, would only seem to differ.
   * @param {Message} position
   */
  compare({ n, digest }) {
    const store = this._store;
    if (this._comparing || store.ahead || store.gaps.size || store.position?.n !== n) return;
    if (store.digest === digest) return;
    this.differences += 1;
    this._comparing = true;
    this._ask({ type: "versions" }, (error, result) => {
      this._comparing = false;
      for (const id of error ? [] : store.differing(result.versions)) store.gaps.set(id, result.versions[id] ?? 0);
      this.mend();
    });
  }

  /** Ask for what is missing, a few at a time. */
  mend() {
    for (const id of this._store.gaps.keys()) {
      if (this._asked.size >= AT_ONCE) return;
      if (this._asked.has(id)) continue;
      this._asked.add(id);
      this._ask({ type: "get", entry: id }, (error, result) => this._got(id, error, result));
    }
  }

  /** @param {string} id @param {any} error @param {any} result */
  _got(id, error, result) {
    const store = this._store;
    const tries = (this._tries.get(id) ?? 0) + 1;
    this._asked.delete(id);
    this._tries.delete(id);
    // It came whole, or left, by itself.
    if (!store.gaps.has(id)) return;
    if (error?.code === "not_found") store.entries.delete(id);
    else if (result) store.answered(result.entry);
    // What cannot be had now is found again by the next digest.
    if (error || tries >= TRIES) store.gaps.delete(id);
    else if (store.gaps.has(id)) this._tries.set(id, tries);
    const entry = store.entries.get(id);
    this._told(new Map([[id, entry ? { type: "entry", entry } : { type: "gone", entry: id }]]));
  }
}
