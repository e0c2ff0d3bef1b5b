/**
 * Who wants to know of what. Pure: when the news is brought out is the owner's business (`due`).
 *
 * A topic is an entry's id, `room:` and a room's id, or one of the words that `session.js` names. Who asks for
 * no topic is told of everything, and news without a topic is for everybody.
 *
 * @typedef {(told: Set<string> | null) => void} Watcher `told`: what there is news of; null: of everything
 */
export class News {
  /** @param {() => void} due called once, when there is something to bring out */
  constructor(due) {
    this._due = due;
    /** @type {Set<Watcher>} */
    this._all = new Set();
    /** @type {Map<string, Set<Watcher>>} */
    this._some = new Map();
    /** @type {Set<string>} */
    this._told = new Set();
    this._everything = false;
    /** How often there was something to bring out. */
    this.brought = 0;
  }

  /** @param {Watcher} watcher @param {string[]} topics none: all of them @returns {() => void} to stop */
  on(watcher, topics) {
    if (!topics.length) this._all.add(watcher);
    for (const topic of topics) this._some.set(topic, (this._some.get(topic) ?? new Set()).add(watcher));
    return () => {
      this._all.delete(watcher);
      for (const topic of topics) {
        const watchers = this._some.get(topic);
        watchers?.delete(watcher);
        if (watchers && !watchers.size) this._some.delete(topic);
      }
    };
  }

  /** There is news of these; of none: of everything. @param {Iterable<string>} topics */
  tell(topics) {
    const waiting = this._everything || this._told.size > 0;
    let any = false;
    for (const topic of topics) {
      any = true;
      this._told.add(topic);
    }
    if (!any) this._everything = true;
    if (!waiting) this._due();
  }

  /** Tell each watcher once of all that came since. */
  bring() {
    const told = this._everything ? null : this._told;
    this._everything = false;
    this._told = new Set();
    if (told && !told.size) return;
    this.brought += 1;
    const watchers = new Set(this._all);
    if (!told) for (const some of this._some.values()) for (const watcher of some) watchers.add(watcher);
    else for (const topic of told) for (const watcher of this._some.get(topic) ?? []) watchers.add(watcher);
    for (const watcher of watchers) watcher(told);
  }
}
