/**
 * What was typed and not sent: kept in this browser, by user, over reloads and until it is sent or given up.
 * Leaving forgets what this window's user had: it is nobody else's.
 */

const BEGIN = "lockstep.draft.";
/** Nobody comes back to what is older. */
const KEPT_MS = 30 * 86_400_000;

/** Whose drafts this window has had in its hands. @type {Set<string>} */
const mine = new Set();

/** @param {string} user @param {string} key */
const named = (user, key) => {
  mine.add(user);
  return `${BEGIN}${encodeURIComponent(user)}.${key}`;
};

/** @param {string} user @param {string} key @param {any} value nothing (undefined or ""): it is not needed any more */
export function keepDraft(user, key, value) {
  const name = named(user, key);
  try {
    if (value === undefined || value === "") localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify({ at: Date.now(), value }));
  } catch {
    // Without room it is kept as long as the page is open, and no longer.
  }
}

/** @param {string} user @param {string} key @returns {{ at: number, value: any } | null} `at`: when it was typed */
export function draftOf(user, key) {
  try {
    const kept = JSON.parse(localStorage.getItem(named(user, key)) ?? "null");
    return kept && Date.now() - kept.at < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}

export function forgetDrafts() {
  for (const user of mine) {
    const begin = named(user, "");
    for (const key of Object.keys(localStorage)) if (key.startsWith(begin)) localStorage.removeItem(key);
  }
  mine.clear();
}
