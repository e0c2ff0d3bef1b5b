/**
 * What others did to the entries of this inbox, in a sentence. Pure.
 *
 * @typedef {{ entry: string, title: string, by?: string, to?: string }} Happening
 * `by`: who did it, where that is known. `to`: the step it was moved to; without: it left the inbox
 */

/**
 * What a change means to who reads it; null: nothing that is worth a word beside the list.
 * @param {any} message that changed an entry @param {{ title: string, name: string } | undefined} entry as it is now
 * @param {string | undefined} before its title before @param {string | undefined} me
 * @returns {Happening | null}
 */
export function happening(message, entry, before, me) {
  if (message.type === "gone" && before) return { entry: message.entry, title: before };
  if (message.type !== "diff" || message.by === me || !entry || message.set?.visit === undefined) return null;
  return { entry: message.entry, title: entry.title, by: message.by, to: entry.name };
}

/** All of it in one sentence. @param {Happening[]} all @param {(user: string) => string} name @returns {{ text: string, entry?: string }} */
export function told(all, name) {
  const entries = [...new Set(all.map(({ entry }) => entry))];
  const last = all.at(-1);
  if (!last) return { text: "" };
  if (entries.length === 1) {
    const text = last.to === undefined || last.by === undefined ? `“${last.title}” left your inbox` : `${name(last.by)} moved “${last.title}” to ${last.to}`;
    return { text, entry: last.entry };
  }
  const moved = new Set(all.filter(({ to }) => to !== undefined).map(({ entry }) => entry));
  const left = new Set(all.filter(({ to }) => to === undefined).map(({ entry }) => entry));
  for (const entry of left) moved.delete(entry);
  const people = [...new Set(all.flatMap(({ by }) => by ?? []))].map(name);
  const who = people.length > 2 ? `${people.slice(0, 2).join(", ")} and ${people.length - 2} more` : people.join(" and ");
  const said = [moved.size && `${who} moved ${some(moved.size)}`, left.size && `${some(left.size)} left your inbox`];
  return { text: said.filter(Boolean).join("; ") };
}

/** @param {number} count */
const some = (count) => (count === 1 ? "1 entry" : `${count} entries`);
