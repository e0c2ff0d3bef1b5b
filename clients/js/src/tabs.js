/** @import { Message } from "./types.js" */
/** @import { Session } from "./session.js" */

import { uuid7 } from "./ids.js";
import { membersOf } from "./places.js";

/** What is between the server and the tab that leads. */
const OWN = new Set(["welcome", "snapshot", "auth_soon", "goaway", "pong"]);

/** A leader that is silent for so long after it was told something is passed by. */
const PASS_MS = 4000;
const RESTARTING = 1012;

const NOTHING = JSON.stringify({ type: "watch", entry: null });

/**
 * What a client has in place of a socket. @typedef {{
 *   onopen?: () => void, onerror?: () => void, onmessage?: (event: { data: any }) => void, onclose?: (event: { code: number }) => void,
 *   send: (text: string) => void, close: () => void,
 * }} Link
 * @typedef {{
 *   from: string, say?: string, to?: string, frame?: Message[], up?: boolean,
 * }} Post what tabs tell each other: `up` whether a leader has a connection or hopes to, `say` is for whoever leads, a `frame` without `to` is for all that were welcomed
 */

/**
 * One connection for all tabs of a user. Whoever holds a Web Lock leads: it has the socket, and is the server to
 * the others, over a BroadcastChannel. To a tab that says `hello` it answers with what its own store holds, then
 * passes on what comes; what the others say, with their ids, goes through it to the server.
 */
export class Tabs {
  /**
   * @param {string} name @param {Session} session @param {() => void} retry
   * @param {{ locks: LockManager, Channel: typeof BroadcastChannel }} by
   */
  constructor(name, session, retry, { locks, Channel }) {
    this._name = `lockstep:${name}`;
    this._session = session;
    this._retry = retry;
    this._locks = locks;
    this._Channel = Channel;
    this._id = "";
    this.leads = false;
    /** Until it is known who leads. @type {Promise<void> | undefined} */
    this._known;
    /** @type {BroadcastChannel | undefined} */
    this._channel;
    /** What gives the locks back. @type {((value?: any) => void) | undefined} */
    this._gone;
    /** @type {((value?: any) => void) | undefined} */
    this._yield;
    /** @type {{} | undefined} */
    this._turn;
    /** @type {AbortController | undefined} */
    this._waiting;
    /** @type {Link | null} */
    this._link = null;
    /** @type {() => Link} */
    this._dial = () => ({ send() {}, close() {} });
    /** The socket, of the tab that leads. @type {Link | null} */
    this._socket = null;
    /** @type {Message | undefined} */
    this._welcome;
    /** Which leader welcomed this tab. */
    this._leader = "";
    /** The others, as the leader knows them. @type {Set<string>} */
    this._tabs = new Set();
    /** Who waits to be welcomed. @type {Map<string, Message>} */
    this._hellos = new Map();
    /** What each tab looks at, the newest word last. @type {Map<string, Message>} */
    this._looks = new Map();
    this._watched = NOTHING;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._late;
  }

  /** What the client uses as its socket; `dial` makes a real one. @param {() => Link} dial @returns {Link} */
  open(dial) {
    /** @type {Link} */
    const link = {
      send: (text) => (this.leads ? this._say(this._id, text) : this._tell(text)),
      close: () => this._drop(),
    };
    this._link = link;
    this._leader = "";
    this._dial = dial;
    this._known ??= this._begin();
    void this._known.then(() => {
      if (link !== this._link) return;
      if (this.leads) this._connect(link);
      else link.onopen?.();
    });
    return link;
  }

  /** Leave the others. */
  end() {
    this._drop();
    this._waiting?.abort();
    this._yield?.();
    this._gone?.();
    this._channel?.close();
    this._relax();
    this._channel = this._known = this._turn = undefined;
    this.leads = false;
  }

  async _begin() {
    this._id = uuid7();
    const channel = new this._Channel(this._name);
    this._channel = channel;
    channel.onmessage = ({ data }) => channel === this._channel && this._heard(data);
    // As long as this lock is held the tab is there: no tab can go without giving it back.
    const here = new Promise((held) => {
      void this._locks.request(this._name + this._id, () => {
        held(0);
        return channel === this._channel && new Promise((gone) => (this._gone = gone));
      });
    });
    await new Promise((known) => this._elect({ ifAvailable: true }, known));
    if (!this.leads) await here;
  }

  /** @param {LockOptions} options @param {(value?: any) => void} [known] */
  _elect(options, known) {
    // Of several tries the last one counts: a lock may be taken away even before it is told to be held.
    const turn = (this._turn = {});
    const kept = this._locks.request(this._name, options, (lock) => {
      if (turn !== this._turn) return known?.();
      if (lock) {
        this.leads = true;
        this._relax();
        this._tabs.clear();
        this._hellos.clear();
        this._looks.clear();
        this._post({ up: true });
      } else this._queue();
      if (known) known();
      else this._lose(true);
      return lock && new Promise((end) => (this._yield = end));
    });
    kept.catch(() => {
      // A tab that this one did not answer took it.
      if (turn !== this._turn) return;
      this._hangUp();
      this.leads = false;
      this._queue();
      known?.();
      this._lose(true);
    });
  }

