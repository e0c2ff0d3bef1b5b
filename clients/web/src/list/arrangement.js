/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("./choices.js").Choices} Choices */
/** @typedef {{ key: string, title: string, ids: string[] }} Group */
/**
 * @typedef {{
 *   entry: Entry, unread: boolean, at: string, changed: string, title: string, text: string | null, passes: boolean,
 *   group: string,
 * }} Item what is known of an entry for as long as it is the same; `text`: to be searched, made when it is needed
 */

import { words } from "./choices.js";

/**
 * The entries of an inbox, filtered, sorted and grouped. Pure. A change costs a search in what is sorted already, and
 * the groups one walk over all: not the sorting of all.
 */
export class Arrangement {
  /**
   * @param {{ me: () => string, unread: (entry: Entry) => boolean, name: (id: string) => string, now?: () => number }} asks
   * @param {Choices} choices
   */
  constructor(asks, choices) {
    this._asks = asks;
    this._choices = choices;
    /** @type {Map<string, Item>} */
    this._items = new Map();
    /** @type {Item[]} */
    this._sorted = [];
    /** @type {Group[] | null} */
    this._groups = null;
    this._words = words(choices.text);
    this._compare = ORDERS[choices.sort];
  }

  get size() {
    return this._items.size;
  }

  /** Whether an entry is there and is not filtered out. @param {string} id */
  has(id) {
    return this._items.get(id)?.passes === true;
  }

  /** All items, whether they are filtered out or not. */
  get items() {
    return this._sorted;
  }

  /** @param {Iterable<Entry>} entries all there are now */
  fill(entries) {
    this._items.clear();
    for (const entry of entries) this._items.set(entry.id, this._item(entry));
    this._sorted = [...this._items.values()].sort(this._compare);
    this._groups = null;
  }

  /** @param {Choices} choices */
  choose(choices) {
    const before = this._choices;
    this._choices = choices;
    this._words = words(choices.text);
    this._compare = ORDERS[choices.sort];
    for (const item of this._sorted) {
      item.group = this._group(item);
      item.passes = this._passes(item);
    }
    if (before.sort !== choices.sort) this._sorted.sort(this._compare);
    this._groups = null;
  }

  /** The ids of entries that are not as they are here. @param {Map<string, Entry>} entries @returns {string[]} */
  differing(entries) {
    const ids = [];
    for (const id of this._items.keys()) if (!entries.has(id)) ids.push(id);
    for (const [id, entry] of entries) {
      const item = this._items.get(id);
      if (item?.entry !== entry || item.unread !== this._asks.unread(entry)) ids.push(id);
    }
    return ids;
  }

  /**
   * Some changed, came or left.
   * @param {Iterable<string>} ids @param {(id: string) => Entry | undefined} find
   * @param {Map<string, Entry>} [left] takes those that left, as they were last
   */
  change(ids, find, left) {
    for (const id of ids) {
      const before = this._items.get(id);
      const entry = find(id);
      if (!before && !entry) continue;
      if (before && !entry) left?.set(id, before.entry);
      const item = entry && this._item(entry, before);
      if (before) {
        // Mostly it stays where it is.
        const at = this._at(before);
        if (item && this._fits(item, at)) this._sorted[at] = item;
        else this._sorted.splice(at, 1);
        if (item && this._sorted[at] !== item) this._insert(item);
      } else if (item) this._insert(item);
      if (item) this._items.set(id, item);
      else this._items.delete(id);
      this._groups = null;
    }
  }

  /** What is shown, in order. @returns {Group[]} */
  get groups() {
    this._groups ??= this._grouped();
    return this._groups;
  }

  /** How many are shown. */
  get count() {
    return this.groups.reduce((sum, { ids }) => sum + ids.length, 0);
  }

  /** Time has passed: what is grouped by age may be in another group. */
  tick() {
    if (this._choices.group === "age") this.choose(this._choices);
  }

  /** @returns {Group[]} */
  _grouped() {
    /** @type {Map<string, Group>} */
    const groups = new Map();
    for (const item of this._sorted) {
      if (!item.passes) continue;
      const group = groups.get(item.group);
      if (group) group.ids.push(item.entry.id);
      else groups.set(item.group, { key: item.group, title: this._title(item), ids: [item.entry.id] });
    }
    const { group } = this._choices;
    if (group === "none") return [...groups.values()];
    const rank = group === "age" ? AGES : group === "holder" ? HOLDERS : [];
    const place = (/** @type {Group} */ { key }) => (rank.includes(key) ? rank.indexOf(key) : rank.length - 1.5);
    return [...groups.values()].sort((a, b) => place(a) - place(b) || collate(a.title, b.title) || order(a.key, b.key));
  }

