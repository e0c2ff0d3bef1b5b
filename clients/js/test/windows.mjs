/** A browser and a server to test tabs with: all of it in this process, in an order that a seed decides. */

import { Client } from "../src/index.js";
import { view } from "./sessions.mjs";

export function chances(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** What happens between tabs, locks and server: each way keeps its order, ways overtake each other. */
export class World {
  constructor(seed = 1) {
    this.chance = chances(seed);
    /** @type {Map<string, (() => void)[]>} */
    this.ways = new Map();
    this.frozen = new Set();
    this.tabs = new Map();
    this.server = new Server(this);
    this.locks = new Map();
    this.faults = [];
  }

  /** @param {string} way @param {string} tab whose page has to run for it @param {() => void} what */
  later(way, tab, what) {
    const key = `${tab} ${way}`;
    this.ways.set(key, [...(this.ways.get(key) ?? []), what]);
  }

  /** One thing happens; false when there is nothing left. */
  async step() {
    const able = [...this.ways].filter(([key, queue]) => queue.length && !this.frozen.has(key.split(" ")[0]));
    if (able.length) able[this.chance(able.length)][1].shift()();
    // Promises of the locks go on.
    for (let i = 0; i < 40; i++) await null;
    return able.length > 0;
  }

  async settle() {
    for (let idle = 0; idle < 2; ) idle = (await this.step()) ? 0 : idle + 1;
  }

  /** A tab in which the client runs. @param {string} tab */
  open(tab, more = {}) {
    const world = this;
    const channels = [];
    class Channel {
      constructor(name) {
        this.name = name;
        channels.push(this);
      }
      postMessage(data) {
        const text = JSON.stringify(data);
        for (const [other, { channels }] of world.tabs) {
          for (const channel of channels) {
            if (channel === this || channel.name !== this.name) continue;
            world.later(`from ${tab}`, other, () => channel.onmessage?.({ data: JSON.parse(text) }));
          }
        }
      }
      close() {
        channels.splice(channels.indexOf(this), 1);
      }
    }
    const sockets = new Set();
    class Socket {
      constructor() {
        if (!world.tabs.has(tab)) return;
        sockets.add(this);
        this.number = world.server.connect((frame) => world.later(`socket ${this.number}`, tab, () => this.live && this.onmessage?.({ data: JSON.stringify(frame) })),
          (code) => world.later(`socket ${this.number}`, tab, () => this.over(code)));
        this.live = true;
        world.later(`socket ${this.number}`, tab, () => this.live && this.onopen?.());
      }
      send(text) {
        if (!this.live) throw new Error("not open");
        world.later(`to server ${this.number}`, "server", () => world.server.hear(this.number, JSON.parse(text)));
      }
      close() {
        if (!this.live) return;
        this.live = false;
        world.later(`to server ${this.number}`, "server", () => world.server.gone(this.number));
      }
      over(code) {
        if (!this.live) return;
        this.live = false;
        this.onclose?.({ code });
      }
    }
    const client = new Client({ url: "http://x", token: "t", tabs: "ann", WebSocket: Socket, BroadcastChannel: Channel, locks: this.lockManager(tab), random: () => 0.5, ...more });
    this.tabs.set(tab, { client, channels, sockets });
    client.connect();
    return client;
  }

  /** The browser ends a tab: none of its code runs any more, and its locks are free. @param {string} tab */
  kill(tab) {
    const { client, sockets, channels } = this.tabs.get(tab);
    channels.splice(0);
    this.tabs.delete(tab);
    clearTimeout(client._timer);
    clearTimeout(client._tabs._late);
    client._do = () => {};
    for (const key of this.ways.keys()) if (key.startsWith(`${tab} `)) this.ways.delete(key);
    for (const socket of sockets) socket.close();
    this.frozen.delete(tab);
    for (const [name, queue] of this.locks) {
      this.locks.set(name, queue.filter((one) => one.tab !== tab));
      this.grant(name);
    }
  }

  /** @param {string} tab */
  lockManager(tab) {
    const world = this;
    return {
      request(name, options, callback = options) {
        if (!world.tabs.has(tab)) return new Promise(() => {});
        const { ifAvailable, steal, signal } = options;
        return new Promise((resolve, reject) => {
          const queue = world.locks.get(name) ?? [];
          world.locks.set(name, queue);
          const one = { tab, held: false, callback, resolve, reject };
          if (ifAvailable && queue.length) return world.later("locks", tab, async () => resolve(await callback(null)));
          if (steal && queue[0]?.held) {
            const from = queue.shift();
            world.later("locks", from.tab, () => from.reject(new DOMException("stolen", "AbortError")));
          }
          if (steal) queue.unshift(one);
          else queue.push(one);
          signal?.addEventListener("abort", () => {
            if (one.held) return;
            queue.splice(queue.indexOf(one), 1);
            reject(signal.reason);
          });
          world.grant(name);
        });
      },
    };
  }

  grant(name) {
    const [first] = this.locks.get(name) ?? [];
    if (!first || first.held) return;
    first.held = true;
    this.later("locks", first.tab, async () => {
      try {
        first.resolve(await first.callback({ name }));
      } catch (error) {
        first.reject(error);
      }
      const queue = this.locks.get(name);
      if (queue.includes(first)) queue.splice(queue.indexOf(first), 1);
      this.grant(name);
    });
  }
}

/** One user's server: entries with versions, and commands that are done once by their ids. */
class Server {
  constructor(world) {
    this.world = world;
    this.n = 1;
    this.entries = new Map([["a", view("a")], ["b", view("b")]]);
    this.log = [];
    this.done = new Map();
    this.sessions = new Map();
    this.connections = 0;
    this.signals = [];
  }

  connect(say, close) {
    const number = ++this.connections;
    this.sessions.set(number, { say, close, signedIn: false });
    return number;
  }

  gone(number) {
    this.sessions.delete(number);
  }

  drop(number) {
    this.sessions.get(number)?.close(1006);
    this.sessions.delete(number);
  }

  /** Something changes; all that are signed in are told. */
  change(cause, id = this.world.chance(2) ? "a" : "b") {
    const base = this.entries.get(id);
    const version = base.version + 1;
    this.n += 1;
    this.entries.set(id, { ...base, version, name: cause });
    const push = { type: "diff", n: this.n, entry: id, base: base.version, version, set: { name: cause }, unset: [], by: "bob", cause };
    this.log.push(push);
    for (const { say, signedIn } of this.sessions.values()) if (signedIn) say([push]);
    return this.n;
  }

  hear(number, message) {
    const session = this.sessions.get(number);
    if (!session) return;
    const { say } = session;
    switch (message.type) {
      case "hello": {
        session.signedIn = true;
        const resumed = message.position?.epoch === "e";
        const { n } = this;
        say([{ type: "welcome", session: String(number), user: { id: "ann", name: "Ann" }, epoch: "e", n, resumed, heartbeat: 20, limits: {}, time: new Date().toISOString() }]);
        if (!resumed) return say([{ type: "snapshot", n, page: 1, pages: 1, entries: [...this.entries.values()], rooms: [], people: [] }]);
        const missed = new Set(this.log.filter((push) => push.n > message.position.n).map(({ entry }) => entry));
        return say([...[...missed].map((id) => ({ type: "entry", n, entry: this.entries.get(id) })), { type: "position", n }]);
      }
      case "say": {
        if (!this.done.has(message.id)) this.done.set(message.id, { body: message.body, n: this.change(message.body, message.entry), times: 0 });
        return say([{ type: "reply", id: message.id, n: this.done.get(message.id).n, result: { body: message.body } }]);
      }
      case "get":
        return say([{ type: "reply", id: message.id, result: { entry: this.entries.get(message.entry) } }]);
      case "ping":
        return say([{ type: "pong", n: this.n }]);
      default:
        this.signals.push(message);
    }
  }
}
