/** How wide texts are, and where they break. */

/** @typedef {(text: string, size: number, weight?: number) => number} Measure the width of a text in pixels */

/** A guess on the safe side, for where there is no page. @type {Measure} */
export const guess = (text, size) => size * [...text].reduce((sum, letter) => sum + (/[iljtfI.,:;'|!()[\] ]/.test(letter) ? 0.36 : /[mwMW@%]/.test(letter) ? 0.95 : letter > "⺀" ? 1.05 : 0.6), 0);

/** Measured by the page's own font. @returns {Measure} */
export function measured() {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return guess;
  const family = getComputedStyle(document.body).fontFamily;
  /** @type {Map<string, number>} */
  const known = new Map();
  return (text, size, weight = 400) => {
    const key = `${size} ${weight} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      context.font = `${weight} ${size}px ${family}`;
      width = context.measureText(text).width;
      known.set(key, width);
    }
    return width;
  };
}

/**
 * A text in at most `lines` lines no wider than `most`, broken between words where that is possible;
 * an ellipsis says that there was more.
 * @param {string} text @param {number} most @param {number} lines @param {(text: string) => number} width @returns {string[]}
 */
export function wrap(text, most, lines, width) {
  const rows = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const row = rows.at(-1) ?? "";
    const longer = row ? `${row} ${word}` : word;
    if (width(longer) <= most) {
      rows[rows.length - 1] = longer;
      continue;
    }
    if (row) rows.push("");
    for (const letter of word) {
      if (rows.at(-1) && width(rows.at(-1) + letter) > most) rows.push("");
      rows[rows.length - 1] += letter;
    }
  }
  if (rows.length <= lines) return rows;
  let last = rows[lines - 1] ?? "";
  while (last && width(`${last}…`) > most) last = [...last].slice(0, -1).join("");
  return [...rows.slice(0, lines - 1), `${last}…`];
}
