import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

/** @typedef {{ x: number, y: number, scale: number }} View where the picture's origin is in the window, in pixels, and how large the picture is */
/** @typedef {{ width: number, height: number }} Size */

const [LEAST, MOST] = [0.05, 3];
/** What can still be read: a picture that would be smaller begins at a place of interest. */
const READABLE = 0.45;
/** How large it is then, at least. */
const BEGUN = 0.75;
/** A small picture is not blown up beyond that. */
const LARGEST_FIT = 1.15;
/** What the buttons cover. */
const BUTTONS = { width: 160, height: 40 };
const STEP = 1.25;
/** A pointer that moved less is a click. */
const SLACK = 4;

/** All of it, in the middle; below the buttons at the upper right, where it would lie under them. @param {Size} plan @param {Size} room @returns {View} */
export function fitted(plan, room) {
  const scaleIn = (/** @type {number} */ height) => Math.max(LEAST, Math.min(room.width / plan.width, height / plan.height, LARGEST_FIT));
  const under = (room.width - plan.width * scaleIn(room.height)) / 2 < BUTTONS.width ? BUTTONS.height : 0;
  const height = room.height - under;
  const scale = scaleIn(height);
  return { scale, x: (room.width - plan.width * scale) / 2, y: under + (height - plan.height * scale) / 2 };
}

/** Larger or smaller by `factor`, around a point of the window. @param {View} view @param {number} factor @param {{ x: number, y: number }} at @returns {View} */
export function zoomed(view, factor, at) {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  const by = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** How it begins: all of it, or, where that could not be read, what is around a point of it. @param {Size} plan @param {Size} room @param {{ x: number, y: number }} point @returns {View} */
export function begun(plan, room, point) {
  const fit = fitted(plan, room);
  if (fit.scale >= READABLE) return fit;
  const scale = Math.min(1, Math.max(BEGUN, room.width / plan.width));
  const x = plan.width * scale <= room.width ? (room.width - plan.width * scale) / 2 : room.width / 2 - point.x * scale;
  return { scale, x, y: Math.min(16, room.height / 3 - point.y * scale) };
}

/**
 * A window onto a picture that can be moved and made larger: by wheel, pointer, two fingers and calls.
 * It follows the picture's and its own size until the user moves it.
 * @param {Size} plan @param {() => { x: number, y: number }} interest what to show first of a large picture
 * @param {boolean} greedy whether the wheel is for the picture also while nothing in it has the focus
 */
export function useView(plan, interest, greedy) {
  /** @type {import("preact").RefObject<SVGSVGElement>} */
  const canvas = useRef(null);
  const [view, setView] = useState(/** @type {View} */ ({ x: 0, y: 0, scale: 1 }));
  const touched = useRef(false);
  const room = useRef({ width: 0, height: 0 });
  /** @type {{ current: Map<number, { x: number, y: number }> }} */
  const fingers = useRef(new Map());
  const dragged = useRef(false);

  const begin = useCallback(() => {
    if (!touched.current && room.current.width) setView(begun(plan, room.current, interest()));
  }, [plan]);
  useLayoutEffect(() => {
    const node = canvas.current;
    if (!node) return;
    const look = () => {
      const { width, height } = node.getBoundingClientRect();
      if (width === room.current.width && height === room.current.height) return;
      room.current = { width, height };
      begin();
    };
    look();
    begin();
    const observer = new ResizeObserver(look);
    observer.observe(node);
    return () => observer.disconnect();
  }, [begin]);

  /** @param {(view: View) => View} change */
  const move = (change) => {
    touched.current = true;
    setView(change);
  };
  const middle = () => ({ x: room.current.width / 2, y: room.current.height / 2 });
  /** @param {PointerEvent | WheelEvent} event */
  const place = (event) => {
    const { left = 0, top = 0 } = canvas.current?.getBoundingClientRect() ?? {};
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const on = {
    /** @param {WheelEvent} event */
    onWheel(event) {
      const node = canvas.current;
      if (!greedy && !event.ctrlKey && !event.metaKey && !node?.contains(document.activeElement)) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      const at = place(event);
      move((now) => zoomed(now, Math.exp((-event.deltaY * lines * (event.ctrlKey ? 4 : 1)) / 600), at));
    },
    /** @param {PointerEvent} event */
    onPointerDown(event) {
      if (event.button > 0) return;
      if (!fingers.current.size) dragged.current = false;
      fingers.current.set(event.pointerId, place(event));
    },
    /** @param {PointerEvent} event */
    onPointerMove(event) {
      const before = fingers.current.get(event.pointerId);
      if (!before) return;
      const now = place(event);
      if (!dragged.current && Math.hypot(now.x - before.x, now.y - before.y) < SLACK) return;
      if (!dragged.current) canvas.current?.setPointerCapture(event.pointerId);
      dragged.current = true;
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      fingers.current.set(event.pointerId, now);
      if (!other) return move(({ x, y, scale }) => ({ scale, x: x + now.x - before.x, y: y + now.y - before.y }));
      // Two fingers: what was between them stays between them.
      const apart = (/** @type {{ x: number, y: number }} */ one) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
      const between = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      const moved = { x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 };
      move(({ x, y, scale }) => zoomed({ scale, x: x + moved.x, y: y + moved.y }, apart(now) / apart(before), between));
    },
    /** @param {PointerEvent} event */
    onPointerUp: (event) => void fingers.current.delete(event.pointerId),
    /** @param {PointerEvent} event */
    onPointerCancel: (event) => void fingers.current.delete(event.pointerId),
    /** What ends a drag is no click. @param {MouseEvent} event */
    onClickCapture(event) {
      if (!dragged.current) return;
      dragged.current = false;
      event.stopPropagation();
    },
  };
  return {
    canvas,
    view,
    on,
    larger: () => move((now) => zoomed(now, STEP, middle())),
    smaller: () => move((now) => zoomed(now, 1 / STEP, middle())),
    fit: () => {
      touched.current = false;
      setView(fitted(plan, room.current));
    },
    /** Move a box into the window, if it is not there. @param {{ x: number, y: number, width: number, height: number }} box */
    reveal(box) {
      setView((now) => {
        const [x, y] = [box.x * now.scale + now.x, box.y * now.scale + now.y];
        const [halfWidth, halfHeight] = [(box.width / 2) * now.scale + 12, (box.height / 2) * now.scale + 12];
        const { width, height } = room.current;
        const inside = x >= halfWidth && x <= width - halfWidth && y >= halfHeight && y <= height - halfHeight;
        return inside ? now : { ...now, x: width / 2 - box.x * now.scale, y: height / 2 - box.y * now.scale };
      });
    },
  };
}
