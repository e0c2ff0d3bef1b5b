/** @import { Entry } from "./types.js" */

/** A command that was not done: `code` and `class` as the protocol has them, or `queue_full` by this client. */
export class RefusalError extends Error {
  /** @param {Record<string, any>} refusal @param {(id: string) => string} [name] how to call a user */
  constructor(refusal, name = (id) => id) {
    super(refusal.message);
    this.name = "RefusalError";
    /** @type {string} */
    this.code = refusal.code;
    /** `retry`, `wait`, `fix` or `stop`. @type {string} */
    this.class = refusal.class;
    /** @type {Record<string, any>} */
    this.details = refusal.details ?? {};
    /** Who was faster (`stale`) or holds the entry (`locked`), by name. @type {string[]} */
    this.by = [this.details.by ?? []].flat().map(name);
    /** The entry as it is now, where that helps. @type {Entry | undefined} */
    this.entry = refusal.entry;
  }
}
