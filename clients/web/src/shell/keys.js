/**
 * @typedef {{
 *   title: string, section: string, run: () => void, keys?: string[], icon?: string, quiet?: boolean,
 *   hint?: string,
 * }} Command something that the user can do here and now: by its keys, and from the palette.
 * `title`: what it does, in a few words. `section`: where help and palette show it. `keys`: any of
 * them, as the event's `key` names it; `g i`: one after the other; `mod+k`: with Ctrl or ⌘.
 * `quiet`: help shows it, the palette does not. `hint`: what the palette says beside it.
 */

/**
 * What a key means after those before it. Of several commands with the same key the last counts, as the
 * innermost component offers it.
 * @template {Command} C
 * @param {C[]} all @param {string} before keys that wait for the next one, or "" @param {string} key
 * @returns {{ command: C } | { waits: string, next: C[] } | null} `next`: where `waits` may lead
 */
export function meaning(all, before, key) {
  const typed = before ? `${before} ${key}` : key;
  const command = all.findLast(({ keys }) => keys?.includes(typed));
  if (command) return { command };
  const next = all.filter(({ keys }) => keys?.some((known) => known.startsWith(`${typed} `)));
  if (next.length) return { waits: typed, next };
  return before ? meaning(all, "", key) : null;
}

/** The name of a key as commands write it. @param {{ key: string, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean }} event */
export function keyOf({ key, ctrlKey, metaKey, shiftKey }) {
  if (ctrlKey || metaKey) return `mod+${key.toLowerCase()}`;
  // Caps Lock does not make another key of it.
  return key.length === 1 && !shiftKey ? key.toLowerCase() : key;
}

/**
 * Keys that cannot do all that is promised: of two commands at once, or one that another's keys begin with.
 * @param {Command[]} all @returns {string[]} each said in words
 */
export function clashes(all) {
  const bound = all.flatMap(({ title, keys = [] }) => keys.map((key) => ({ title, key })));
  return bound.flatMap(({ title, key }, index) =>
    bound
      .filter((other, at) => (other.key === key && at > index) || other.key.startsWith(`${key} `))
      .map((other) => `“${key}” is ${title}; “${other.key}” is ${other.title}`),
  );
}

/** @type {Record<string, string>} */
const SHOWN = {
  ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Enter: "↵", Backspace: "⌫", " ": "Space",
};

/** The caps to draw for keys: those that are pressed one after the other. @param {string} keys @param {boolean} apple */
export function caps(keys, apple) {
  return keys.split(" ").map((key) => {
    const [, held, plain = key] = /^(mod|Shift)\+(.+)$/.exec(key) ?? [];
    const letter = SHOWN[plain] ?? (held ? plain.toUpperCase() : plain);
    if (held === "mod") return apple ? `⌘${letter}` : `Ctrl ${letter}`;
    return held ? `${held} ${letter}` : letter;
  });
}

/** Sections in the order in which they are read: what belongs to what is open first, the page last; others between. */
const FIRST = ["Paths", "Entry", "Conversation", "List"];
const LAST = ["Start", "Rooms", "Go to", "Settings", "General"];

/** Where a section stands. @param {string} section */
export function rank(section) {
  const first = FIRST.indexOf(section);
  return first < 0 ? LAST.indexOf(section) + 1 : first - FIRST.length;
}
