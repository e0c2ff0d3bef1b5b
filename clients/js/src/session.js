/** @import { Message } from "./types.js" */

import { backoff } from "./backoff.js";
import { Mending } from "./mending.js";
import { keyOf } from "./places.js";
import { Queue } from "./queue.js";
import { RefusalError } from "./refusal.js";
import { Store } from "./store.js";

/** Close codes after which trying again would not help. */
const FINAL = new Set([1009, 4100, 4102, 4200]);
const EXPIRED = 4101;
const LATER = 4300;

/** How long a connection may take until its welcome; a ping until anything is heard. */
const OPEN_MS = 10_000;
const PROBE_MS = 5000;
/** A timer that is this late: the machine slept, or its clock was set. */
const LATE_MS = 10_000;
/** After so long without a word nobody is asked whether the connection still is one. */
const GONE_MS = 600_000;
/** A session that lasted so long was a good one: the next drop is a first one. */
const LASTED_MS = 10_000;
const RENEW_MS = 5000;

/**
 * @typedef {"connecting" | "online" | "offline" | "closed"} State
 * @typedef {{ do: "connect" } | { do: "send", message: Message } | { do: "close" } | { do: "renew" } |
 *   { do: "emit", event: string, args: any[] }} Effect what the shell has to do, in order
 */

/**
 * One user's session, kept up over any number of connections: pure, fed with frames, drops and the
 * time in milliseconds. After each of those, do what `take` says; call `tick` at `due`.
 */
export class Session {
  /**
   * @param {{
   *   name: string, newId: (now: number) => string, random?: () => number, maxQueued?: number, renewable?: boolean,
   *   keep?: import("./queue.js").Keep,
   * }} options `renewable`: whether another token can be had. `keep`: where commands survive a reload.
   */
  constructor(options) {
    this._options = options;
    this.store = new Store();
    this.queue = new Queue({
      ...options,
      // Ids carry the server's time, as far as it is known.
      newId: (now) => options.newId(now + this._offset),
      name: (id) => this.store.name(id),
      late: (...args) => this._emit("late", ...args),
    });
    /** @type {State} */
    this.state = "offline";
    this.mending = new Mending(
      this.store,
      (command, done) => this.queue.give(command, this._now, done, true),
      (changed) => this._emit("change", changed),
    );
    /** @type {Effect[]} */
    this._effects = [];
    /** What is to happen when. @type {Map<string, number>} */
    this._deadlines = new Map();
    this._now = -Infinity;
    this._offset = 0;
    this._heartbeat = 25;
    this._wanted = false;
    this._attempt = 0;
    this._welcomed = 0;
    this._heard = 0;
    this._renewed = false;
    this._leaving = false;
    /** The server's word on when to come back. @type {number | undefined} */
    this._slot;
    /** @type {Message | undefined} */
    this._refusal;
    /** @type {Message | undefined} */
    this._watch;
    /** Read marks that the server may not have heard. @type {Map<string, Message>} */
    this._marks = new Map();
  }

  /** When `tick` is to be called; Infinity: not at all. */
  get due() {
    return Math.min(...this._deadlines.values(), this.state === "online" && !this._leaving ? this.queue.due : Infinity);
  }

  /** When the next try is made, while offline. @returns {number | null} */
  get nextTry() {
    return this._deadlines.get("retry") ?? null;
  }

  /** What the shell has to do now. @returns {Effect[]} */
  take() {
    return this._effects.splice(0);
  }

  /** Connect, and stay connected until `close`. @param {number} now */
  open(now) {
    this._at(now);
    this._wanted = true;
    this._connect();
  }

  /** Leave for good. What has no answer fails. */
  close() {
    this._wanted = false;
    this._deadlines.clear();
    this._effect({ do: "close" });
    this.queue.fail(new Error("the client was closed"));
    this._tellPending();
    this._become("closed");
  }

