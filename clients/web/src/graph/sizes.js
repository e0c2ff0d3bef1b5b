import { wrap } from "./measuring.js";

/** @typedef {import("./measuring.js").Measure} Measure */
/** @typedef {{ width: number, height: number, name: string[], scope: string[], icons: string[] }} Text what is written in a box, in lines, and how large that makes it */

/** Sizes of text in pixels: names, labels of paths, and everything else. */
export const NAME = 15;
export const LABEL = 13;
export const SMALL = 12;
/** From one line of text to the next. */
export const NAME_LINE = 20;
export const SMALL_LINE = 17;
/** The height of one path's label with its ground, and the width of its icon. */
export const ROW = 25;
export const MARK = 17;
/** Around what is written in a box. */
export const PADDING = 14;
/** The row of small icons of what a step does. */
export const ICONS_LINE = 22;

const [BOX_MOST, BOX_LEAST, LABEL_MOST] = [210, 84, 190];
/** How far a line from a step to itself swings out. */
const REACH = 42;

/** @param {import("./model.js").Step} step @param {Measure} measure @returns {Text} */
export function sizeOf(step, measure) {
  const name = wrap(step.name, BOX_MOST, 2, (text) => measure(text, NAME, 650));
  const about = step.missing ? "there is no such step" : step.workflow ? "another workflow" : step.scope;
  const scope = wrap(about, BOX_MOST - MARK, 2, (text) => measure(text, SMALL));
  const icons = [...new Set(step.doings.map(({ icon }) => icon))];
  const wide = Math.max(
    BOX_LEAST,
    icons.length * 20,
    ...name.map((row) => measure(row, NAME, 650)),
    ...scope.map((row) => measure(row, SMALL) + MARK),
  );
  const height = 2 * 11 + name.length * NAME_LINE + scope.length * SMALL_LINE + (icons.length ? ICONS_LINE : 0);
  return { name, scope, icons, width: Math.ceil(wide) + 2 * PADDING, height };
}

/** The labels of an edge, one row a path. @param {import("./model.js").Edge} edge @param {Measure} measure */
export function waysOf({ ways }, measure) {
  const rows = ways.map((way) => {
    const text = wrap(way.label, LABEL_MOST, 1, (part) => measure(part, LABEL, 500))[0] ?? "";
    return { way, text, width: Math.ceil(measure(text, LABEL, 500)) + MARK + 16 };
  });
  return { rows, width: Math.max(...rows.map(({ width }) => width)), height: rows.length * ROW };
}

/** What a line from a step to itself takes beside the box. @param {import("./model.js").Edge} edge @param {Measure} measure */
export function loopOf(edge, measure) {
  const { rows, width, height } = waysOf(edge, measure);
  return { rows, height: height + 6, reach: REACH, width: REACH * 0.75 + width + 10 };
}
