import { useEffect, useRef, useState } from "preact/hooks";

/**
 * A button that shows something beside it: Escape, a click or the focus elsewhere hides it again.
 * `whole`: around both; `button`: gets the focus back.
 */
export function useDisclosure() {
  const [open, setOpen] = useState(false);
  const whole = useRef(/** @type {HTMLDivElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => {
    if (!open) return;
    /** @param {Event} event */
    const outside = (event) => {
      if (!whole.current?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    };
    /** @param {KeyboardEvent} event */
    const escape = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    addEventListener("pointerdown", outside);
    addEventListener("focusin", outside);
    addEventListener("keydown", escape, true);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("focusin", outside);
      removeEventListener("keydown", escape, true);
    };
  }, [open]);
  return { open, setOpen, whole, button };
}