  /**
   * Try now instead of waiting. Waits are short again: what failed before says little now.
   * @param {number} now
   */
  retry(now) {
    this._at(now);
    this._attempt = 0;
    if (this.state === "offline" && this._wanted) this._connect();
  }

  /** The network or the machine may have come back: is there still a connection? @param {number} now */
  wake(now) {
    this._at(now);
    if (this.state === "offline" && this._slot === undefined) this.retry(now);
    else if (this.state !== "online" || this._deadlines.has("probe")) return;
    else if (now - this._heard > GONE_MS) this._dead();
    else {
      this._send({ type: "ping" });
      this._deadlines.set("probe", now + PROBE_MS);
    }
  }

  /** A connection is being made. @param {number} now */
  dialing(now) {
    this._at(now);
    this._deadlines.set("open", now + OPEN_MS);
  }

  /** A connection is open. @param {string} token @param {number} now */
  opened(token, now) {
    this._at(now);
    const client = { name: this._options.name, version: "0.1.0" };
    this._send({ type: "hello", token, client, position: this.store.position ?? undefined });
  }

  /** There is no token to be had now. @param {number} now */
  tokenless(now) {
    this._at(now);
    if (this.state === "connecting") this._later(0);
    else if (this.state === "online") this._deadlines.set("renew", now + RENEW_MS);
  }

  /** The token that was asked for with `renew`. @param {string} token */
  renewed(token) {
    if (this.state === "online") this._send({ type: "auth", token });
  }

  /** The connection is gone, or there was none. @param {number} code as WebSocket has it @param {number} now */
  lost(code, now) {
    this._at(now);
    if (this.state === "online" && now - this._welcomed >= LASTED_MS) this._attempt = 0;
    this._deadlines.clear();
    this.queue.dropped();
    this._leaving = false;
    if (!this._wanted) return;
    if (code === EXPIRED && this._options.renewable && !this._renewed) {
      this._renewed = true;
      this._become("offline");
      this._connect();
    } else if (code === EXPIRED || FINAL.has(code)) this._end(code);
    else this._later(code);
    this._tellPending();
  }

  /** @param {number} now */
  tick(now) {
    this._at(now);
    const late = now - this.due > LATE_MS;
    const due = [...this._deadlines].filter(([, at]) => at <= now).map(([what]) => what);
    for (const what of due) {
      this._deadlines.delete(what);
      if (what === "retry") this._connect();
      else if (what === "renew") this._effect({ do: "renew" });
      else if (what !== "silence" || !late) return this._dead();
    }
    if (late) this.wake(now);
    if (this.state === "online" && due.includes("silence")) this._listen();
    this._flush();
  }

  /**
   * Give a command, now or once there is a connection again.
   * @param {Omit<Message, "id">} command @param {number} now @param {import("./queue.js").Done} done
   */
  give(command, now, done) {
    this._at(now);
    if (this.state === "closed") return done(new Error("the client was closed"));
    this.queue.give(command, now, done);
    this._flush();
    this._tellPending();
  }

  /** Say something that has no answer; typing is lost without a connection. @param {Message} signal */
  signal(signal) {
    if (signal.type === "watch") this._watch = signal;
    if (signal.type === "read") this._mark(signal);
    this._send(signal);
  }

  /** @param {Message} mark */
  _mark(mark) {
    const { user } = this.store;
    this._marks.set(keyOf(mark) + (mark.seen ? ":seen" : ""), mark);
    if (mark.m !== undefined && user) this.store.conversations.read(keyOf(mark), user, mark.m);
  }

  /** @param {Message | Message[]} frame @param {number} now */
  received(frame, now) {
    this._at(now);
    this._heard = now;
    this._deadlines.delete("probe");
    const messages = [frame].flat();
    const changed = this.store.apply(messages);
    for (const message of messages) this._take(message, changed);
    if (changed.size) this._emit("change", changed);
    if (this.state === "online") this._listen();
    this.mending.mend();
    this._flush();
  }

