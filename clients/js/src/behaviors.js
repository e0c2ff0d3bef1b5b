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
 * What a client does by itself. `form`, `chat`, `managedChat`, `ux` and `automatic` need a page: the host
 * application registers them; what it does not register is left alone.
 * @type {Record<string, Handler>}
 */
const DEFAULTS = {
  dispatch: ({ client, behavior, target }) => {
    const tracker = String(behavior.fields ?? "");
    const data = behavior.data && typeof behavior.data === "object" ? behavior.data : {};
    if (!tracker) throw new Error(`the behavior ${behavior.handle} names no tracker`);
    return client.dispatch(tracker, data, { user: target[0] });
  },
};

/** @returns {Clock} */
const ownClock = () => ({ now: Date.now(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone });

/** Behaviors by name: the host application's first, then the defaults. */
export class Behaviors {
  /** What templates go by: the time now, and the user's zone. @param {() => Clock} [clock] */
  constructor(clock = ownClock) {
    /** @type {Map<string, Handler>} */
    this._handlers = new Map();
    this._clock = clock;
  }

  /** Handle a behavior in the host application. @param {string} name @param {Handler} handler */
  on(name, handler) {
    this._handlers.set(name, handler);
    return this;
  }

  /** @param {string} name */
  handler(name) {
    return this._handlers.get(name) ?? DEFAULTS[name];
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
    if (behavior?.behavior === "form") {
      if (!handler) throw new Error("forms need a handler: behaviors.on('form', …)");
      return await handler(run);
    }
    const result = await client.choose(entry, path.label);
    if (handler) await handler({ ...run, target: result.target ?? [], room: result.room });
    return result;
  }

  /** What client templates see. @param {Client} client @param {Entry} entry */
  context(client, entry) {
    return { ...entry, ...entry.data, values: entry.data, data: entry.data, profile: client.profile };
  }
}
