/** @import { Behavior, Entry, Path } from "./types.js" */
/** @import { Client } from "./client.js" */
/** @import { Clock } from "./templates.js" */

import { fillIn } from "./templates.js";

/**
 * @typedef {{ client: Client, entry: Entry, path: Path, behavior: Behavior, target: string[], room?: string }} Run
 * `target`: the user ids that the server resolved; empty before the choice. `room`: the id of the
 * room that a `managedChat` opened.
 * @typedef {(run: Run) => any} Handler
 */

/**
 * What the page does for the behaviors that the client does by itself: `fill` asks for the values of a form (undefined: it
 * was cancelled), `chat` opens the entry's conversation, `open` shows the entry, `close` leaves it.
 * @typedef {{
 *   fill?: (run: Run) => Record<string, any> | undefined | Promise<Record<string, any> | undefined>,
 *   chat?: (run: Run) => any, open?: (run: Run) => any, close?: (run: Run) => any,
 * }} Page
 */

/**
 * What a client does by itself. `layout`, `wiki`, `schedule`, `payment` and `managedChat` are the host application's;
 * what it does not register is left alone.
 * @type {Record<string, (run: Run, page: Page) => any>}
 */
const DEFAULTS = {
  __proto__: /** @type {any} */ (null),
  dispatch: ({ client, behavior, target }) => {
    const data = typeof behavior.data === "object" ? behavior.data : undefined;
    return client.dispatch(String(behavior.fields ?? ""), data ?? {}, { user: target[0] });
  },
  form: async (run, page) => {
    if (!page.fill) throw new Error("a form needs behaviors.page.fill");
    const values = await page.fill(run);
    return values && run.client.choose(run.entry, run.path.label, values);
  },
  chat: (run, page) => page.chat?.(run),
  ux: (run, page) => page.close?.(run),
  automatic: (run, page) => page.open?.(run),
};

/** @returns {Clock} */
const ownClock = () => ({ now: Date.now(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone });

/** Behaviors by name: what the host application registered comes before the defaults, of every one of them. */
export class Behaviors {
  /** What templates go by: the time now, and the user's zone. @param {() => Clock} [clock] */
  constructor(clock = ownClock) {
    /** @type {Map<string, Handler>} */
    this._handlers = new Map();
    this._clock = clock;
    /** What the page does for the defaults. @type {Page} */
    this.page = {};
  }

  /** Do a behavior in the host application. A `form`'s handler gives the command itself, with `client.choose`. @param {string} name @param {Handler} handler */
  on(name, handler) {
    this._handlers.set(name, handler);
    return this;
  }

  /** What is done for a behavior, if anything. @param {string} name @returns {Handler | undefined} */
  handler(name) {
    const own = DEFAULTS[name];
    return this._handlers.get(name) ?? (own && ((run) => own(run, this.page)));
  }

  /**
   * Choose a path with all that belongs to it: a form is filled in first, and cancelling it
   * leaves the step as it is; any other behavior runs once, after the server said yes.
   * @param {Client} client @param {Entry} entry @param {Path} path
   * @returns {Promise<any>} the reply's result; undefined when the form was cancelled
   */
  async choose(client, entry, path) {
    const behavior = path.behavior && fillIn(path.behavior, this.context(client, entry), this._clock());
    const run = { client, entry, path, behavior: /** @type {Behavior} */ (behavior), target: [] };
    const handler = behavior && this.handler(behavior.behavior);
    if (handler && behavior?.behavior === "form") return await handler(run);
    const result = await client.choose(entry, path.label);
    if (handler) await handler({ ...run, target: result.target ?? [], room: result.room });
    return result;
  }

  /** What client templates see. @param {Client} client @param {Entry} entry */
  context(client, entry) {
    return { ...entry, ...entry.data, values: entry.data, data: entry.data, profile: client.profile };
  }
}
