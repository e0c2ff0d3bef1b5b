import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { measured, spot, within } from "./geometry.js";
import { collapsed, NOTHING, settled, shown as shownOf } from "./hold.js";

/** @typedef {import("./arrangement.js").Group} Group */
/** @typedef {import("./geometry.js").Geometry} Geometry */

/** Scrolled less than this, one is at the top. */
const TOP = 8;

/**
 * What is on the screen of what should be: rows keep their places while somebody points at the list or has scrolled.
 * @param {{
 *   wanted: Group[], asked: unknown, loaded: boolean, isLeft: (id: string) => boolean, heightOf: (id: string) => number,
 *   heading: number, scroller: { current: HTMLDivElement | null },
 * }} props `asked`: what the user wants to see; when it is another thing, all of it is shown at once
 */
export function useShown({ wanted, asked, loaded, isLeft, heightOf, heading, scroller }) {
  const [pointing, point] = useState(false);
  const [scrolled, scroll] = useState(false);
  const [, draw] = useState(0);
  const kept = useRef({
    shown: NOTHING,
    wanted: /** @type {Group[]} */ ([]),
    asked,
    held: false,
    loaded: false,
    geometry: /** @type {Geometry} */ ({ sections: [], height: 0 }),
    calm: false,
    anchor: /** @type {[string, number] | null} */ (null),
    top: false,
  }).current;

  // What comes page by page at the beginning is not news.
  const held = (pointing || scrolled) && kept.loaded;
  const before = kept.shown;
  if (kept.asked !== asked) {
    kept.shown = { ...settled(NOTHING, wanted), moved: true };
    kept.calm = false;
    kept.top = true;
  } else if (kept.wanted !== wanted || kept.held !== held) {
    kept.shown = shownOf(before, wanted, held);
    kept.calm = kept.loaded;
  }
  Object.assign(kept, { wanted, asked, held, loaded });
  if (kept.shown !== before && kept.shown.groups !== before.groups) remeasure();

  function remeasure() {
    const box = scroller.current;
    if (box && box.scrollTop > TOP && !kept.top) kept.anchor = atTop(kept.geometry, kept.shown.ids, box.scrollTop);
    kept.geometry = measured(kept.shown.groups, heightOf, heading);
  }

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    if (kept.top) box.scrollTop = 0;
    else if (kept.anchor) {
      const now = spot(kept.geometry, kept.anchor[0]);
      if (now) box.scrollTop = now[0] + kept.anchor[1];
    }
    kept.top = false;
    kept.anchor = null;
  });

  /** What left goes, and nothing else moves. */
  const collapse = () => {
    kept.shown = collapsed(kept.shown, isLeft);
    remeasure();
  };

  return {
    shown: kept.shown,
    geometry: kept.geometry,
    calm: kept.calm,
    /** Show all that waits, from the top. */
    release() {
      kept.shown = settled(kept.shown, kept.wanted);
      kept.calm = true;
      remeasure();
      kept.top = true;
      draw((times) => times + 1);
    },
    /** For the place that is pointed at. */
    pointer: {
      onPointerEnter: (/** @type {PointerEvent} */ { pointerType }) => point(pointerType !== "touch"),
      onPointerLeave: () => {
        if (scrolled) collapse();
        point(false);
      },
    },
    /** @param {number} top */
    onScroll: (top) => scroll(top > TOP),
  };
}

/** The first row in sight that stays, and how far it is above the top. @param {Geometry} geometry @param {Set<string>} ids @param {number} top @returns {[string, number] | null} */
function atTop(geometry, ids, top) {
  for (const { section, from, to } of within(geometry, top, Infinity)) {
    for (let place = from; place < to; place += 1) {
      const id = /** @type {string} */ (section.ids[place]);
      if (ids.has(id)) return [id, top - section.top - /** @type {number} */ (section.tops[place])];
    }
  }
  return null;
}