  /** @param {Entry} entry @param {Item} [before] @returns {Item} */
  _item(entry, before) {
    const unread = this._asks.unread(entry);
    const said = entry.chat.last?.at ?? "";
    const item = {
      entry,
      unread,
      at: entry.createdAt ?? said,
      changed: entry.updatedAt ?? said,
      title: entry.title,
      text: before?.entry === entry ? before.text : null,
      passes: false,
      group: "",
    };
    item.group = this._group(item);
    item.passes = this._passes(item);
    return item;
  }

  /** @param {Item} item */
  _passes(item) {
    const { workflow, step, label, holder, unread } = this._choices;
    const { entry } = item;
    if (workflow && entry.workflow !== workflow) return false;
    if (step && entry.step !== step) return false;
    if (label && entry.name !== label) return false;
    if (unread && !item.unread) return false;
    if (holder) {
      const by = entry.locked?.by ?? [];
      if (holder === "nobody" ? by.length : !by.includes(holder === "me" ? this._asks.me() : holder.slice(5))) return false;
    }
    if (!this._words.length) return true;
    const text = (item.text ??= searchable(entry));
    return this._words.every((word) => text.includes(word));
  }

  /** @param {Item} item */
  _group({ entry, at }) {
    switch (this._choices.group) {
      case "workflow":
        return entry.workflow ?? "";
      case "step":
        return entry.guest ? "" : entry.name;
      case "holder": {
        const by = entry.locked?.by ?? [];
        if (!by.length) return "nobody";
        return by.includes(this._asks.me()) ? "me" : /** @type {string} */ (by[0]);
      }
      case "age":
        return ageGroup(at, this._asks.now?.() ?? Date.now());
      default:
        return "";
    }
  }

  /** @param {Item} item */
  _title({ group, entry }) {
    switch (this._choices.group) {
      case "holder":
        return group === "me" ? "Held by you" : group === "nobody" ? "Free" : `Held by ${this._asks.name(group)}`;
      case "workflow":
        return entry.workflow ? humanly(entry.workflow) : "Conversations";
      case "step":
        return group || "Conversations";
      default:
        return group;
    }
  }

  /** Where an item that is there stands. @param {Item} item */
  _at(item) {
    const at = this._place(item);
    return this._sorted[at] === item ? at : this._sorted.indexOf(item);
  }

  /** @param {Item} item */
  _place(item) {
    let from = 0;
    let to = this._sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this._compare(/** @type {Item} */ (this._sorted[middle]), item) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** @param {Item} item */
  _insert(item) {
    this._sorted.splice(this._place(item), 0, item);
  }

  /** Whether an item may stand there. @param {Item} item @param {number} at */
  _fits(item, at) {
    const [before, after] = [this._sorted[at - 1], this._sorted[at + 1]];
    return (!before || this._compare(before, item) < 0) && (!after || this._compare(item, after) < 0);
  }
}

const { compare: collate } = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
/** @param {string} a @param {string} b */
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** @param {Item} a @param {Item} b */
const newest = (a, b) => order(b.at, a.at) || order(a.entry.id, b.entry.id);

/** @type {Record<Choices["sort"], (a: Item, b: Item) => number>} */
const ORDERS = {
  newest,
  oldest: (a, b) => order(a.at, b.at) || order(a.entry.id, b.entry.id),
  changed: (a, b) => order(b.changed, a.changed) || order(a.entry.id, b.entry.id),
  unread: (a, b) => Number(b.unread) - Number(a.unread) || newest(a, b),
  title: (a, b) => collate(a.title, b.title) || order(a.title, b.title) || order(a.entry.id, b.entry.id),
};

const AGES = ["Today", "Yesterday", "This week", "This month", "Older"];
const HOLDERS = ["me", "", "nobody"];
const DAY_MS = 86_400_000;

/** @param {string} at @param {number} now */
function ageGroup(at, now) {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const time = Date.parse(at);
  if (time >= midnight) return "Today";
  if (time >= midnight - DAY_MS) return "Yesterday";
  if (time >= midnight - 6 * DAY_MS) return "This week";
  return time >= midnight - 30 * DAY_MS ? "This month" : "Older";
}

/** `service-call` as people write it. @param {string} name */
export function humanly(name) {
  const spaced = name.replace(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** All of an entry that one may search for. @param {Entry} entry */
export function searchable({ title, name, description, summaryTitle, summary, data, workflow }) {
  /** @type {any[]} */
  const parts = [title, name, description, summaryTitle, summary, workflow];
  gather(data, parts);
  return parts.filter(Boolean).join("\n").toLowerCase();
}

/** The values in some data. @param {any} data @param {any[]} parts */
function gather(data, parts) {
  if (data === null || data === undefined || typeof data === "boolean") return;
  if (typeof data === "object") for (const value of Object.values(data)) gather(value, parts);
  else parts.push(String(data));
}
