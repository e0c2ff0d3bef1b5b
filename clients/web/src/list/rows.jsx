import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { within } from "./geometry.js";

/** @typedef {import("./geometry.js").Geometry} Geometry */

/** So much more than one sees is drawn above and below, in pixels: scrolling shows no gap. */
const MARGIN = 400;

/**
 * The rows that can be seen, of however many there are. `row` draws the one at `place` (from 1) of `size`.
 * @param {{
 *   geometry: Geometry, label: string, calm: boolean, scroller: { current: HTMLDivElement | null },
 *   row: (id: string, where: { top: number, height: number, place: number, size: number }) => any,
 *   onScroll?: (top: number, left: number) => void,
 * }} props `calm`: rows move to a new place, else they are there. `onScroll`: with how much is left below
 */
export function Rows({ geometry, label, calm, scroller, row, onScroll }) {
  const [, draw] = useState(0);
  const drawn = useRef("");
  const view = useRef({ top: 0, height: 800 });
  const latest = useRef({ geometry, onScroll });
  latest.current = { geometry, onScroll };

  /** The rows to be drawn. */
  const seen = () => within(latest.current.geometry, view.current.top - MARGIN, view.current.top + view.current.height + MARGIN);
  const slices = seen();
  drawn.current = said(slices);

  useLayoutEffect(() => {
    const box = /** @type {HTMLDivElement} */ (scroller.current);
    const look = () => {
      view.current = { top: box.scrollTop, height: box.clientHeight };
      if (said(seen()) !== drawn.current) draw((times) => times + 1);
    };
    const scrolled = () => {
      look();
      latest.current.onScroll?.(box.scrollTop, box.scrollHeight - box.scrollTop - box.clientHeight);
    };
    look();
    box.addEventListener("scroll", scrolled, { passive: true });
    const resized = new ResizeObserver(look);
    resized.observe(box);
    return () => {
      box.removeEventListener("scroll", scrolled);
      resized.disconnect();
    };
  }, []);

  return (
    <div class="rows-scroll" ref={scroller} tabIndex={-1}>
      <div class={calm ? "rows calm" : "rows"} style={{ height: `${geometry.height}px` }}>
        {slices.map(({ section, from, to }) => (
          <section key={section.key} class="section" style={{ top: `${section.top}px`, height: `${section.height}px` }}>
            {section.title && (
              <h3 id={`section-${section.key}`}>
                {section.title} <span class="count">{section.ids.length}</span>
              </h3>
            )}
            <ul aria-label={section.title || label}>
              {section.ids.slice(from, to).map((id, index) => {
                const place = from + index;
                const top = /** @type {number} */ (section.tops[place]);
                const height = /** @type {number} */ (section.tops[place + 1]) - top;
                return row(id, { top, height, place: place + 1, size: section.ids.length });
              })}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

/** @param {ReturnType<typeof within>} slices */
const said = (slices) => slices.map(({ section, from, to }) => `${section.key} ${from} ${to}`).join();

/**
 * Have a row in sight: nothing moves when it is.
 * @param {HTMLElement} scroller @param {[number, number]} spot where it begins and ends @param {number} covered by a heading at the top
 */
export function reveal(scroller, [from, to], covered) {
  if (from - covered < scroller.scrollTop) scroller.scrollTop = from - covered;
  else if (to > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = to - scroller.clientHeight;
}
