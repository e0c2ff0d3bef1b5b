/**
 * One sentence on why an entry is here and who can move it. Pure.
 *
 * @typedef {import("lockstep-client").Entry} Entry
 * @typedef {import("lockstep-client").Profile} Profile
 * @typedef {{
 *   me: Profile, name: (id: string) => string, online: (id: string) => boolean, apart?: boolean,
 *   clock: (at: string) => string, scope?: string,
 * }} View
 * `name`: how to call a user. `apart`: there is no connection, so nobody knows who is online. `clock`: the time of day of a moment. `scope`: of the step that the
 * entry stands at, as its definition has it; missing while that is not known.
 */

/** Of so many others each is named. */
const NAMED = 3;

/** @param {View} view @param {Entry} entry @returns {string} */
export function sentence(view, entry) {
  if (entry.guest) return `You joined this conversation and may answer in it; ${movers(view, entry.recipients)} can move the entry on.`;
  if (entry.status === "retired") return retired(view, entry);
  return `At “${entry.name}” because ${cause(view, entry)}; ${who(view, entry)}.`;
}

/** Why the paths are closed while others hold the entry; null when they do not. @param {View} view @param {Entry} entry */
export function shut(view, entry) {
  const by = entry.locked?.by ?? [];
  if (!entry.locked || by.includes(view.me.id)) return null;
  const said = listed(by.slice(0, NAMED).map(view.name), "and", by.length - NAMED);
  return `${said} ${by.length > 1 ? "hold" : "holds"} this; the paths open again when it is free.`;
}

/** @param {View} view @param {Entry} entry */
function retired(view, entry) {
  if (entry.paths.length) return `It is out of your inbox at “${entry.name}”; whoever still has it can move it on.`;
  const chosen = entry.source ? `, where ${called(view, entry.source)} brought it` : "";
  return `It ended for you at “${entry.name}”${chosen}; nothing is left to choose.`;
}

/** How it came to this user. @param {View} view @param {Entry} entry */
function cause(view, { step, visit, source, sink, recipients }) {
  const by = called(view, source);
  const first = step === "start" && visit <= 1;
  const mine = source === view.me.id;
  const scope = view.scope?.trim() ?? (sink === view.me.id ? "$sink" : "");
  switch (scope) {
    case "":
      return first ? `${by} started it` : `${by} handed it on`;
    case "$sink":
      if (first) return mine ? "you started it for yourself" : `${by} sent it to you`;
      return mine ? "you brought it here, and it is for you" : `${by} brought it back to you, whom it is for`;
    case "$source":
      return mine ? "you chose it, for yourself" : `${by} chose it`;
    case "$all":
      return recipients.count > 1 ? `${by} brought it here for everybody who has it` : `${by} brought it here`;
    default: {
      const to = given(scope, view.me);
      return to ? `${by} gave it to ${to}` : `${by} handed it on`;
    }
  }
}

