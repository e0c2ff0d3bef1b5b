/**
 * Windows of the JavaScript client, driven by lines: each line in is a request with a number `k`, each
 * line out its answer, or what a window said to the server (`said`) and heard from it (`heard`).
 */

import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import { Client } from "../../clients/js/src/index.js";

const { WebSocket: Socket } = createRequire(new URL("../../clients/package.json", import.meta.url))("ws");

const secret = process.argv[2] ?? "";
const windows = new Map();

/** @param {any} line */
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** A generator of numbers from a seed (mulberry32), so that a history can be told again. */
function chances(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function token(user, group, seconds) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { sub: user, exp: Date.now() / 1000 + seconds, groups: [group] };
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

class Window {
  constructor({ w, url, door, user, group, lasts, seed, doubled }) {
    this.chance = chances(seed);
    this.fresh = () => token(user, group, 3600);
    let first = true;
    const said = (text) => this.said(w, door, doubled, JSON.parse(text));
    class Listening extends Socket {
      send(text) {
        said(text);
        super.send(text);
      }
    }
    this.client = new Client({
      url,
      token: () => {
        const seconds = first ? lasts : 3600;
        first = false;
        return token(user, group, seconds);
      },
      name: "faults",
      WebSocket: Listening,
      random: () => this.chance() / 20,
    });
    this.client.on("message", (message) => {
      if (message.type === "reply" || message.type === "refusal") tell({ w, heard: message });
    });
    this.client.on("state", (state, detail) => tell({ w, state, detail }));
    this.client.connect();
  }

  /** Tell what was said, and sometimes say it a second time over the other door. */
  said(w, door, doubled, message) {
    const messages = Array.isArray(message) ? message : [message];
    for (const one of messages) {
      if (one.id === undefined) continue;
      tell({ w, said: one });
      if (this.chance() < doubled) void this.again(w, door, one);
    }
  }

  async again(w, door, command) {
    const headers = { authorization: `Bearer ${this.fresh()}` };
    try {
      const answer = await fetch(`${door}/v1/commands`, { method: "POST", headers, body: JSON.stringify(command) });
      tell({ w, heard: await answer.json(), again: true });
    } catch {
      // The server is away: then it was said once only.
    }
  }

  /** Entries that are shown with steps, in an order that does not depend on the client. */
  entries() {
    return [...this.client.store.entries.values()].filter((one) => !one.guest).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  act({ what, pick, other, text, data, options }) {
    const { client } = this;
    if (what === "start") return client.start(text, { data });
    if (what === "dispatch") return client.dispatch(text, data, options);
    if (what.endsWith(" in room")) return this.inRoom(what, other, text);
    const entries = this.entries();
    const entry = entries[Math.floor(pick * entries.length)];
    if (!entry) return undefined;
    switch (what) {
      case "choose": {
        const path = entry.paths[Math.floor(other * entry.paths.length)];
        return path && client.choose(entry, path.label, data);
      }
      case "say":
        return client.say(entry.id, text);
      case "edit":
      case "delete":
        return this.change(what, entry.id, entry.chat, other, text);
      case "lock":
        return client.lock(entry.id, options);
      case "ask":
        return client.ask(entry.id, text);
      case "unlock":
        return client.unlock(entry.id);
      case "status":
        return client.status(entry.id, options.status);
      case "get":
        return client.get(entry.id);
      case "messages":
        return client.messages(entry.id);
      case "history":
        return client.history(entry.id);
      case "read":
        return client.read(entry.id, { m: entry.chat.count });
      case "seen":
        return client.read(entry.id, { seen: true });
      case "typing":
        return client.typing(entry.id);
      case "watch":
        return client.watch(entry.id);
      default:
        throw new Error(`no such doing: ${what}`);
    }
  }

  inRoom(what, other, text) {
    const { client } = this;
    const [room] = [...client.store.rooms.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (!room) return undefined;
    const place = { room: room.id };
    if (what === "say in room") return client.say(place, text);
    return this.change(what.split(" ")[0], place, room.chat, other, text);
  }

  /** Change a message of one's own, of those that are shown, or one that is said for that. */
  async change(what, place, chat, other, text) {
    const { client } = this;
    const known = client.store.conversations.messages.get(typeof place === "string" ? place : `room:${place.room}`);
    const own = (known ?? [chat.last]).filter((one) => one && one.from === client.profile?.id && !one.deleted && !one.kind);
    const { m } = own[Math.floor(other * own.length)] ?? (await client.say(place, `${text}, at first`));
    return what === "edit" ? client.edit(place, m, text) : client.delete(place, m);
  }

  /** What is shown of each conversation, and from which message on it is all there is. */
  conversations() {
    const { messages, whole } = this.client.store.conversations;
    const entries = [...messages].map(([key, shown]) => [key, { shown, from: whole.has(key) ? 0 : (shown[0]?.m ?? null) }]);
    return Object.fromEntries(entries);
  }

  shown() {
    const { store, state } = this.client;
    return {
      conversations: this.conversations(),
      entries: Object.fromEntries(store.entries),
      rooms: Object.fromEntries(store.rooms),
      differences: this.client.differences ?? 0,
      position: store.position,
      pending: this.client.pending.length,
      state,
    };
  }
}

async function take(request) {
  const { k, w } = request;
  const window = windows.get(w);
  try {
    switch (request.do) {
      case "open":
        windows.set(w, new Window(request));
        return tell({ k, ok: true });
      case "act": {
        const outcome = window.act(request);
        return tell({ k, ok: outcome === undefined ? null : ((await outcome) ?? null) });
      }
      case "shown":
        return tell({ k, ok: window.shown() });
      case "retry":
        window.client.retry();
        return tell({ k, ok: true });
      case "close":
        window.client.close();
        windows.delete(w);
        return tell({ k, ok: true });
    }
  } catch (error) {
    return tell({ k, no: { code: error.code, message: String(error.message) } });
  }
}

process.on("unhandledRejection", (reason) => tell({ broken: String(reason?.stack ?? reason) }));
createInterface({ input: process.stdin }).on("line", (line) => void take(JSON.parse(line))).on("close", () => process.exit(0));
