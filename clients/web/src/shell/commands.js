import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { keyOf, meaning } from "./keys.js";

/** @typedef {import("./keys.js").Command} Command */

/** Those on the page, the ones of the innermost component last. @type {Set<{ current: Command[] }>} */
const offered = new Set();
/** A first key stands for the next one so long; long enough to read what may follow. */
const NEXT_KEY_MS = 4000;
/** Where one types, letters are text. */
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
/** Where one types, these are for the text, too. */
const EDITING = new Set(["mod+a"]);
/** What has arrow keys of its own. */
const ARROWED = '[role="tablist"], [role="menu"], [role="listbox"], [role="radiogroup"], [role="tree"], [role="grid"], [role="slider"]';

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

/**
 * Run commands by their keys: once, at the top of the page.
 * @returns {{ keys: string, next: Command[] } | null} keys that were pressed and wait for another, and where that leads
 */
export function useKeys() {
  const [waiting, setWaiting] = useState(/** @type {{ keys: string, next: Command[] } | null} */ (null));
  useEffect(() => {
    let before = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const forget = () => {
      clearTimeout(timer);
      before = "";
      setWaiting(null);
    };
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (["Shift", "Control", "Meta", "Alt"].includes(event.key)) return;
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return forget();
      const target = /** @type {HTMLElement} */ (event.target);
      const mod = event.ctrlKey || event.metaKey;
      if (event.altKey || ((!mod || EDITING.has(keyOf(event))) && target.closest?.(FIELDS))) return forget();
      if (event.key.startsWith("Arrow") && target.closest?.(ARROWED)) return forget();
      if (before && event.key === "Escape") {
        event.preventDefault();
        return forget();
      }
      const found = meaning(commands(), before, keyOf(event));
      forget();
      if (!found) return;
      event.preventDefault();
      if ("command" in found) return found.command.run();
      before = found.waits;
      setWaiting({ keys: found.waits, next: found.next });
      timer = setTimeout(forget, NEXT_KEY_MS);
    };
    addEventListener("keydown", onKey);
    return () => {
      clearTimeout(timer);
      removeEventListener("keydown", onKey);
    };
  }, []);
  return waiting;
}