/** What of a user query includes a user, in words; undefined where that cannot be seen. @param {string} scope @param {Profile} me */
export function given(scope, me) {
  if (/^\s*all users\b/.test(scope)) return "everybody";
  for (const [, kind = "", handles = ""] of scope.matchAll(/\bgiven (users|groups|user-labels|roles)\s*\[([^\]]*)\]/g)) {
    const named = handles.split(",").map((handle) => handle.trim().replace(/^(["'])(.*)\1$/, "$2"));
    if (kind === "users" && named.some((handle) => handle === me.id || handle === me.email)) return "you by name";
    const [member, before, after] = KINDS[kind] ?? KINDS.groups ?? [];
    const has = new Set(/** @type {any} */ (me)[member ?? ""] ?? []);
    const found = named.find((handle) => has.has(handle));
    if (found) return `${before}${found}${after}`;
  }
  if (/\bcurrent user\b/.test(scope)) return "you";
  return undefined;
}

/** Where a profile has what a query names, and what to say around it. @type {Record<string, [string, string, string]>} */
const KINDS = {
  users: ["", "", ""],
  groups: ["groups", "", ", which you are in"],
  "user-labels": ["labels", "everybody with the label ", ", as you have"],
  roles: ["roles", "everybody with the role ", ", as you have"],
};

/** Who can move it on. @param {View} view @param {Entry} entry */
function who(view, entry) {
  const { locked, paths, recipients } = entry;
  if (locked) return locked.by.includes(view.me.id) ? held(view, locked) : lockedOut(view, locked);
  if (!paths.length) return "nothing can be chosen here, so it rests until the server or somebody at another step moves it on";
  if (view.scope?.trim() === "$source" && recipients.count > 1) return "here it is yours alone, so nobody else can move it on for you";
  const others = recipients.ids.filter((id) => id !== view.me.id);
  if (recipients.count <= 1) return "only you can move it on";
  const count = recipients.count - (recipients.ids.length - others.length || 1);
  if (count > NAMED) return `you or any of ${count.toLocaleString("en")} others can move it on${some(view, others)}`;
  return `${listed(["you", ...others.map((id) => present(view, id))], "or")} can move it on, whoever is first`;
}

/** @param {View} view @param {NonNullable<Entry["locked"]>} lock */
function held(view, { by, until, asked = [], waiting = [] }) {
  const others = by.filter((id) => id !== view.me.id);
  const hold = others.length
    ? `you and ${listed(others.slice(0, NAMED).map((id) => present(view, id)), "and", others.length - NAMED)} hold it${till(view, until)}, and nobody else can move it on`
    : `you hold it${till(view, until)}, so only you can move it on`;
  const [asker] = asked;
  if (asker !== undefined) return `${hold}; ${listed(asked.slice(0, NAMED).map(view.name), "and", asked.length - NAMED)} would like to have it`;
  const [next] = waiting;
  return next === undefined ? hold : `${hold}; ${view.name(next)} is next in line`;
}

/** @param {View} view @param {NonNullable<Entry["locked"]>} lock */
function lockedOut(view, { by, until, asked = [], waiting = [] }) {
  const only = `only ${listed(by.slice(0, NAMED).map((id) => present(view, id)), "and", by.length - NAMED)} can move it on${till(view, until)}`;
  const place = waiting.indexOf(view.me.id) + 1;
  const line = place === 1 ? "you are next in line" : place ? `you are number ${place} in line, after ${view.name(waiting[place - 2] ?? "")},` : "";
  const told = asked.includes(view.me.id) ? (place ? " and have asked for it" : "you have asked for it") : "";
  return line || told ? `${only}; ${told ? line + told : line.replace(/,$/, "")}` : only;
}

/** Those of many who are there. @param {View} view @param {string[]} ids */
function some(view, ids) {
  if (view.apart) return "";
  const there = ids.filter(view.online);
  if (!there.length) return ", none of them seems to be online";
  return `; ${listed(there.slice(0, NAMED).map(view.name), "and", there.length - NAMED)} ${there.length > 1 ? "are" : "is"} online`;
}

/** All of these, for whom one is no part of them. @param {View} view @param {Entry["recipients"]} recipients */
function movers(view, { ids, count }) {
  if (!count) return "nobody";
  return listed(ids.slice(0, NAMED).map((id) => present(view, id)), "or", count - Math.min(ids.length, NAMED));
}

/** @param {View} view @param {string | undefined} until */
const till = (view, until) => (until ? ` until ${view.clock(until)}` : "");

/** @param {View} view @param {string} id */
const present = (view, id) => (view.online(id) ? `${view.name(id)} (online)` : view.name(id));

/** Within a sentence. @param {View} view @param {string} id */
function called(view, id) {
  if (id === view.me.id) return "you";
  return id === "system" ? "the server" : view.name(id);
}

/** `a, b or c`. @param {string[]} words @param {"and" | "or"} last @param {number} [more] of which no words are here */
export function listed(words, last, more = 0) {
  const all = more > 0 ? [...words, `${more.toLocaleString("en")} more`] : words;
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${last} ${all.at(-1)}`;
}
