import { isKept } from "./token.js";

/** The last inbox of a user who stays signed in on this device: what the page shows when there is no server. */

/**
 * @typedef {{
 *   at: number, profile: import("lockstep-client").Profile, entries: import("lockstep-client").Entry[],
 *   rooms: import("lockstep-client").Room[], people: import("lockstep-client").Person[],
 * }} Known `at`: when it was so, as `Date.now`
 */

const CACHE = "lockstep-known";
const ADDRESS = "/known.json";
/** The newest; who has more finds the others when the server is back. */
const ENTRIES = 300;
const EVERY_MS = 15_000;

/** @returns {Promise<Known | null>} */
async function read() {
  if (!("caches" in globalThis)) return null;
  const kept = await caches.match(ADDRESS, { cacheName: CACHE });
  return kept ? kept.json() : null;
}

/** @param {string} token whose it is @param {Known} known */
async function write(token, known) {
  const cache = await caches.open(CACHE);
  // Whoever signs out meanwhile is not kept after all.
  if (isKept(token)) await cache.put(ADDRESS, new Response(JSON.stringify(known)));
}

export async function forgetKnown() {
  if ("caches" in globalThis) await caches.delete(CACHE);
}

/** @param {import("./session.js").Session} session @returns {Known | null} */
function knownTo({ client }) {
  const { store, profile } = client;
  if (!profile || !store.position) return null;
  const entries = [...store.entries.values()].sort((a, b) => (b.updatedAt ?? "").localeCompare(a.updatedAt ?? "")).slice(0, ENTRIES);
  const named = new Set(entries.flatMap(({ recipients, locked, source }) => [...recipients.ids, ...(locked?.by ?? []), source]));
  const people = [...store.people.values()].filter(({ id }) => named.has(id));
  return { at: Date.now(), profile, entries, rooms: [...store.rooms.values()], people };
}

/**
 * Show what is kept until the server tells how it is now, and keep that from then on.
 * @param {import("./session.js").Session} session @returns {() => void} to stop
 */
export function followKnown(session) {
  if (!("caches" in globalThis)) return () => {};
  let changed = false;
  let over = false;
  const keep = () => {
    const known = changed && !over && session.client.state === "online" ? knownTo(session) : null;
    changed = false;
    if (known) void write(session.token, known).catch(() => {});
  };
  const stop = session.client.on("change", () => void (changed = true));
  const leaving = () => document.hidden && keep();
  const timer = setInterval(keep, EVERY_MS);
  addEventListener("visibilitychange", leaving);
  addEventListener("pagehide", keep);
  void read()
    .then((known) => known && !over && session.recall(known))
    .catch(() => {});
  return () => {
    over = true;
    stop();
    clearInterval(timer);
    removeEventListener("visibilitychange", leaving);
    removeEventListener("pagehide", keep);
  };
}
