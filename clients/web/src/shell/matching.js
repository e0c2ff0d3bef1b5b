import uFuzzy from "@leeoniya/ufuzzy";

/**
 * @typedef {{ id: string, group: string, title: string, hint?: string, keys?: string[], icon?: string }} Item
 * @typedef {{ name: string, items: { item: Item, marks: [number, number][] }[], more: number }} Group
 */

/** How many a group shows; who wants others types on. */
const SHOWN = 7;
/** More than these are not ranked: whoever typed so little does not mean one of them. */
const RANKED = 2000;

/** All alphabets, and one letter wrong, missing, too many or swapped within a word. */
const fuzzy = new uFuzzy({
  unicode: true,
  interSplit: "[^\\p{L}\\d']+",
  intraSplit: "\\p{Ll}\\p{Lu}",
  intraBound: "\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}",
  intraChars: "[\\p{L}\\d']",
  intraContr: "'\\p{L}{1,2}\\b",
  intraMode: 1,
});

/** What is searched, made once for the whole time that the palette is open. @param {Item[]} items */
export function haystack(items) {
  return uFuzzy.latinize(items.map(({ title, hint }) => (hint ? `${title} ${hint}` : title)));
}

/**
 * The items that fit, in groups: the group of the best one first.
 * @param {Item[]} items @param {string[]} hay as `haystack` made it @param {string} text @returns {Group[]}
 */
export function matching(items, hay, text) {
  const [ids, info, order] = fuzzy.search(hay, uFuzzy.latinize(text), 3, RANKED);
  /** @type {Map<string, Group>} */
  const groups = new Map();
  const ranked = order && info ? order.map((at) => /** @type {const} */ ([info.idx[at], info.ranges[at]])) : (ids ?? []).map((id) => /** @type {const} */ ([id, []]));
  for (const [id, ranges] of ranked) {
    const item = items[/** @type {number} */ (id)];
    if (!item) continue;
    const group = groups.get(item.group) ?? { name: item.group, items: [], more: 0 };
    groups.set(item.group, group);
    if (group.items.length < SHOWN) group.items.push({ item, marks: pairs(ranges ?? []) });
    else group.more++;
  }
  return [...groups.values()];
}

/** @param {readonly number[]} ranges @returns {[number, number][]} */
function pairs(ranges) {
  return ranges.flatMap((at, index) => (index % 2 ? [] : [/** @type {[number, number]} */ ([at, ranges[index + 1] ?? at])]));
}

/** What is offered before anything is typed: what was used last, then all in the order of its groups. @param {Item[]} items @param {string[]} recent @returns {Group[]} */
export function unasked(items, recent) {
  const byId = new Map(items.map((item) => [item.id, item]));
  const lately = recent.flatMap((id) => byId.get(id) ?? []);
  /** @type {Map<string, Group>} */
  const groups = new Map();
  if (lately.length) groups.set("Recent", { name: "Recent", items: lately.map((item) => ({ item, marks: [] })), more: 0 });
  for (const item of items) {
    if (lately.includes(item) || item.group === "Entries") continue;
    const group = groups.get(item.group) ?? { name: item.group, items: [], more: 0 };
    groups.set(item.group, group);
    if (group.items.length < SHOWN) group.items.push({ item, marks: [] });
    else group.more++;
  }
  return [...groups.values()];
}
