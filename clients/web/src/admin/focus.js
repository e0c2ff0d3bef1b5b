import { useEffect } from "preact/hooks";

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)";

/**
 * Keep the focus in what is drawn: where a row vanishes that had it, the row that took its place gets it; where all of
 * the list vanishes, the page's heading.
 * @param {{ current: HTMLElement | null }} whole
 */
export function useKeptFocus(whole) {
  useEffect(() => {
    const root = whole.current;
    if (!root) return;
    /** Where the focus was. @type {{ part: HTMLElement, list: Element | null, index: number } | null} */
    let last = null;
    /** @param {FocusEvent} event */
    const came = (event) => {
      const part = /** @type {HTMLElement} */ (event.target);
      if (part.closest("dialog")) return;
      const row = part.closest("tr, li");
      last = { part, list: row?.parentElement ?? null, index: row ? [...(row.parentElement?.children ?? [])].indexOf(row) : 0 };
    };
    /** Whoever clicks beside everything wants the focus nowhere. @param {Event} event */
    const clicked = (event) => {
      if (!(/** @type {HTMLElement} */ (event.target).closest(FOCUSABLE))) last = null;
    };
    const look = () => {
      const active = document.activeElement;
      if (!last || (active && active !== document.body) || document.querySelector("dialog[open]")) return;
      const { part, list, index } = last;
      if (part.isConnected) {
        // It was closed for as long as something was being done.
        if (part.matches(FOCUSABLE)) part.focus();
        return;
      }
      const row = list?.isConnected ? list.children[Math.min(index, list.children.length - 1)] : undefined;
      const next = row?.querySelector(FOCUSABLE) ?? root.querySelector("h2");
      /** @type {HTMLElement | null} */ (next)?.focus();
    };
    const watching = new MutationObserver(look);
    watching.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
    root.addEventListener("focusin", came);
    root.addEventListener("pointerdown", clicked);
    return () => {
      watching.disconnect();
      root.removeEventListener("focusin", came);
      root.removeEventListener("pointerdown", clicked);
    };
  }, []);
}
