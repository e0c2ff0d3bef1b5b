/**
 * What a conversation shows, from its messages. Pure.
 *
 * @typedef {import("lockstep-client").ChatMessage} ChatMessage
 * @typedef {{ text: string, href?: string, mention?: string }} Part
 */

/** The server's rule: `@` and a user's id or e-mail, not inside a word or an address. */
const MENTION = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}_][\p{L}\p{N}_.+@-]*)/gu;
/** Web addresses, and no others: what else a link can do is nothing for a click. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/giu;
/** What ends a sentence is no part of the address before it. */
const TRAILING = /[.,;:!?'")\]}»”]+$/u;

/** A longer text is folded. */
const LONG = 1100;
const LINES = 14;

/** A text with its links and mentions apart. @param {string} text @returns {Part[]} */
export function parts(text) {
  /** @type {Part[]} */
  const found = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const href = trimmed(match[0]);
    found.push(...mentions(text.slice(end, match.index)), { text: href, href });
    end = match.index + href.length;
  }
  return [...found, ...mentions(text.slice(end))].filter((part) => part.text);
}

/** @param {string} address */
function trimmed(address) {
  const bare = address.replace(TRAILING, "");
  // A bracket that was opened within the address belongs to it.
  const cut = address.slice(bare.length);
  return cut.startsWith(")") && bare.split("(").length > bare.split(")").length ? `${bare})` : bare;
}

/** @param {string} text @returns {Part[]} */
function mentions(text) {
  /** @type {Part[]} */
  const found = [];
  let end = 0;
  for (const match of text.matchAll(MENTION)) {
    const mention = (match[1] ?? "").replace(/[.-]+$/, "");
    found.push({ text: text.slice(end, match.index) }, { text: `@${mention}`, mention });
    end = match.index + 1 + mention.length;
  }
  return [...found, { text: text.slice(end) }];
}

/** @param {string} text */
export const long = (text) => text.length > LONG || text.split("\n").length > LINES;

/** The day of a time, as people call it. @param {string} at @param {number} now @param {string} [locale] */
export function dayOf(at, now, locale) {
  const day = new Date(at);
  const days = Math.round((midnight(new Date(now)) - midnight(day)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = day.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year });
}

/** @param {Date} date */
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/**
 * Who else has read how far: the users at the last message that each has read, of those that are
 * here. At one's own message that says nothing.
 * @param {ChatMessage[]} messages in the order of their numbers @param {Map<string, number> | undefined} reads @param {string} me
 * @returns {Map<number, string[]>} user ids, by the number of the message
 */
export function readBy(messages, reads, me) {
  /** @type {Map<number, string[]>} */
  const found = new Map();
  for (const [user, mark] of reads ?? []) {
    if (user === me) continue;
    const last = messages.findLast(({ m }) => m <= mark);
    if (last && last.from !== user) found.set(last.m, [...(found.get(last.m) ?? []), user]);
  }
  return found;
}
