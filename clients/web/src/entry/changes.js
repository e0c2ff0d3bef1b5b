/**
 * What became of an entry between two looks at it, and how to say so. Pure.
 *
 * @typedef {import("lockstep-client").Entry} Entry
 * @typedef {{ by: string, cause?: string, moved?: { path?: string, from: string, to: string }, text?: string, parts: string[] }} Change
 * `moved`: when it came to a step. `text`: what else there is to say, going on from who did it, or
 * a sentence of its own when `by` is empty. `parts`: what looks different now; of the data by name: `data.NAME`.
 */

/** Members of an entry that are shown, and so can be seen to change. */
const SHOWN = /** @type {const} */ (["title", "name", "description", "summary", "summaryTitle", "paths", "locked", "recipients"]);

/**
 * @param {Entry} before @param {Entry} after
 * @param {{ by?: string, cause?: string }} [told] what the message said that brought it
 * @param {(id: string) => string} [name] how to call a user
 * @returns {Change | null} null when there is nothing to see
 */
export function changeOf(before, after, { by, cause } = {}, name = (id) => id) {
  if (before.version === after.version || before.guest || after.guest) return null;
  const parts = [
    ...SHOWN.filter((member) => !same(before[member], after[member])),
    ...members("data", before.data, after.data),
    ...members("dispatch", before.dispatch?.data, after.dispatch?.data),
  ];
  if (!same(before.dispatch?.taskState, after.dispatch?.taskState)) parts.push("taskState");
  if (before.step !== after.step || before.visit !== after.visit) {
    const moved = { path: pathTo(before, after.step), from: before.name, to: after.name };
    return { by: by ?? after.source, cause, moved, parts };
  }
  if (!parts.length) return null;
  const lock = locking(before, after, by, name);
  if (lock) return { cause, parts, ...lock };
  return { by: by ?? "", cause, text: other(parts, Boolean(by)), parts };
}

/** The only path that leads there, by its label. @param {Entry} before @param {string} step */
export function pathTo(before, step) {
  const leading = before.paths.filter((path) => path.step === step);
  return leading.length === 1 ? leading[0]?.label : undefined;
}

/**
 * @param {Entry} before @param {Entry} after @param {string | undefined} by @param {(id: string) => string} name
 * @returns {{ by: string, text: string } | null}
 */
function locking({ locked: old }, { locked: now }, by, name) {
  if (!old && !now) return null;
  const whose = (/** @type {string[]} */ ids) => ids.map(name).join(", ");
  if (now && !same(old?.by, now.by)) {
    const [holder = ""] = now.by;
    if (now.by.length === 1 && (!by || by === holder)) return { by: holder, text: "took the lock" };
    return { by: by ?? "", text: by && by !== "system" ? `gave the lock to ${whose(now.by)}` : `the lock went to ${whose(now.by)}` };
  }
  if (!now) return by && by !== "system" ? { by, text: "freed the lock" } : { by: "", text: "the lock is free again" };
  const asker = (now.asked ?? []).find((id) => !old?.asked?.includes(id));
  if (asker !== undefined) return { by: asker, text: "asked for the lock" };
  const came = (now.waiting ?? []).find((id) => !old?.waiting?.includes(id));
  if (came !== undefined) return { by: came, text: "got in line for the lock" };
  const went = (old?.waiting ?? []).find((id) => !now.waiting?.includes(id));
  if (went !== undefined) return { by: went, text: "left the line for the lock" };
  if (old && old.until !== now.until) return { by: by ?? now.by[0] ?? "", text: "keeps the lock for longer" };
  return null;
}

/** @param {string[]} parts @param {boolean} someone */
function other(parts, someone) {
  if (parts.every((part) => part === "recipients")) return someone ? "brought somebody in" : "somebody came in";
  return someone ? "changed what it says" : "what it says was changed";
}

/** @param {string} of @param {Record<string, any>} [before] @param {Record<string, any>} [after] */
function members(of, before = {}, after = {}) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !same(before[key], after[key])).map((key) => `${of}.${key}`);
}

/** @param {any} a @param {any} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** How long ago, in words that fit into a sentence. @param {number} ms */
export function ago(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "a minute ago" : `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? "an hour ago" : hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}

/**
 * Why a choice was not done, when somebody was faster; null for any other refusal.
 * @param {any} error @param {Entry} before as it was when the path was chosen @param {string} path
 * @param {{ me: string, now: number, name?: (id: string) => string }} view
 */
export function lostRace(error, before, path, { me, now, name = (id) => id }) {
  const { code, details = {} } = error ?? {};
  if (code !== "stale" && code !== "locked") return null;
  const ids = [details.by ?? []].flat();
  const by = ids.length ? ids.map((id) => (id === me ? "You" : name(id))).join(", ") : "Somebody";
  if (code === "locked") return `${by} took the lock before you: “${path}” was not done. Here is how it stands now.`;
  const when = details.at ? `, ${ago(now - Date.parse(details.at))}` : "";
  const taken = pathTo(before, details.step);
  if (ids.length === 1 && ids[0] === me) return `You had moved it on already${taken ? `: “${taken}”` : ""}${when}. Here is how it stands now.`;
  if (ids[0] === "system") return `The server moved it on before you: “${path}” was not done. Here is how it stands now.`;
  return `${by} was faster: ${taken ? `“${taken}”` : "it moved on"}${when}. Here is how it stands now.`;
}
