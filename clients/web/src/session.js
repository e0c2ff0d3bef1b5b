import { useEffect, useState } from "preact/hooks";
import { Client } from "lockstep-client";

/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {{ id: number, text: string, tone: "info" | "warning" }} Toast */

const TOKEN = "lockstep.token";
const TOAST_MS = 7000;

/**
 * The token of this window: given, or from the address (`#token=…`, taken out of it), or kept.
 * @param {string} [given]
 */
export function takeToken(given) {
  const inAddress = new URLSearchParams(location.hash.slice(1)).get("token");
  if (inAddress) history.replaceState(null, "", location.pathname + location.search);
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
    /** The entry one is looking at. @type {string | null} */
    this.open = null;
    /** @type {Toast[]} */
    this.toasts = [];
    /** Who is typing, by entry. @type {Map<string, Map<string, number>>} */
    this.typing = new Map();
    /** @type {Set<() => void>} */
    this._watchers = new Set();
    this._toast = 0;
    this._due = false;
    this.client.on("change", (changed) => this._changed(changed));
    this.client.on("state", () => this.refresh());
    this.client.on("pending", () => this.refresh());
    this.client.on("message", (message) => this._message(message));
    this.client.on("refused", (error) => onRefused(error.message));
    this.client.connect();
  }

  /** Draw again, once, at the next frame. */
  refresh() {
    if (this._due) return;
    this._due = true;
    // A window in the background gets no frames, but its title and its tests still want news.
    setTimeout(() => {
      this._due = false;
      for (const watcher of this._watchers) watcher();
    }, 0);
  }

  /** @param {() => void} watcher */
  watch(watcher) {
    this._watchers.add(watcher);
    return () => void this._watchers.delete(watcher);
  }

  /** @param {string} text @param {"info" | "warning"} [tone] */
  toast(text, tone = "info") {
    const id = ++this._toast;
    this.toasts = [...this.toasts.slice(-2), { id, text, tone }];
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
    this.toast(error?.message ?? String(error), "warning");
  }

  /** Read something over HTTP as the signed-in user. @param {string} address @returns {Promise<any>} */
  async read(address) {
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${this.token}` } });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.message ?? answer.statusText);
    return body;
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
    }
    this.refresh();
  }

  /** @param {any} message */
  _message(message) {
    // What one is looking at needs no notification.
    if (message.type === "notify" && message.entry !== this.open) {
      this.toast(`${message.title}: ${message.body}`);
    }
    if (message.type === "chat") this.typing.get(message.entry)?.delete(message.from);
    if (message.type === "typing" && message.entry) {
      const typing = this.typing.get(message.entry) ?? new Map();
      this.typing.set(message.entry, typing.set(message.user, Date.now()));
      setTimeout(() => this.refresh(), 4100);
      this.refresh();
    }
  }
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
