/** @typedef {import("lockstep-client").Person} Person */

const SHOWN = 5;
/** An `@` that begins a word, with what was typed of it, right before the caret. */
const BEGUN = /(?:^|[\s(])@([\p{L}\p{N}_.-]{0,30})$/u;

/** What is being typed of a mention, or null. @param {string} text @param {number} caret */
export function begun(text, caret) {
  return BEGUN.exec(text.slice(0, caret))?.[1] ?? null;
}

/**
 * Whom it may become: those whose id, or a part of whose name, begins so.
 * @param {Iterable<Person>} people @param {string} typed @param {string} [me]
 */
export function candidates(people, typed, me) {
  const start = typed.toLowerCase();
  return [...people]
    .filter(({ id, name }) => id !== me && [id, ...name.split(/\s+/)].some((part) => part.toLowerCase().startsWith(start)))
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, SHOWN);
}

/** The text with the mention completed, and where the caret is then. @param {string} text @param {number} caret @param {string} id */
export function completed(text, caret, id) {
  const before = text.slice(0, caret).replace(/@[^@]*$/, `@${id} `);
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}
