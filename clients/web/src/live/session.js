import { useEffect, useState } from "preact/hooks";
import { Client, placeKey } from "lockstep-client";
import { ask } from "./http.js";

/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Place} Place */
/** @typedef {{ id: number, text: string, tone: "info" | "warning", entry?: string }} Toast */

const TOKEN = "lockstep.token";
const TOAST_MS = 7000;

/**
 * The token of this window: given, or from the address (`#token=…`, taken out of it), or kept.
 * @param {string} [given]
 */
export function takeToken(given) {
  const named = new URLSearchParams(location.hash.slice(1));
  const inAddress = named.get("token");
  if (inAddress) {
    named.delete("token");
    const rest = named.size ? `#${named}` : "";
    history.replaceState(null, "", location.pathname + location.search + rest);
  }
  const token = given ?? inAddress ?? sessionStorage.getItem(TOKEN);
  if (token) sessionStorage.setItem(TOKEN, token);
  return token;
}

export function forgetToken() {
  sessionStorage.removeItem(TOKEN);
}

/** One signed-in session with what the page remembers beside the client's store. */
export class Session {
  /** @param {string} token @param {(reason: string) => void} onRefused */
  constructor(token, onRefused) {
    this.token = token;
    this.client = new Client({ url: location.origin, token, name: "lockstep-web" });
    /** What was just changed by whom, by entry. @type {Map<string, { by: string, n: number }>} */
    this.touched = new Map();
    /** The entry that is open. @type {string | null} */
    this.open = null;
    /** Entries that were opened and are not in the inbox. @type {Map<string, Entry>} */
    this.aside = new Map();
    /** What was written and not said, by conversation. @type {Map<string, string>} */
    this.drafts = new Map();
    /** Whether somebody can be looking: the page is visible and has the focus. */
    this.attentive = attentive();
    /** @type {Toast[]} */
    this.toasts = [];
    /** Who is typing, by conversation. @type {Map<string, Map<string, number>>} */
    this.typing = new Map();
    /** @type {Set<() => void>} */
    this._watchers = new Set();
    this._toast = 0;
    this._due = false;
    this.client.on("change", (changed) => this._changed(changed));
    /** Whether there was a connection before. */
    this.wasLive = false;
    /** The message of one's own that is being changed. @type {{ key: string, m: number } | null} */
    this.editing = null;
    this.client.on("state", (state) => {
      this.wasLive ||= state === "online";
      this.refresh();
    });
    this.client.on("presence", () => this.refresh());
    this.client.on("pending", () => this.refresh());
    this.client.on("message", (message) => this._message(message));
    this.client.on("refused", (error) => onRefused(error.message));
    this._look = () => {
      if (this.attentive === attentive()) return;
      this.attentive = !this.attentive;
      this._watch();
      this.refresh();
    };
    for (const event of LOOKS) addEventListener(event, this._look);
    this.client.connect();
  }

  close() {
    for (const event of LOOKS) removeEventListener(event, this._look);
    this.client.close();
  }

  /** Say which entry is looked at: the server pushes no notifications about it meanwhile. */
  _watch() {
    const watched = this.attentive ? this.open : null;
    this.client.watch(watched, this.attentive ? {} : { away: true });
  }

  /** Show an entry, in the inbox or not; null: none. @param {string | null} id */
  look(id) {
    this.open = id;
    this._watch();
    if (id && this.client.state === "online" && !this.client.store.entries.has(id)) void this._fetch(id);
  }

  /** @param {string} id */
  async _fetch(id) {
    try {
      const { entry } = await this.client.get(id);
      this.aside.set(id, entry);
      this.missing.delete(id);
      for (const [user, name] of named(entry)) {
        if (!this.client.store.people.has(user)) this.client.store.people.set(user, { id: user, name });
      }
    } catch (error) {
      // The page says so where the entry would be; anything else is news.
      if (/** @type {any} */ (error)?.code === "not_found") this.missing.add(id);
      else this.refused(error);
    }
    this.refresh();
  }

  /** The entry in whose conversation the user is about to write. @type {string | null} */
  speak = null;

  /** The schemas of forms that were opened, by tracker. @type {Map<string, any>} */
  schemas = new Map();

  /** Entries that were asked for and are not for this user. @type {Set<string>} */
  missing = new Set();

  /** @param {Place} place @param {string} text */
  draft(place, text) {
    if (text) this.drafts.set(placeKey(place), text);
    else this.drafts.delete(placeKey(place));
    this.refresh();
  }

