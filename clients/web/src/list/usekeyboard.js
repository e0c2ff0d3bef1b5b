import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { neighbour } from "./hold.js";
import { reveal } from "./rows.jsx";
import { spot } from "./geometry.js";
import { useCommands } from "../shell/commands.js";

/**
 * Going through the list by key, and where the focus is.
 * @param {{
 *   order: string[], current: string | undefined, geometry: import("./geometry.js").Geometry, heading: number,
 *   scroller: { current: HTMLDivElement | null }, isLeft: (id: string) => boolean,
 *   go: (route: import("../shell/route.js").Route) => void,
 * }} props
 */
export function useKeyboard({ order, current, geometry, heading, scroller, isLeft, go }) {
  const [focused, setFocused] = useState(/** @type {string | undefined} */ (undefined));
  const was = useRef(-1);
  const follow = useRef(false);
  /** Whether the focus is here, or was and its row is gone. */
  const within = useRef(false);
  const here = current === undefined ? -1 : order.indexOf(current);
  if (here >= 0) was.current = here;

  /** @param {string | undefined} id */
  const to = (id) => {
    if (id === undefined) return;
    follow.current = Boolean(scroller.current?.contains(document.activeElement));
    go(id.startsWith("room:") ? { room: id.slice("room:".length) } : { entry: id });
  };
  /** @param {number} by */
  const move = (by) => {
    const id = neighbour(order, current, by, isLeft, was.current);
    to(id);
    return id;
  };
  useCommands([
    { title: "Next entry", section: "List", keys: ["j", "ArrowDown"], run: () => move(1), quiet: true },
    { title: "Previous entry", section: "List", keys: ["k", "ArrowUp"], run: () => move(-1), quiet: true },
  ]);

  /** @param {string} id */
  const focus = (id) =>
    void requestAnimationFrame(() => {
      const box = scroller.current;
      const button = box?.querySelector(`[data-row="${CSS.escape(id)}"]`);
      (/** @type {HTMLElement | undefined} */ (button) ?? box)?.focus({ preventScroll: true });
    });

  useEffect(() => {
    const place = current === undefined ? null : spot(geometry, current);
    if (!place || !current || !scroller.current) return;
    reveal(scroller.current, place, heading);
    if (follow.current) focus(current);
    follow.current = false;
  }, [current]);

  useEffect(() => {
    const note = () => void (within.current = Boolean(scroller.current?.contains(document.activeElement)));
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);

  // A row that had the focus and is gone, or was scrolled away, hands it on.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!within.current || focused === undefined || document.activeElement !== document.body || !box) return;
    const next = isLeft(focused) || !order.includes(focused) ? neighbour(order, focused, 1, isLeft, was.current) : undefined;
    const button = next && box.querySelector(`[data-row="${CSS.escape(next)}"]`);
    (/** @type {HTMLElement | undefined} */ (button || undefined) ?? box).focus({ preventScroll: true });
  });

  const pageful = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (geometry.height / Math.max(1, order.length))) - 1);
  return {
    /** The row that the Tab key leads to. */
    reached: [current, focused].find((id) => id !== undefined && order.includes(id) && !isLeft(id)) ?? order.find((id) => !isLeft(id)),
    open: to,
    move,
    /** @param {KeyboardEvent} event */
    onKeyDown: (event) => {
      const by = { Home: -order.length, End: order.length, PageUp: -pageful(), PageDown: pageful() }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      to(neighbour(order, current ?? focused ?? order[0], by, isLeft, was.current));
    },
    /** @param {FocusEvent} event */
    onFocusIn: (event) => setFocused(/** @type {HTMLElement} */ (event.target).dataset.row),
  };
}
