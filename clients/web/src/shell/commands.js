import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/**
 * @typedef {{
 *   title: string, section: string, run: () => void, keys?: string[], icon?: string, quiet?: boolean,
 * }} Command something that the user can do here and now: by its keys, and from the palette.
 * `title`: what it does, in a few words. `section`: where help and palette show it. `keys`: any of
 * them, as the event's `key` names it; `g i`: one after the other; `mod+k`: with Ctrl or ⌘.
 * `quiet`: help shows it, the palette does not.
 */

/** Those on the page, the ones of the innermost component last. @type {Set<{ current: Command[] }>} */
const offered = new Set();
/** A first key stands for the next one so long. */
const NEXT_KEY_MS = 1500;

/** @returns {Command[]} what can be done now; of two with the same title the inner one counts */
export function commands() {
  /** @type {Map<string, Command>} */
  const found = new Map();
  for (const { current } of offered) for (const command of current) found.set(command.title, command);
  return [...found.values()];
}

/** Offer commands while the component is on the page. @param {Command[]} list */
export function useCommands(list) {
  const mine = useRef(list);
  mine.current = list;
  useLayoutEffect(() => {
    offered.add(mine);
    return () => void offered.delete(mine);
  }, []);
}

/** Run commands by their keys: once, at the top of the page. */
export function useKeys() {
  useEffect(() => {
    let first = "";
    let at = 0;
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      const mod = event.ctrlKey || event.metaKey;
      if (event.altKey || (!mod && target.closest("input, textarea, select, [contenteditable]"))) return;
      const key = mod ? `mod+${event.key.toLowerCase()}` : event.key;
      const both = event.timeStamp - at < NEXT_KEY_MS ? `${first} ${key}` : key;
      first = key;
      at = event.timeStamp;
      const all = commands().reverse();
      const command = all.find(({ keys }) => keys?.includes(both)) ?? all.find(({ keys }) => keys?.includes(key));
      if (!command) return;
      event.preventDefault();
      at = 0;
      command.run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
