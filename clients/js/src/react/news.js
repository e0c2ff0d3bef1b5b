/** @import { Client, Waiting } from "../index.js" */

/** Tells who is interested in an entry, and nobody else, that it has changed: a thousand rows cost as much as one. */
class News {
  /** @param {Client} client */
  constructor(client) {
    /** @type {Map<string, Set<() => void>>} */
    this._told = new Map();
    /** How often anything of the inbox changed. */
    this.inboxes = 0;
    /** What has no answer yet: the same list until it changes. @type {Waiting[]} */
    this.pending = client.pending;
    client.on("change", (changed) => {
      this.inboxes += 1;
      for (const key of changed.keys()) this.tell(key);
      this.tell("*");
    });
    client.on("state", () => this.tell("state"));
    client.on("presence", () => this.tell("presence"));
    client.on("pending", (pending) => {
      this.pending = pending;
      this.tell("pending");
    });
  }

  /** @param {string} key @param {() => void} told */
  on(key, told) {
    const all = this._told.get(key) ?? new Set();
    this._told.set(key, all.add(told));
    return () => {
      all.delete(told);
      if (!all.size) this._told.delete(key);
    };
  }

  /** @param {string} key */
  tell(key) {
    for (const told of this._told.get(key) ?? []) told();
  }
}

/** @type {WeakMap<Client, News>} */
const all = new WeakMap();

/** @param {Client} client */
export function newsOf(client) {
  const news = all.get(client) ?? new News(client);
  all.set(client, news);
  return news;
}
