/** What was done last from the palette, on this device, for the user who did it; signing out forgets it. */

const RECENT = "lockstep.recent";
const KEPT = 5;

/** @param {string} user @returns {string[]} ids, the last one first */
export function recent(user) {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT) ?? "{}");
    return kept.user === user && Array.isArray(kept.ids) ? kept.ids : [];
  } catch {
    return [];
  }
}

/** @param {string} user @param {string} id */
export function remember(user, id) {
  const ids = [id, ...recent(user).filter((known) => known !== id)].slice(0, KEPT);
  localStorage.setItem(RECENT, JSON.stringify({ user, ids }));
}

export function forgetRecent() {
  localStorage.removeItem(RECENT);
}
