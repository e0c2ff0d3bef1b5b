/** @typedef {import("lockstep-client").Entry} Entry */

/** The step's name in its colour. @param {{ entry: Entry }} props */
export function Label({ entry }) {
  if (entry.guest) return <span class="label">Conversation</span>;
  return <span class={`label ${entry.nameStyle ?? ""}`}>{entry.name}</span>;
}
