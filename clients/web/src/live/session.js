import { useLayoutEffect, useState } from "preact/hooks";
import { Client, placeKey } from "lockstep-client";
import { ask } from "./http.js";
import { followOthers } from "./follow.js";
import { News } from "./news.js";
import { Toasts } from "./toasts.js";

export { forgetToken, takeToken } from "./token.js";

/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Place} Place */

/** A page that is said to be visible and yet is not drawn has its news after so long. */
const FRAME_MS = 250;

/** One signed-in session with what the page remembers beside the client's store. */
export class Session {
  /** @param {string} token @param {(reason: string) => void} onRefused */
  constructor(token, onRefused) {
    this.token = token;
    // Tabs with this token share a connection; what this one queued survives its reload.
    const keep = { storage: sessionStorage, key: token };
    this.client = new Client({ url: location.origin, token, name: "lockstep-web", tabs: token, keep });
    /** What was just changed by whom, by entry. @type {Map<string, { by: string, n: number, at: number }>} */
    this.touched = new Map();
    /** The entry that is open. @type {string | null} */
    this.open = null;
    /** The change by which an entry left the inbox. @type {Map<string, number>} */
    this.gone = new Map();
    /** Entries that were opened and are not in the inbox. @type {Map<string, Entry>} */
    this.aside = new Map();
    /** What was written and not said, by conversation. @type {Map<string, string>} */
    this.drafts = new Map();
    /** Whether somebody can be looking: the page is visible and has the focus. */
    this.attentive = attentive();
    this.toasts = new Toasts({
      changed: () => this.refresh("toasts"),
      waits: () => !this.attentive,
      gone: (toast) => this.onToastGone(toast),
    });
    /** Who is typing, by conversation. @type {Map<string, Map<string, number>>} */
    this.typing = new Map();
    /** Who looks at an entry besides this user. @type {Map<string, Set<string>>} */
    this._lookers = new Map();
    /** What each user looks at. @type {Map<string, string[]>} */
    this._looks = new Map();
    /** How many commands have no answer yet, by conversation or entry. @type {Map<string, number>} */
    this._pending = new Map();
    this._news = new News(() => onceDrawn(() => this._news.bring()));
    this.client.on("change", (changed) => this._changed(changed));
    /** Whether there was a connection before. */
    this.wasLive = false;
    /** The message of one's own that is being changed. @type {{ key: string, m: number } | null} */
    this.editing = null;
    this.client.on("state", (state) => {
      this.wasLive ||= state === "online";
      if (state === "offline") this.lostAt ||= Date.now();
      this.wasLost ||= state === "offline" && this.wasLive;
      if (state === "online") this.lostAt = 0;
      this.refresh();
    });
    this.client.on("presence", (message) => this._presence(message));
    this.client.on("pending", (waiting) => this._waiting(waiting));
    this.client.on("message", (message) => this._message(message));
    this.client.on("late", (command, error) => error && this.refused(error));
    this.client.on("refused", (error) => onRefused(error.message));
    this._look = () => {
      if (this.attentive === attentive()) return;
      this.attentive = !this.attentive;
      this._watch();
      this.refresh();
    };
    for (const event of LOOKS) addEventListener(event, this._look);
    followOthers(this);
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
    this.refresh(id);
  }

  /** The entry in whose conversation the user is about to write. @type {string | null} */
  speak = null;

  /** The server's word on when to come back, while it is away. @type {{ reason?: string, after_ms: number } | null} */
  goaway = null;

  /** When the connection was lost, as `Date.now`. */
  lostAt = 0;

  /** Whether it ever was. */
  wasLost = false;

  /** What is shown is of that time (`Date.now`) and not of now; 0: it is as the server tells it. */
  knownAt = 0;

  /** Whether there is anything to show: what the server told, or what this device kept. */
  get knows() {
    return this.client.store.position !== null || this.knownAt > 0;
  }

  /** Show what this device kept. @param {import("./known.js").Known} known */
  recall({ at, profile, entries, rooms, people }) {
    const { store } = this.client;
    // Once the server has welcomed, it knows better.
    if (store.profile) return;
    store.profile = profile;
    for (const each of entries) store.entries.set(each.id, each);
    for (const each of rooms) store.rooms.set(each.id, each);
    for (const each of [...people, profile]) store.people.set(each.id, each);
    this.knownAt = at;
    this.refresh();
  }

  /** The schemas of forms that were opened, by tracker. @type {Map<string, any>} */
  schemas = new Map();

  /** Entries that were asked for and are not for this user. @type {Set<string>} */
  missing = new Set();

  /** @param {Place} place @param {string} text */
  draft(place, text) {
    if (text) this.drafts.set(placeKey(place), text);
    else this.drafts.delete(placeKey(place));
    this.refresh(placeKey(place));
  }

