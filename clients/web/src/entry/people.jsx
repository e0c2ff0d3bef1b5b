import { useEffect, useState } from "preact/hooks";
import { Avatar, Icon } from "../look/icons.jsx";
import { title } from "../look/data.jsx";
import { lookers, presence } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {{ id: string, name: string, step?: string, status?: string }} Standing */

/** So many are shown before one asks for the others. */
const SHOWN = 6;

/**
 * Who has the entry: who is there, who looks at it, who holds it, and where each stands who stands elsewhere.
 * @param {{ session: Session, entry: Entry, steps?: import("./definitions.js").Definition, lit?: string }} props
 */
export function People({ session, entry, steps, lit = "" }) {
  const { client } = session;
  const { ids, count } = entry.recipients;
  const [standing, setStanding] = useState(/** @type {Standing[]} */ ([]));
  const [all, setAll] = useState(false);
  const online = client.state === "online";

  useEffect(() => {
    // Only others can stand elsewhere.
    if (!online || entry.guest || count < 2) return;
    let left = false;
    /** @param {string} after @param {Standing[]} known */
    const read = async (after, known) => {
      const query = all ? "" : `&limit=${SHOWN}`;
      const { people } = await session.read(`/v1/entries/${encodeURIComponent(entry.id)}/people?after=${encodeURIComponent(after)}${query}`);
      const found = [...known, ...people];
      if (left) return;
      setStanding(found);
      const last = found.at(-1);
      if (all && people.length && found.length < count && last) await read(last.id, found);
    };
    read("", []).catch(() => {});
    return () => void (left = true);
  }, [entry.id, entry.step, entry.visit, count, all, online]);

  const known = new Map(standing.map((person) => [person.id, person]));
  const shown = all ? [...new Set([...ids, ...known.keys()])] : ids.slice(0, SHOWN);
  const looking = new Set(lookers(session, entry.id));
  return (
    <section class={`people ${lit}`} aria-labelledby="people-title">
      <h3 id="people-title">{count === 1 ? "1 person" : `${count.toLocaleString()} people`}</h3>
      <ul>
        {shown.map((id) => (
          <Person
            key={id}
            session={session}
            entry={entry}
            id={id}
            name={known.get(id)?.name}
            looking={looking.has(id)}
            where={id === client.profile?.id ? undefined : elsewhere(entry, known.get(id), steps)}
          />
        ))}
      </ul>
      {count > SHOWN && (
        <button class="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${count.toLocaleString()}`}
        </button>
      )}
    </section>
  );
}

/** @param {{ session: Session, entry: Entry, id: string, name?: string, looking: boolean, where?: string }} props */
function Person({ session, entry, id, name, looking, where }) {
  const state = presence(session, id);
  const called = session.client.store.people.has(id) ? session.client.store.name(id) : (name ?? id);
  const me = id === session.client.profile?.id;
  return (
    <li>
      <Avatar name={called} presence={state} />
      <span class="grow">
        {me ? "You" : called}
        {!me && state && <span class="quiet small"> {state}</span>}
      </span>
      {entry.locked?.by.includes(id) && (
        <span class="quiet" role="img" aria-label="holds the lock" title="Holds the lock">
          <Icon name="lock" />
        </span>
      )}
      {looking && (
        <span class="quiet" role="img" aria-label="looking at this" title="Looking at this">
          <Icon name="eye" />
        </span>
      )}
      {where && <span class="label">{where}</span>}
    </li>
  );
}

/** Where somebody stands who does not stand here. @param {Entry} entry @param {Standing} [person] @param {import("./definitions.js").Definition} [steps] */
function elsewhere(entry, person, steps) {
  if (!person?.step) return undefined;
  if (person.step === entry.step && person.status === entry.status) return undefined;
  const name = steps?.[person.step]?.step.name;
  const said = person.step === entry.step ? entry.name : name && !/\{[{%]/.test(name) ? name : title(person.step);
  return person.status === "retired" ? `${said} · put away` : said;
}
