/** Hooks for React: each draws its component again when what it shows has changed, and only then. */

/** @import { ChatMessage, Client, Entry, Lock, Path, Place, RefusalError } from "./index.js" */
/** @import { ReactNode } from "react" */

import { createContext, createElement, useCallback, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { placeKey } from "./index.js";
import { newsOf } from "./react/news.js";

const Context = createContext(/** @type {Client | null} */ (null));

/** How long somebody counts as writing after having said so, in ms. */
const TYPING_MS = 4000;
/** How often it is said that one is writing. */
const SAY_MS = 2000;

/**
 * All hooks within use this client; connecting and closing it is the application's.
 * @param {{ client: Client, children?: ReactNode }} props
 */
export function LockstepProvider({ client, children }) {
  return createElement(Context.Provider, { value: client }, children);
}

/** The client itself. @returns {Client} */
export function useClient() {
  const client = useContext(Context);
  if (!client) throw new Error("there is no LockstepProvider around this component");
  return client;
}

/**
 * What `look` finds, looked for again when there is news of `key`. It has to find the same thing again while that is the same.
 * @template T @param {string} key @param {(client: Client) => T} look @returns {T}
 */
function useNews(key, look) {
  const client = useClient();
  const subscribe = useCallback((/** @type {() => void} */ told) => newsOf(client).on(key, told), [client, key]);
  const found = () => look(client);
  return useSyncExternalStore(subscribe, found, found);
}

/**
 * The connection, who is signed in, and what has no answer yet.
 * @returns {{ state: Client["state"], profile: Client["profile"], pending: Client["pending"] }}
 */
export function useConnection() {
  const state = useNews("state", (client) => client.state);
  const pending = useNews("pending", (client) => newsOf(client).pending);
  return { state, profile: useClient().profile, pending };
}

/** @param {Entry} one @param {Entry} other */
const newestFirst = (one, other) => (one.createdAt < other.createdAt ? 1 : one.createdAt > other.createdAt ? -1 : 0);

/**
 * The ids of the inbox's entries: the same list as before unless some come, go or change places. A row for each, with
 * `useEntry`, then draws itself.
 * @param {{ filter?: (entry: Entry) => boolean, order?: (one: Entry, other: Entry) => number }} [more]
 * `order`: those that began last come first unless it is said otherwise
 * @returns {string[]}
 */
export function useInbox({ filter, order = newestFirst } = {}) {
  const kept = useRef({ ids: /** @type {string[]} */ ([]), by: /** @type {any[]} */ ([]) });
  return useNews("*", (client) => {
    const by = [newsOf(client).inboxes, client, filter, order];
    const { current } = kept;
    if (by.every((one, index) => one === current.by[index])) return current.ids;
    const entries = [...client.store.entries.values()];
    const ids = (filter ? entries.filter(filter) : entries).sort(order).map(({ id }) => id);
    const same = ids.length === current.ids.length && ids.every((id, index) => id === current.ids[index]);
    kept.current = { by, ids: same ? current.ids : ids };
    return kept.current.ids;
  });
}

/** An entry of the inbox, or undefined. @param {string | null | undefined} id @returns {Entry | undefined} */
export function useEntry(id) {
  return useNews(id ?? "", ({ store }) => (id ? store.entries.get(id) : undefined));
}

/**
 * Asks the server for something; what it refused is kept until the next try.
 * @returns {{ ask: <T>(doing: () => Promise<T>) => Promise<T | undefined>, busy: boolean, refusal: RefusalError | Error | null }}
 */
function useAsking() {
  const [{ busy, refusal }, say] = useState(() => ({ busy: 0, refusal: /** @type {any} */ (null) }));
  const ask = useCallback(async (/** @type {() => Promise<any>} */ doing) => {
    say((was) => ({ busy: was.busy + 1, refusal: null }));
    /** @type {any} */
    let no = null;
    try {
      return await doing();
    } catch (error) {
      no = error;
    } finally {
      say((was) => ({ busy: was.busy - 1, refusal: no ?? was.refusal }));
    }
  }, []);
  return { ask, busy: busy > 0, refusal };
}

/**
 * Take paths of an entry, with all that belongs to them (`client.behaviors`). The path counts for the step that was
 * drawn: if the entry moved on meanwhile, `refusal` says who was faster.
 * @param {string} id
 */
export function useChoose(id) {
  const client = useClient();
  const entry = useEntry(id);
  const { ask, busy, refusal } = useAsking();
  const choose = (/** @type {Path} */ path) => ask(async () => entry && client.behaviors.choose(client, entry, path));
  return { choose, busy, refusal };
}

/** The lock of an entry: who holds it, and how to get it. @param {string} id */
export function useLock(id) {
  const client = useClient();
  const locked = /** @type {Lock | undefined} */ (useEntry(id)?.locked);
  const { ask, busy, refusal } = useAsking();
  const me = client.profile?.id ?? "";
  return {
    locked,
    /** Whether this user holds it. */
    mine: !!locked?.by.includes(me),
    /** Whether others do, so that this user may not choose. */
    closed: !!locked && !locked.by.includes(me),
    /** The place in the line, from 1; 0: not in it. */
    place: (locked?.waiting?.indexOf(me) ?? -1) + 1,
    /** Their names. */
    holders: (locked?.by ?? []).map((user) => client.store.name(user)),
    take: (/** @type {{ ttl?: number, wait?: true }} */ more = {}) => ask(() => client.lock(id, more)),
    release: () => ask(() => client.unlock(id)),
    /** Ask those who hold it for it. */
    request: (/** @type {string | undefined} */ body = undefined) => ask(() => client.ask(id, body)),
    busy,
    refusal,
  };
}

/**
 * A conversation: its newest page is fetched when the component is first drawn, and again after it was forgotten.
 * @param {Place} place an entry's id, or `{ room }`
 */
export function useChat(place) {
  const client = useClient();
  const key = placeKey(place);
  const { conversations } = client.store;
  const messages = useNews(key, ({ store }) => store.conversations.messages.get(key));
  const read = useNews(key, ({ store, profile }) => store.conversations.reads.get(key)?.get(profile?.id ?? "") ?? 0);
  const online = useNews("state", ({ state }) => state === "online");
  const typing = useTyping(key);
  const { ask, busy, refusal } = useAsking();
  const page = (/** @type {number | undefined} */ before = undefined) =>
    ask(async () => {
      await client.messages(place, before);
      newsOf(client).tell(key);
    });
  const lacking = online && messages === undefined;
  useEffect(() => {
    if (lacking) void page();
  }, [lacking, key, client]);
  const said = useRef(0);
  const last = messages?.at(-1)?.m ?? 0;
  return {
    messages: messages ?? NONE,
    /** How far this user has read. */
    read,
    /** Fetch what is older; undefined when nothing is. */
    older: messages?.length && !conversations.whole.has(key) ? () => page(conversations.before(key)) : undefined,
    /** Names of those who are writing. */
    typing,
    say: (/** @type {string} */ body) => ask(() => client.say(place, body)),
    edit: (/** @type {number} */ m, /** @type {string} */ body) => ask(() => client.edit(place, m, body)),
    remove: (/** @type {number} */ m) => ask(() => client.delete(place, m)),
    /** This user has seen all that is shown. */
    markRead: () => {
      if (last <= read) return;
      client.read(place, { m: last });
      newsOf(client).tell(key);
    },
    /** This user is writing: to be called at each key. */
    write: () => {
      if (Date.now() - said.current < SAY_MS) return;
      said.current = Date.now();
      client.typing(place);
    },
    busy,
    refusal,
  };
}

/** @type {ChatMessage[]} */
const NONE = [];

/** @param {string} key @returns {string[]} */
function useTyping(key) {
  const client = useClient();
  const [writers, setWriters] = useState(/** @type {[string, number][]} */ ([]));
  useEffect(() => {
    setWriters([]);
    /** @type {Set<ReturnType<typeof setTimeout>>} */
    const timers = new Set();
    const stop = client.on("message", (message) => {
      if (message.type !== "typing" && message.type !== "chat") return;
      if (placeKey(message.room === undefined ? message.entry : { room: message.room }) !== key) return;
      const user = message.type === "chat" ? message.from : message.user;
      const until = Date.now() + TYPING_MS;
      setWriters((was) => {
        const others = was.filter(([one]) => one !== user);
        if (message.type === "typing") return [...others, [user, until]];
        return others.length === was.length ? was : others;
      });
      if (message.type === "chat") return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        setWriters((was) => was.filter(([, end]) => end > Date.now()));
      }, TYPING_MS);
      timers.add(timer);
    });
    return () => {
      stop();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [client, key]);
  return writers.map(([user]) => client.store.name(user));
}

/**
 * Who is there, of those whom this user may know: those who look at the entry, or everybody without one. Not oneself.
 * @param {string} [entry] @returns {{ id: string, name: string, state: "online" | "away" }[]}
 */
export function usePresence(entry) {
  const kept = useRef(/** @type {{ id: string, name: string, state: "online" | "away" }[]} */ ([]));
  return useNews("presence", ({ presence, profile, store }) => {
    const there = [...presence]
      .filter(([user, { watching }]) => user !== profile?.id && (entry === undefined || watching.includes(entry)))
      .map(([id, { state }]) => ({ id, state, name: store.name(id) }));
    if (JSON.stringify(there) !== JSON.stringify(kept.current)) kept.current = there;
    return kept.current;
  });
}

/**
 * Say which entry this user looks at as long as the component is there; being elsewhere (no focus) is said as well.
 * @param {string | null} entry
 */
export function useWatch(entry) {
  const client = useClient();
  useEffect(() => {
    const look = () => {
      const here = document.visibilityState === "visible" && document.hasFocus();
      client.watch(here ? entry : null, here ? {} : { away: true });
    };
    look();
    for (const event of LOOKS) addEventListener(event, look);
    return () => {
      for (const event of LOOKS) removeEventListener(event, look);
      client.watch(null);
    };
  }, [client, entry]);
}

const LOOKS = ["focus", "blur", "visibilitychange"];
