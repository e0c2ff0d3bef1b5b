/** @import { ChatMessage, Entry, HistoryEvent, Message, Person, Place, Presence, Profile, Room, Waiting } from "./types.js" */
/** @import { RefusalError } from "./refusal.js" */
/** @import { State } from "./session.js" */

import { Behaviors } from "./behaviors.js";
import { uuid7 } from "./ids.js";
import { placeMembers } from "./places.js";
import { Session } from "./session.js";
import { Tabs } from "./tabs.js";

const SUBPROTOCOL = "lockstep.v1.json";

/** The longest a timer is set for: a clock that was set ahead is found out by then. */
const TIMER_MS = 60_000;

/** Browsers say so when the network or the machine comes back. */
const WAKES = ["online", "offline", "pageshow", "visibilitychange"];

/**
 * @typedef {{
 *   url: string, token: string | (() => string | Promise<string>), name?: string, maxQueued?: number,
 *   tabs?: string, keep?: import("./queue.js").Keep, WebSocket?: typeof WebSocket, random?: () => number, locks?: LockManager,
 *   BroadcastChannel?: typeof BroadcastChannel,
 * }} Options
 * `url`: the server's address, `http(s)` or `ws(s)`. `token`: a function is asked at each connect, and
 * before a token ends. `maxQueued`: how many commands may wait while there is no connection (100).
 * `tabs`: one connection for all tabs of this name, which has to tell users apart: a user's id. `keep`: where commands
 * that have no answer survive a reload. `WebSocket`: for Node 20, which has none of its own.
 */

/**
 * @typedef {{
 *   state: [state: State, detail?: number], change: [changed: Map<string, Message>], pending: [waiting: Waiting[]],
 *   presence: [message: Message], message: [message: Message], refused: [refusal: RefusalError],
 *   late: [command: Message, error: Error | null, result?: any],
 * }} Events
 */

/**
 * A session that comes back by itself. Commands that are given without a connection wait for the
 * next one; each ends with the reply's result, or rejects with a `RefusalError` that names who was faster.
 *
 * Emits `state` (State, detail), `change` (what changed, by entry id or `room:` and room id, with the
 * message that did it), `pending` (what has no answer yet), `presence` (the message), `message` (each
 * message), `refused` (why the session ended for good), `late` (how a command ended that an earlier page gave).
 */
export class Client {
  /** @param {Options} options */
  constructor(options) {
    const renewable = typeof options.token === "function";
    this._options = options;
    this._session = new Session({ ...options, name: options.name ?? "lockstep-client", renewable, newId: uuid7 });
    this.behaviors = new Behaviors();
    /** @type {Map<string, Set<(...args: any[]) => void>>} */
    this._listeners = new Map();
    const { tabs, locks = globalThis.navigator?.locks, BroadcastChannel: Channel = globalThis.BroadcastChannel } = options;
    /** Pages that are not secure have no locks: each has a connection of its own. */
    this._tabs = tabs && locks && Channel ? new Tabs(tabs, this._session, () => this.retry(), { locks, Channel }) : null;
    /** @type {import("./tabs.js").Link | null} */
    this._socket = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer;
    this._busy = false;
    this._tries = 0;
    /** @param {Event} event */
    this._wake = ({ type }) => {
      // What goes away only asks whether the connection is still one; it is nothing to come back for.
      const going = type === "offline" || (type === "visibilitychange" && document.hidden);
      if (!going || this.state === "online") this._do("wake");
    };
  }

  get store() {
    return this._session.store;
  }

  /** @returns {State} */
  get state() {
    return this._session.state;
  }

  /** Who is signed in, once the server said so. @returns {Profile | null} */
  get profile() {
    return this.store.profile;
  }

  /** What changes something and has no answer yet, oldest first. @returns {Waiting[]} */
  get pending() {
    return this._session.queue.waiting;
  }

  /** Who is online or away, of those whom this user may know. @returns {Map<string, Presence>} */
  get presence() {
    return this.store.presence;
  }

  /** How often the inbox was not what the server holds; then it was mended. */
  get differences() {
    return this._session.mending.differences;
  }

  /** When the next try to connect is made (in ms, as `Date.now`), while offline. */
  get nextTry() {
    return this._session.nextTry;
  }

