/** @import { Entry, HistoryEvent, ChatMessage, Message, Place, Profile } from "./types.js" */

import { backoff } from "./backoff.js";
import { Behaviors } from "./behaviors.js";
import { Pending, RefusalError, given } from "./commands.js";
import { uuid7 } from "./ids.js";
import { placeMembers } from "./places.js";
import { Store } from "./store.js";

const SUBPROTOCOL = "lockstep.v1.json";

/** Close codes after which trying again would not help. */
const FINAL_CODES = new Set([4100, 4102, 4200]);

/**
 * @typedef {"connecting" | "online" | "offline" | "closed"} State
 * @typedef {{
 *   url: string, token: string | (() => string | Promise<string>), name?: string,
 *   WebSocket?: typeof WebSocket, random?: () => number,
 * }} Options
 * `url`: the server's address, `http(s)` or `ws(s)`. `token`: a function is asked at each connect.
 */

/**
 * A session that comes back by itself. Emits `state` (State, detail), `change` (what
 * changed, by entry id or `room:` and room id, with the message that did it), `message` (each message), `refused` (a final refusal).
 */
export class Client {
  /** @param {Options} options */
  constructor(options) {
    this._options = options;
    this.store = new Store();
    this.behaviors = new Behaviors();
    /** @type {State} */
    this.state = "offline";
    /** @type {Profile | null} */
    this.profile = null;
    this._pending = new Pending();
    /** @type {Map<string, Set<(...args: any[]) => void>>} */
    this._listeners = new Map();
    this._attempt = 0;
    this._wanted = false;
    /** @type {WebSocket | null} */
    this._socket = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._silence = undefined;
    this._heartbeat = 25;
    /** @type {number | null} */
    this._comeBack = null;
    this._asked = new Set();
  }

  /** How many commands have no answer yet. */
  get pending() {
    return this._pending.size;
  }

