/**
 * How somebody wants to see the list. Pure.
 *
 * @typedef {{
 *   view: "inbox" | "rooms" | "done", group: "none" | "workflow" | "step" | "holder" | "age",
 *   sort: "newest" | "oldest" | "changed" | "title" | "unread", dense: boolean,
 *   text: string, workflow: string, step: string, label: string, holder: string, unread: boolean,
 * }} Choices
 * `workflow`, `step` and `label` (a step's name): as the entry has them, "" for all. `holder`: `me`, `nobody`, or `user:` and
 * an id. `text`: words that all have to be found.
 */

/** @type {Choices} */
export const DEFAULTS = {
  view: "inbox",
  group: "none",
  sort: "newest",
  dense: false,
  text: "",
  workflow: "",
  step: "",
  label: "",
  holder: "",
  unread: false,
};

/** What narrows the list, in the order of the chips. @type {(keyof Choices)[]} */
export const FILTERS = ["text", "workflow", "step", "label", "holder", "unread"];

/** @type {Partial<Record<keyof Choices, [string, string][]>>} */
export const NAMED = {
  group: [
    ["none", "Not grouped"],
    ["workflow", "Workflow"],
    ["step", "Step"],
    ["holder", "Holder"],
    ["age", "Age"],
  ],
  sort: [
    ["newest", "Newest first"],
    ["oldest", "Oldest first"],
    ["changed", "Last changed first"],
    ["unread", "Unread first"],
    ["title", "Title"],
  ],
};

/** The choices that an object of unknown origin names; the rest as in `base`. @param {any} found @param {Choices} [base] @returns {Choices} */
export function choicesFrom(found, base = DEFAULTS) {
  /** @type {any} */
  const choices = { ...base };
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const value = found?.[name];
    if (typeof value !== typeof usual) continue;
    const known = name === "view" ? ["inbox", "rooms", "done"] : NAMED[/** @type {keyof Choices} */ (name)]?.map(([one]) => one);
    if (!known || known.includes(value)) choices[name] = value;
  }
  return choices;
}

/** What is not as usual, for an address: whoever opens it sees the same. @param {Choices} choices */
export function toAddress(choices) {
  const named = new URLSearchParams();
  for (const name of /** @type {const} */ (["view", "group", "sort", "text", "workflow", "step", "label", "holder", "unread"])) {
    if (choices[name] !== DEFAULTS[name]) named.set(name, choices[name] === true ? "1" : String(choices[name]));
  }
  return named;
}

/** What an address asks for; null: nothing. @param {URLSearchParams} named @param {Choices} base @returns {Choices | null} */
export function fromAddress(named, base) {
  /** @type {Record<string, any>} */
  const found = Object.fromEntries([...named].filter(([name]) => name in DEFAULTS));
  if (!Object.keys(found).length) return null;
  if ("unread" in found) found.unread = found.unread === "1";
  return choicesFrom(found, { ...DEFAULTS, dense: base.dense });
}

/** @param {Choices} choices */
export const narrowed = (choices) => FILTERS.some((name) => choices[name] !== DEFAULTS[name]);

/** Without what narrows the list. @param {Choices} choices @returns {Choices} */
export function cleared(choices) {
  const next = /** @type {any} */ ({ ...choices });
  for (const name of FILTERS) next[name] = DEFAULTS[name];
  return next;
}

/** @param {string} text @returns {string[]} */
export const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