  /** @template {keyof Events} E @param {E} event @param {(...args: Events[E]) => void} listener @returns {() => void} to stop */
  on(event, listener) {
    const listeners = this._listeners.get(event) ?? new Set();
    this._listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Connect, and stay connected until `close`. */
  connect() {
    for (const event of WAKES) globalThis.addEventListener?.(event, this._wake, true);
    this._do("open");
    return this;
  }

  /** Leave for good. What has no answer fails. */
  close() {
    for (const event of WAKES) globalThis.removeEventListener?.(event, this._wake, true);
    this._do("close");
  }

  /** Try now instead of waiting. */
  retry() {
    this._do("retry");
  }

  /**
   * Start a workflow. @param {string} workflow
   * @param {{ to?: string[], data?: Record<string, any>, key?: string }} [more]
   * @returns {Promise<{ entries: string[] }>}
   */
  start(workflow, more) {
    return this._command({ type: "start", workflow, ...more });
  }

  /**
   * Make a dispatch. @param {string} tracker @param {Record<string, any>} data
   * @param {{ user?: string, serviceId?: string }} [more]
   * @returns {Promise<{ dispatch: string, entries: string[] }>}
   */
  dispatch(tracker, data, more) {
    return this._command({ type: "dispatch", tracker, data, ...more });
  }

  /**
   * Take a path of the step and visit that `entry` shows.
   * @param {Entry} entry @param {string} path its label @param {Record<string, any>} [data]
   * @returns {Promise<{ version: number, target?: string[], room?: string }>} `room`: that a `managedChat` opened
   */
  choose({ id, step, visit }, path, data) {
    return this._command({ type: "choose", entry: id, step, visit, path, data });
  }

  /**
   * Take the lock of an entry, or keep it on. With `wait`, stand in the queue while others hold it.
   * @param {string} entry @param {{ ttl?: number, wait?: true }} [more] `ttl` in seconds
   * @returns {Promise<{ fence?: number, until?: string, waiting?: number }>} `waiting`: the place in the queue, from 1
   */
  lock(entry, more) {
    return this._command({ type: "lock", entry, ...more });
  }

  /**
   * Give the lock back, or leave the queue for it. An administrator may free another's, with a `reason`.
   * @param {string} entry @param {{ fence?: number, reason?: string }} [more]
   */
  unlock(entry, more) {
    return this._command({ type: "unlock", entry, ...more });
  }

  /** Ask the holders of an entry for its lock. @param {string} entry @param {string} [body] */
  ask(entry, body) {
    return this._command({ type: "ask", entry, body });
  }

  /** @param {Place} place @param {string} body @param {{ data?: any, schema?: string }} [more] @returns {Promise<{ m: number }>} */
  say(place, body, more) {
    return this._command({ type: "say", ...placeMembers(place), body, ...more });
  }

  /** Change one's own message. @param {Place} place @param {number} m @param {string} body @param {any} [data] */
  edit(place, m, body, data) {
    return this._command({ type: "edit", ...placeMembers(place), m, body, data });
  }

  /** Take one's own message back. @param {Place} place @param {number} m */
  delete(place, m) {
    return this._command({ type: "delete", ...placeMembers(place), m });
  }

  /** Retire or revive the own item. @param {string} entry @param {"active" | "retired"} status */
  status(entry, status) {
    return this._command({ type: "status", entry, status });
  }

  /** @param {string} entry @returns {Promise<{ entry: Entry }>} */
  get(entry) {
    return this._command({ type: "get", entry });
  }

  /** The version of each entry of the inbox, as the server has it. @returns {Promise<{ n: number, versions: Record<string, number> }>} */
  versions() {
    return this._command({ type: "versions" });
  }

  /** @param {string} entry @param {number} [before] @returns {Promise<{ events: HistoryEvent[], before?: number }>} */
  history(entry, before) {
    return this._command({ type: "history", entry, before });
  }

  /**
   * A page of a conversation, which is kept in `store.conversations` and followed from then on.
   * @param {Place} place @param {number} [before] @returns {Promise<{ messages: ChatMessage[], before?: number }>}
   */
  async messages(place, before) {
    const { conversations } = this.store;
    conversations.asked(place);
    try {
      const page = await this._command({ type: "messages", ...placeMembers(place), before });
      conversations.page(place, page);
      return page;
    } finally {
      conversations.answered(place);
    }
  }

  /** @param {Place} place @param {{ m?: number, seen?: boolean }} mark `seen` is for entries only */
  read(place, mark) {
    this._signal({ type: "read", ...placeMembers(place), ...mark });
  }

  /** @param {Place} place */
  typing(place) {
    this._signal({ type: "typing", ...placeMembers(place) });
  }

  /**
   * Which entry is looked at, from now on and over reconnects. @param {string | null} entry
   * @param {{ away?: true }} [more] `away`: nobody looks at this window now
   */
  watch(entry, more) {
    this._signal({ type: "watch", entry, ...more });
  }

  /** @param {Omit<Message, "id">} command @returns {Promise<any>} */
  _command(command) {
    return new Promise((resolve, reject) => {
      this._do("give", command, Date.now(), (/** @type {any} */ error, /** @type {any} */ result) => (error ? reject(error) : resolve(result)));
    });
  }

  /** @param {Message} signal */
  _signal(signal) {
    this._do("signal", signal);
  }

  /**
   * Tell the session something and do what it says then. What a listener does meanwhile comes after.
   * @param {"open" | "close" | "retry" | "wake" | "dialing" | "opened" | "received" | "lost" | "tokenless" | "renewed" | "tick" |
   *   "signal" | "give"} what @param {...any} told
   */
  _do(what, ...told) {
    /** @type {any} */ (this._session)[what](...told, Date.now());
    if (this._busy) return;
    this._busy = true;
    try {
      for (let effects = this._session.take(); effects.length; effects = this._session.take()) {
        for (const effect of effects) this._effect(effect);
      }
    } finally {
      this._busy = false;
    }
    if (this.state === "closed") this._tabs?.end();
    clearTimeout(this._timer);
    const wait = this._session.due - Date.now();
    if (wait === Infinity) return;
    this._timer = setTimeout(() => this._do("tick"), Math.min(wait, TIMER_MS));
  }

  /** @param {import("./session.js").Effect} effect */
  _effect(effect) {
    switch (effect.do) {
      case "connect":
        this._connect();
        break;
      case "send":
        this._socket?.send(JSON.stringify(effect.message));
        break;
      case "close":
        this._socket?.close();
        this._socket = null;
        break;
      case "renew":
        void this._token((token) => this._do("renewed", token));
        break;
      case "emit":
        this._emit(effect.event, ...effect.args);
        break;
    }
  }

  /** @param {(token: string) => void} use */
  async _token(use) {
    const { token } = this._options;
    let given = "";
    try {
      given = await (typeof token === "function" ? token() : token);
    } catch {
      return this._do("tokenless");
    }
    use(given);
  }

  _connect() {
    const mine = ++this._tries;
    void this._token((token) => {
      if (mine === this._tries && this.state === "connecting") this._open(token);
    });
  }

  /** @param {string} token */
  _open(token) {
    const { url, WebSocket: Socket = globalThis.WebSocket } = this._options;
    const address = new URL("/v1/ws", url.replace(/^http/i, "ws"));
    const dial = () => /** @type {any} */ (new Socket(address, SUBPROTOCOL));
    /** @type {import("./tabs.js").Link} */
    const socket = this._tabs?.open(dial) ?? dial();
    this._socket = socket;
    /** @param {"opened" | "received" | "lost"} what @param {any} told */
    const heard = (what, told) => socket === this._socket && this._do(what, told);
    socket.onopen = () => heard("opened", !this._tabs || this._tabs.leads ? token : "");
    // A text of the socket, or what another tab read already.
    socket.onmessage = ({ data }) => heard("received", typeof data === "string" ? JSON.parse(data) : data);
    socket.onclose = (event) => heard("lost", event.code);
    socket.onerror = () => {};
    this._do("dialing");
  }

  /** @param {string} event @param {...any} args */
  _emit(event, ...args) {
    for (const listener of this._listeners.get(event) ?? []) {
      try {
        listener(...args);
      } catch (error) {
        // A listener's fault is not the session's: it goes on, and the fault is reported.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
