import { useLayoutEffect, useRef } from "preact/hooks";

/** Where the focus goes when what had it is gone: to what can be done with the entry, or to its title. */
const OTHERWISE = [".act > .paths", "main h2[tabindex]"];

/** For a dialog that is open as long as it is on the page: the focus goes back to where it was. */
export function useModal() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => {
      if (!opened?.open) return settle();
      // While it is open nothing else takes the focus. Whoever takes it off the page knows that it closes.
      opened.addEventListener("close", (event) => event.stopImmediatePropagation(), { capture: true });
      opened.close();
      settle();
    };
  }, []);
  return dialog;
}

/** No key is lost: somewhere is the focus. */
function settle() {
  if (document.activeElement && document.activeElement !== document.body && document.activeElement.isConnected) return;
  for (const place of OTHERWISE) {
    const found = /** @type {HTMLElement | null} */ (document.querySelector(place));
    if (found) return found.focus();
  }
}