  /** Begin to change a message of one's own; null: no more. @param {{ key: string, m: number } | null} message */
  edit(message) {
    this.editing = message;
    this._draw();
  }

  /** How many messages are new to this user. @param {Place} place @param {import("lockstep-client").ChatSummary} chat */
  unread(place, { count, last }) {
    if (last && last.m === count && last.from === this.client.profile?.id) return 0;
    return Math.max(0, count - this.mark(place));
  }

  /** How far this user has read, as the server knows it. @param {Place} place */
  mark(place) {
    return this.client.store.conversations.reads.get(placeKey(place))?.get(this.client.profile?.id ?? "") ?? 0;
  }

  /** @param {Place} place @param {number} m */
  markRead(place, m) {
    if (m <= this.mark(place)) return;
    this.client.read(place, { m });
    this.refresh();
  }

  /** Draw again, once, for all that comes by then. */
  refresh() {
    if (this._due) return;
    this._due = true;
    // A window in the background gets no frames, but its title and its tests still want news.
    setTimeout(() => {
      this._due = false;
      this._draw();
    }, 0);
  }

  /** Draw again before the next key or click, which may be for what is drawn then. */
  _draw() {
    for (const watcher of this._watchers) watcher();
  }

  /** @param {() => void} watcher */
  watch(watcher) {
    this._watchers.add(watcher);
    return () => void this._watchers.delete(watcher);
  }

  /** @param {string} text @param {"info" | "warning"} [tone] @param {string} [entry] that it is about */
  toast(text, tone = "info", entry) {
    const id = ++this._toast;
    this.toasts = [...this.toasts.slice(-2), { id, text, tone, entry }];
    setTimeout(() => this.dismiss(id), TOAST_MS);
    this.refresh();
  }

  /** @param {number} id */
  dismiss(id) {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
    this.refresh();
  }

  /** Say why something was not done. @param {any} error */
  refused(error) {
    this.toast(error?.message ?? String(error), "warning", error?.entry?.id);
  }

  /**
   * Ask something over HTTP as the signed-in user. Rejects with a `RefusalError`.
   * @param {string} address @param {string} [method] @param {any} [body] @returns {Promise<any>}
   */
  read(address, method, body) {
    return ask(this.token, address, method, body).then((answer) => (answer.status === 204 ? undefined : answer.json()));
  }

  /** @param {string} id */
  name(id) {
    if (id === this.client.profile?.id) return "You";
    return id === "system" ? "The server" : this.client.store.name(id);
  }

  /** @param {Map<string, any>} changed */
  _changed(changed) {
    for (const [id, message] of changed) {
      if (message.type === "diff" && message.by !== this.client.profile?.id) {
        this.touched.set(id, { by: message.by, n: message.n });
      }
      if (message.type === "gone" && id === this.open) void this._fetch(id);
      // What came whole without being put into the inbox is another look at what was put aside.
      if (message.type === "entry" && this.aside.has(id)) this.aside.set(id, message.entry);
    }
    this.refresh();
  }

  /** @param {any} message */
  _message(message) {
    // What one is looking at needs no notification.
    if (message.type === "notify" && !(this.attentive && message.entry === this.open)) {
      this.toast(message.body ? `${message.title}: ${message.body}` : message.title, "info", message.entry);
    }
    const key = message.room === undefined ? message.entry : placeKey({ room: message.room });
    if (message.type === "chat") this.typing.get(key)?.delete(message.from);
    if (message.type === "typing" && key) {
      const typing = this.typing.get(key) ?? new Map();
      this.typing.set(key, typing.set(message.user, Date.now()));
      setTimeout(() => this.refresh(), 4100);
      this.refresh();
    }
  }
}

const LOOKS = ["focus", "blur", "visibilitychange"];

const attentive = () => document.visibilityState === "visible" && document.hasFocus();

/** The users that an entry's dispatch names. @param {Entry} entry @returns {[string, string][]} */
function named({ dispatch }) {
  if (!dispatch) return [];
  return [
    [dispatch.author, dispatch.authorName],
    [dispatch.user, dispatch.userName],
  ];
}

/** @param {string} token @param {(reason: string) => void} onRefused */
export function openSession(token, onRefused) {
  return new Session(token, onRefused);
}

/** Draw a component again whenever the session has news. @param {Session} session */
export function useNews(session) {
  const [, draw] = useState(0);
  useEffect(() => session.watch(() => draw((times) => times + 1)), [session]);
}
