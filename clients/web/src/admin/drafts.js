/** What was written of workflows and not published, kept in this browser for each user. */

/** @typedef {{ text: string, base: number, at: number }} Draft `base`: the version that it was begun with, 0: there was none; `at`: when it was changed */

const PREFIX = "lockstep.draft";

/** @param {string} user @param {string} name */
const place = (user, name) => `${PREFIX} ${user} ${name}`;

/** @param {string} user @param {string} name @returns {Draft | null} */
export function draftOf(user, name) {
  try {
    const draft = JSON.parse(localStorage.getItem(place(user, name)) ?? "null");
    return typeof draft?.text === "string" && Number.isInteger(draft.base) ? draft : null;
  } catch {
    return null;
  }
}

/** Keep a draft; null: none any more. Whether it could be kept. @param {string} user @param {string} name @param {Omit<Draft, "at"> | null} draft */
export function keepDraft(user, name, draft) {
  try {
    if (draft) localStorage.setItem(place(user, name), JSON.stringify({ ...draft, at: Date.now() }));
    else localStorage.removeItem(place(user, name));
    return true;
  } catch {
    return false;
  }
}

/** The workflows that a user has drafts of. @param {string} user @returns {string[]} */
export function drafted(user) {
  try {
    const start = place(user, "");
    return Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length)).sort();
  } catch {
    return [];
  }
}
