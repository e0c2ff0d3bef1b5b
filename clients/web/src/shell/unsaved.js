import { useLayoutEffect } from "preact/hooks";

/** Whether something on the page was changed, is not saved, and would be lost with the page. */
let unsaved = false;

/** Say so, as long as the component is on the page. @param {boolean} changed */
export function useUnsaved(changed) {
  useLayoutEffect(() => {
    unsaved = changed;
    if (!changed) return;
    // The browser asks in its own words.
    const ask = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => {
      unsaved = false;
      removeEventListener("beforeunload", ask);
    };
  }, [changed]);
}

/** It was saved, or is not wanted any more: nobody asks. */
export function forgetUnsaved() {
  unsaved = false;
}

/** Whether one may go elsewhere: who would lose something is asked. */
export function mayLeave() {
  if (!unsaved) return true;
  const leave = confirm("What you changed here is not saved. Leave without it?");
  if (leave) unsaved = false;
  return leave;
}