  /** Lead once nobody else does. */
  _queue() {
    this._waiting = new AbortController();
    this._elect({ signal: this._waiting.signal });
  }

  /** @param {Link} link */
  _connect(link) {
    const socket = this._dial();
    this._socket = socket;
    socket.onopen = () => link.onopen?.();
    socket.onmessage = ({ data }) => {
      const frame = [JSON.parse(data)].flat();
      link.onmessage?.({ data: frame });
      if (socket === this._socket) this._pass(frame);
    };
    socket.onclose = (event) => {
      if (socket === this._socket) this._hangUp();
      link.onclose?.(event);
    };
    socket.onerror = () => {};
  }

  /** This tab's connection, if it has one, is no more. */
  _hangUp() {
    if (!this._socket) return;
    this._socket.close();
    this._socket = null;
    this._looks.clear();
    this._watched = NOTHING;
    this._post({ up: false });
  }

  /** The client gives its link up. */
  _drop() {
    this._link = null;
    this._hangUp();
  }

  /** The client's link is lost. @param {boolean} [again] whether another one is to be had at once */
  _lose(again) {
    const link = this._link;
    this._link = null;
    link?.onclose?.({ code: RESTARTING });
    if (again) this._retry();
  }

  /** @param {Omit<Post, "from">} post */
  _post(post) {
    this._channel?.postMessage({ from: this._id, ...post });
  }

  /** @param {Post} post */
  _heard({ from, say, to, frame, up }) {
    if (this.leads) return say && this._say(from, say);
    if (to === this._id) {
      this._relax();
      if (frame?.length) this._leader ||= from;
    }
    if (up) this._lose(true);
    else if (from !== this._leader) return;
    else if (up === false) this._lose();
    else if (frame?.length && (to ?? this._id) === this._id) this._link?.onmessage?.({ data: frame });
  }

  /** Tell whoever leads. @param {string} say */
  _tell(say) {
    this._post({ say });
    this._late ??= setTimeout(() => {
      this._relax();
      // It does not answer: lead in its place.
      this._waiting?.abort();
      this._elect({ steal: true });
    }, PASS_MS);
  }

  /** No answer is missing. */
  _relax() {
    clearTimeout(this._late);
    this._late = undefined;
  }

  /** What a tab says, to the one that leads. @param {string} tab @param {string} text */
  _say(tab, text) {
    const message = JSON.parse(text);
    const { store, state } = this._session;
    const own = tab === this._id;
    if (!own) this._meet(tab);
    if (message.type === "watch") this._look(tab, message);
    else if (own) this._socket?.send(text);
    else if (message.type === "hello") {
      this._hellos.set(tab, message);
      this._greet();
    } else if (message.type === "ping") this._post({ to: tab, frame: [{ type: "pong", n: store.position?.n }] });
    else if (state === "online") this._socket?.send(text);
  }

  /** Answer at once that somebody leads; and know when the tab is gone. @param {string} tab */
  _meet(tab) {
    this._post({ to: tab, frame: [] });
    if (this._tabs.has(tab)) return;
    this._tabs.add(tab);
    void this._locks.request(this._name + tab, () => {
      this._tabs.delete(tab);
      this._hellos.delete(tab);
      this._looks.delete(tab);
      this._look();
    });
  }

  /** Whoever spoke last among those that are not away counts. @param {string} [tab] @param {Message} [message] */
  _look(tab, message) {
    if (tab && message) {
      this._looks.delete(tab);
      this._looks.set(tab, message);
    }
    const all = [...this._looks.values()];
    const text = JSON.stringify(all.findLast(({ away }) => !away) ?? all.at(-1)) ?? NOTHING;
    if (text === this._watched || this._session.state !== "online") return;
    this._watched = text;
    this._socket?.send(text);
  }

  /** What the server told. @param {Message[]} frame */
  _pass(frame) {
    const [first] = frame;
    if (first?.type === "welcome") {
      this._welcome = first;
      this._post({ up: true });
    }
    const told = frame.filter(({ type }) => !OWN.has(type));
    if (told.length && this._tabs.size) this._post({ frame: told });
    this._greet();
  }

  /** Welcome those that wait, once there is a whole inbox to show them. */
  _greet() {
    const { store, state, _offset } = this._session;
    const { position, conversations } = store;
    if (state !== "online" || !position || store.gaps.size) return;
    for (const [to, { position: at }] of this._hellos) {
      const { n } = position;
      // Who is as far as this tab keeps the conversations; the entries come anew, since some may be ahead.
      const resumed = at?.epoch === position.epoch && at.n === n && !conversations.catchingUp;
      const frame = [
        { ...this._welcome, type: "welcome", n, resumed, time: new Date(Date.now() + _offset).toISOString() },
        {
          type: "snapshot", n, page: 1, pages: 1, ahead: store.ahead,
          entries: [...store.entries.values()], rooms: [...store.rooms.values()], people: [...store.people.values()],
        },
        ...[...store.presence].map(([user, there]) => ({ type: "presence", user, ...there })),
        ...[...conversations.reads].flatMap(([key, marks]) =>
          [...marks].map(([user, m]) => ({ type: "read", ...membersOf(key), user, m })),
        ),
      ];
      this._post({ to, frame });
    }
    this._hellos.clear();
  }
}