  /** @param {string} event @param {(...args: any[]) => void} listener @returns {() => void} to stop */
  on(event, listener) {
    const listeners = this._listeners.get(event) ?? new Set();
    this._listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Connect, and stay connected until `close`. */
  connect() {
    this._wanted = true;
    void this._open();
    return this;
  }

  /** Leave for good. What has no answer fails. */
  close() {
    this._wanted = false;
    clearTimeout(this._timer);
    clearTimeout(this._silence);
    this._socket?.close(1000);
    this._pending.fail(new Error("the client was closed"));
    this._become("closed");
  }

  /** Try now instead of waiting. */
  retry() {
    if (this.state !== "offline" || !this._wanted) return;
    clearTimeout(this._timer);
    void this._open();
  }

  /**
   * Start a workflow. @param {string} workflow
   * @param {{ to?: string[], data?: Record<string, any>, key?: string }} [more]
   * @returns {Promise<{ entries: string[] }>}
   */
  start(workflow, more = {}) {
    return this._command({ type: "start", workflow, ...given(more) });
  }

  /**
   * Make a dispatch. @param {string} tracker @param {Record<string, any>} data
   * @param {{ user?: string, serviceId?: string }} [more]
   * @returns {Promise<{ dispatch: string, entries: string[] }>}
   */
  dispatch(tracker, data, more = {}) {
    return this._command({ type: "dispatch", tracker, data, ...given(more) });
  }

  /**
   * Take a path of the step and visit that `entry` shows.
   * @param {Entry} entry @param {string} path its label @param {Record<string, any>} [data]
   * @returns {Promise<{ version: number, target?: string[], room?: string }>} `room`: that a `managedChat` opened
   */
  choose(entry, path, data) {
    const { id, step, visit } = entry;
    return this._command({ type: "choose", entry: id, step, visit, path, ...given({ data }) });
  }

  /** @param {string} entry @param {number} [ttl] seconds @returns {Promise<{ fence: number, until?: string }>} */
  lock(entry, ttl) {
    return this._command({ type: "lock", entry, ...given({ ttl }) });
  }

  /** @param {string} entry @param {number} [fence] */
  unlock(entry, fence) {
    return this._command({ type: "unlock", entry, ...given({ fence }) });
  }

  /** @param {Place} place @param {string} body @param {{ data?: any, schema?: string }} [more] @returns {Promise<{ m: number }>} */
  say(place, body, more = {}) {
    return this._command({ type: "say", ...placeMembers(place), body, ...given(more) });
  }

  /** Retire or revive the own item. @param {string} entry @param {"active" | "retired"} status */
  status(entry, status) {
    return this._command({ type: "status", entry, status });
  }

  /** @param {string} entry @returns {Promise<{ entry: Entry }>} */
  get(entry) {
    return this._command({ type: "get", entry });
  }

  /** @param {string} entry @param {number} [before] @returns {Promise<{ events: HistoryEvent[], before?: number }>} */
  history(entry, before) {
    return this._command({ type: "history", entry, ...given({ before }) });
  }

  /** @param {Place} place @param {number} [before] @returns {Promise<{ messages: ChatMessage[], before?: number }>} */
  async messages(place, before) {
    const page = await this._command({ type: "messages", ...placeMembers(place), ...given({ before }) });
    this.store.keepMessages(place, page.messages);
    return page;
  }

  /** @param {Place} place @param {{ m?: number, seen?: boolean }} mark `seen` is for entries only */
  read(place, mark) {
    this._send({ type: "read", ...placeMembers(place), ...given(mark) });
  }

  /** @param {Place} place */
  typing(place) {
    this._send({ type: "typing", ...placeMembers(place) });
  }

  /** @param {string | null} entry */
  watch(entry) {
    this._send({ type: "watch", entry });
  }

  /** @param {Omit<Message, "id">} command @returns {Promise<any>} */
  _command(command) {
    if (this.state === "closed") return Promise.reject(new Error("the client is closed"));
    const message = /** @type {Message} */ (/** @type {unknown} */ ({ ...command, id: uuid7() }));
    const answer = this._pending.add(message);
    this._send(message);
    this._emit("pending", this._pending.size);
    return answer;
  }

  /** @param {Message} message */
  _send(message) {
    if (this.state === "online") this._socket?.send(JSON.stringify(message));
  }

  async _open() {
    this._become("connecting");
    const { url, token, WebSocket: Socket = globalThis.WebSocket } = this._options;
    let fresh;
    try {
      fresh = typeof token === "function" ? await token() : token;
    } catch {
      return this._later();
    }
    if (!this._wanted) return;
    const address = new URL("/v1/ws", url);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new Socket(address, SUBPROTOCOL);
    this._socket = socket;
    const client = { name: this._options.name ?? "lockstep-client", version: "0.1.0" };
    socket.onopen = () => {
      const position = this.store.position ?? undefined;
      socket.send(JSON.stringify({ type: "hello", token: fresh, client, position }));
    };
    socket.onmessage = (event) => {
      if (socket === this._socket) this._frame(JSON.parse(String(event.data)));
    };
    socket.onclose = (event) => {
      if (socket === this._socket) this._lost(event.code);
    };
    socket.onerror = () => {};
    this._listen();
  }

  /** @param {Message | Message[]} frame */
  _frame(frame) {
    this._listen();
    const messages = Array.isArray(frame) ? frame : [frame];
    const welcome = messages.find((message) => message.type === "welcome");
    if (welcome) this._welcomed(welcome);
    const changed = this.store.apply(messages);
    for (const message of messages) this._take(message);
    if (changed.size) this._emit("change", changed);
    this._fill();
  }

  /** @param {Message} welcome */
  _welcomed(welcome) {
    this.profile = welcome.user;
    this.store.user = welcome.user.id;
    this._heartbeat = welcome.heartbeat;
    this._attempt = 0;
    this._become("online");
    for (const command of this._pending.unanswered()) this._send(command);
  }

  /** @param {Message} message */
  _take(message) {
    switch (message.type) {
      case "reply":
      case "refusal":
        if (message.entry) this.store.put(message.entry);
        if (this._pending.answer(message)) this._emit("pending", this._pending.size);
        else if (message.code === "unauthorized") this._emit("refused", new RefusalError(message));
        break;
      case "goaway":
        this._comeBack = message.after_ms;
        break;
      case "auth_soon":
        void this._renew();
        break;
    }
    this._emit("message", message);
  }

  async _renew() {
    const { token } = this._options;
    if (typeof token === "function") this._send({ type: "auth", token: await token() });
  }

  /** Ask for what a diff did not fit. */
  _fill() {
    for (const id of this.store.gaps) {
      if (this._asked.has(id)) continue;
      this._asked.add(id);
      this.get(id)
        .then(({ entry }) => {
          if (entry.status === "retired") this.store.entries.delete(id);
          else this.store.put(entry);
          this._emit("change", new Map([[id, { type: "entry", entry }]]));
        })
        .catch(() => this.store.gaps.delete(id))
        .finally(() => this._asked.delete(id));
    }
  }

  /** Nothing for two heartbeats: the connection is dead, whatever the socket says. */
  _listen() {
    clearTimeout(this._silence);
    if (!this._wanted) return;
    this._silence = setTimeout(() => {
      const socket = this._socket;
      this._lost(4008);
      socket?.close();
    }, this._heartbeat * 2000);
  }

  /** @param {number} code */
  _lost(code) {
    this._socket = null;
    clearTimeout(this._silence);
    if (!this._wanted) return;
    if (FINAL_CODES.has(code)) {
      this._wanted = false;
      this._pending.fail(new Error(`the server closed the session (${code})`));
      this._become("closed", code);
      return;
    }
    this._later();
  }

  _later() {
    const delay = this._comeBack ?? backoff(this._attempt++, this._options.random);
    this._comeBack = null;
    this._become("offline", delay);
    this._timer = setTimeout(() => void this._open(), delay);
  }

  /** @param {State} state @param {number} [detail] */
  _become(state, detail) {
    if (this.state === state) return;
    this.state = state;
    this._emit("state", state, detail);
  }

  /** @param {string} event @param {...any} args */
  _emit(event, ...args) {
    for (const listener of this._listeners.get(event) ?? []) listener(...args);
  }
}
