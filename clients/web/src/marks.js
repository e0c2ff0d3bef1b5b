const KEY = "lockstep.read.";
/** Conversations remembered on one device, at most. */
const KEPT = 500;

/** How far this user has read, by conversation, kept on this device. */
export class Marks {
  /** @param {() => string | undefined} user whose marks these are, once that is known */
  constructor(user) {
    this._user = user;
    /** @type {Map<string, number> | null} */
    this._marks = null;
  }

  /** The number of the last message that was read; 0 when none was. @param {string} key */
  of(key) {
    return this._all().get(key) ?? 0;
  }

  /** Marks move forward only. @param {string} key @param {number} m @returns {boolean} whether it moved */
  move(key, m) {
    const marks = this._all();
    if (m <= (marks.get(key) ?? 0)) return false;
    marks.delete(key);
    marks.set(key, m);
    try {
      localStorage.setItem(KEY + this._user(), JSON.stringify([...marks].slice(-KEPT)));
    } catch {
      // Without storage the marks last as long as the page.
    }
    return true;
  }

  _all() {
    if (this._marks) return this._marks;
    const user = this._user();
    if (!user) return new Map();
    try {
      this._marks = new Map(JSON.parse(localStorage.getItem(KEY + user) ?? "[]"));
    } catch {
      this._marks = new Map();
    }
    return this._marks;
  }
}