  /** Begin to change a message of one's own; null: no more. @param {{ key: string, m: number } | null} message */
  edit(message) {
    const places = [this.editing, message].flatMap((edited) => edited?.key ?? []);
    this.editing = message;
    this._news.tell(places.length ? places : ["state"]);
    // Before the next key or click, which may be for what is drawn then.
    this._news.bring();
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
    this.refresh(placeKey(place), "list");
  }

  /**
   * There is news: what shows one of `topics` is drawn again, once a frame for all that comes by then. A topic is the
   * key of an entry or a room, or `list` (what the list has, its order and marks), `state` (the connection, who is
   * signed in), `pending` (commands without an answer), `presence`, `toasts`. Of none: everything is drawn.
   * @param {...string} topics
   */
  refresh(...topics) {
    this._news.tell(topics);
  }

  /**
   * @param {import("./news.js").Watcher} watcher @param {...string} topics as for `refresh`; none: all news
   * @returns {() => void} to stop
   */
  watch(watcher, ...topics) {
    return this._news.on(watcher, topics);
  }

  /** How often news were brought out. */
  get brought() {
    return this._news.brought;
  }

  /** Who else is looking at an entry now. @param {string} entry @returns {string[]} */
  lookers(entry) {
    return [...(this._lookers.get(entry) ?? [])];
  }

  /** How many commands about an entry or a room have no answer yet. @param {string} key */
  pending(key) {
    return this._pending.get(key) ?? 0;
  }

  /** @param {string} text @param {"info" | "warning"} [tone] @param {string} [entry] that it is about */
  toast(text, tone, entry) {
    this.toasts.show(text, tone, entry);
  }

  /** A toast has gone. @type {(toast: import("./toasts.js").Toast) => void} */
  onToastGone = () => {};

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
        this.touched.set(id, { by: message.by, n: message.n, at: Date.now() });
      }
      if (message.type === "gone") this.gone.set(id, message.n);
      else this.gone.delete(id);
      if (message.type === "gone" && id === this.open) void this._fetch(id);
      // What came whole without being put into the inbox is another look at what was put aside.
      if (message.type === "entry" && this.aside.has(id)) this.aside.set(id, message.entry);
    }
    this.refresh("list", ...changed.keys());
  }

  /** @param {any} message */
  _presence({ user, state, watching }) {
    if (user === this.client.profile?.id) return;
    const before = this._looks.get(user) ?? [];
    const now = state === "offline" ? [] : [watching ?? []].flat();
    for (const entry of before) this._lookers.get(entry)?.delete(user);
    for (const entry of now) this._lookers.set(entry, (this._lookers.get(entry) ?? new Set()).add(user));
    for (const entry of before) if (!this._lookers.get(entry)?.size) this._lookers.delete(entry);
    this._looks.set(user, now);
    this.refresh("presence", ...before, ...now);
  }

  /** @param {import("lockstep-client").Waiting[]} waiting */
  _waiting(waiting) {
    const before = this._pending;
    this._pending = new Map();
    for (const { entry, room } of waiting) {
      const key = room === undefined ? (entry ?? "") : placeKey({ room });
      this._pending.set(key, (this._pending.get(key) ?? 0) + 1);
    }
    this.refresh("pending", ...before.keys(), ...this._pending.keys());
  }

  /** @param {any} message */
  _message(message) {
    // That the server said when to come back; until it is back.
    if (message.type === "goaway") this.goaway = message;
    if (message.type === "welcome") {
      this.goaway = null;
      this.knownAt = 0;
      // Who is there is told anew.
      this._looks.clear();
      this._lookers.clear();
      this.refresh();
    }
    // What one is looking at needs no notification.
    if (message.type === "notify" && !(this.attentive && message.entry === this.open)) {
      this.toast(message.body ? `${message.title}: ${message.body}` : message.title, "info", message.entry);
    }
    const key = message.room === undefined ? message.entry : placeKey({ room: message.room });
    if (message.type === "chat") this.typing.get(key)?.delete(message.from);
    if (message.type === "typing" && key) {
      const typing = this.typing.get(key) ?? new Map();
      this.typing.set(key, typing.set(message.user, Date.now()));
      setTimeout(() => this.refresh(key), 4100);
      this.refresh(key);
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

/**
 * Draw a component again when the session has news of what it shows.
 * @param {Session} session @param {...string} topics as for `Session.refresh`; none: at any news
 */
export function useNews(session, ...topics) {
  const [, draw] = useState(0);
  const { brought } = session;
  useLayoutEffect(() => {
    const again = () => draw((times) => times + 1);
    const stop = session.watch(again, ...topics);
    // What was news between the drawing and now has passed by unheard.
    if (session.brought !== brought) again();
    return stop;
  }, [session, topics.join("\n")]);
}

/** Call `bring` when the page is next drawn. @param {() => void} bring */
function onceDrawn(bring) {
  // A window in the background gets no frames, but its title and its tests still want news.
  if (document.hidden) return void setTimeout(bring, 0);
  const late = setTimeout(() => {
    cancelAnimationFrame(frame);
    bring();
  }, FRAME_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(late);
    bring();
  });
}
