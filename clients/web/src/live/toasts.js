/**
 * @typedef {{ id: number, text: string, tone: "info" | "warning", entry?: string, key?: string }} Toast
 * `entry`: that it is about. `key`: a newer one with the same takes its place.
 */

const SHOWN_MS = 7000;
/** What went wrong has to be read to the end. */
const WARNING_MS = 14_000;
const AGAIN_MS = 1500;
const AT_ONCE = 3;

/** Short news: a few at a time, each for a while, but none goes while somebody reads it or nobody is there. */
export class Toasts {
  /** @param {{ changed: () => void, waits: () => boolean, gone: (toast: Toast) => void }} owner `waits`: whether nobody can be looking */
  constructor({ changed, waits, gone }) {
    this._changed = changed;
    this._waits = waits;
    this._gone = gone;
    this._count = 0;
    /** The newest last. @type {Toast[]} */
    this.shown = [];
    /** Somebody's pointer or focus is on them. */
    this.held = false;
  }

  /** @param {string} text @param {"info" | "warning"} [tone] @param {string} [entry] @param {string} [key] */
  show(text, tone = "info", entry, key) {
    const toast = { id: ++this._count, text, tone, entry, key };
    const others = this.shown.filter((one) => !key || one.key !== key);
    for (const one of others.slice(0, -(AT_ONCE - 1))) this._gone(one);
    this.shown = [...others.slice(-(AT_ONCE - 1)), toast];
    const end = () => {
      if (this.held || this._waits()) setTimeout(end, AGAIN_MS);
      else this.dismiss(toast.id);
    };
    setTimeout(end, tone === "warning" ? WARNING_MS : SHOWN_MS);
    this._changed();
  }

  /** @param {number} id */
  dismiss(id) {
    const toast = this.shown.find((one) => one.id === id);
    if (!toast) return;
    this.shown = this.shown.filter((one) => one !== toast);
    this._gone(toast);
    this._changed();
  }
}