  /** @param {Message} message @param {Map<string, Message>} changed */
  _take(message, changed) {
    switch (message.type) {
      case "welcome":
        this._welcome(message);
        break;
      case "reply":
      case "refusal":
        if (message.entry && this.store.answered(message.entry)) changed.set(message.entry.id, message);
        if (this.queue.answer(message, this._now)) this._tellPending();
        else if (message.id === undefined) this._refusal = message;
        break;
      case "presence":
        this._emit("presence", message);
        break;
      case "position":
        this._marks.clear();
        if (message.digest !== undefined) this.mending.compare(message);
        this.store.ahead = false;
        break;
      case "goaway":
        this._slot = message.after_ms;
        this._leaving = true;
        break;
      case "auth_soon":
        if (this._options.renewable) this._effect({ do: "renew" });
        break;
    }
    this._emit("message", message);
  }

  /** @param {Message} welcome */
  _welcome(welcome) {
    this._heartbeat = welcome.heartbeat;
    if (welcome.time) this._offset = Date.parse(welcome.time) - this._now;
    this._welcomed = this._now;
    this._renewed = false;
    this._refusal = this._slot = undefined;
    this._deadlines.delete("open");
    if (!welcome.resumed) {
      // The snapshot has it all.
      this.queue.forgetOwn();
      this.mending.reset();
    }
    this.queue.welcomed(welcome.limits, this._now);
    this._become("online");
    if (this._watch) this._send(this._watch);
    for (const mark of this._marks.values()) this._mark(mark), this._send(mark);
  }

  /** Nothing for two heartbeats: the connection is dead, whatever the socket says. */
  _listen() {
    this._deadlines.set("silence", this._now + this._heartbeat * 2000);
  }

  _dead() {
    this._effect({ do: "close" });
    this.lost(4008, this._now);
  }

  _flush() {
    if (this.state !== "online" || this._leaving) return;
    const taken = this.queue.take(this._now);
    for (const message of taken) this._effect({ do: "send", message });
    if (taken.length) this._tellPending();
  }

  /** @param {Message} message */
  _send(message) {
    if (this.state === "online" || message.type === "hello") this._effect({ do: "send", message });
  }

  _connect() {
    this._deadlines.delete("retry");
    this._slot = undefined;
    this._become("connecting");
    this._effect({ do: "connect" });
  }

  /** @param {number} code */
  _later(code) {
    const attempt = code === LATER ? Math.max(this._attempt, 3) : this._attempt;
    const delay = this._slot ?? backoff(attempt, this._options.random) + (code === LATER ? 2000 : 0);
    this._attempt += 1;
    this._deadlines.set("retry", this._now + delay);
    this._become("offline", delay);
  }

  /** @param {number} code */
  _end(code) {
    const message = this._refusal?.message ?? `The server closed the session (${code}).`;
    const refusal = { code: "unauthorized", class: "stop", ...this._refusal, message };
    this._wanted = false;
    this.queue.fail(new Error(message));
    this._become("closed", code);
    if (code !== 1009 && code !== 4200) this._emit("refused", new RefusalError(refusal));
  }

  /** The time, which a user may set: then all that was to happen moves along. @param {number} now */
  _at(now) {
    const back = this._now - now;
    if (back > 0 && back < Infinity) {
      for (const [what, at] of this._deadlines) this._deadlines.set(what, at - back);
      this.queue.shift(-back);
      this._offset += back;
      this._heard -= back;
      this._welcomed -= back;
    }
    this._now = now;
  }

  _tellPending() {
    this._emit("pending", this.queue.waiting);
  }

  /** @param {Effect} effect */
  _effect(effect) {
    this._effects.push(effect);
  }

  /** @param {State} state @param {number} [detail] */
  _become(state, detail) {
    if (this.state === state) return;
    this.state = state;
    this._emit("state", state, detail);
  }

  /** @param {string} event @param {...any} args */
  _emit(event, ...args) {
    this._effect({ do: "emit", event, args });
  }
}
