import { useEffect, useRef, useState } from "preact/hooks";
import { Data } from "../look/data.jsx";
import { tells, told } from "./facts.js";
import { days, iconOf, isOf } from "./timeline.js";
import { save } from "../live/http.js";
import { Avatar, Icon } from "../look/icons.jsx";
import { moment } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").HistoryEvent} HistoryEvent */

/** How often an effect that is under way is looked after. */
const PENDING_MS = 5000;

/** @type {{ kind: import("./timeline.js").Kind, name: string }[]} */
const KINDS = [
  { kind: "all", name: "Everything" },
  { kind: "moves", name: "Moves" },
  { kind: "chat", name: "Messages" },
];

/** What happened to an entry, newest first. @param {{ session: Session, entry: Pick<Entry, "id" | "version" | "chat"> }} props */
export function History({ session, entry }) {
  const { client } = session;
  const [events, setEvents] = useState(/** @type {HistoryEvent[] | null} */ (null));
  const [before, setBefore] = useState(/** @type {number | undefined} */ (undefined));
  const [looks, setLooks] = useState(0);
  const [kind, setKind] = useState(/** @type {import("./timeline.js").Kind} */ ("all"));
  const online = client.state === "online";

  useEffect(() => {
    if (!online) return;
    client
      .history(entry.id)
      .then((page) => {
        // Older pages that were asked for stay; an effect's outcome may have changed in the newest.
        const from = page.events.at(-1)?.n ?? 0;
        setEvents((known) => [...page.events, ...(known ?? []).filter((event) => event.n < from)]);
        if (events === null) setBefore(page.before);
      })
      .catch((error) => session.refused(error));
  }, [entry.version, entry.chat.count, online, looks]);

  useNames(session, events ?? []);

  // Nothing pushes what became of an effect.
  const pending = (events ?? []).some((event) => event.facts.some((fact) => fact.outcome?.state === "pending"));
  useEffect(() => {
    if (!pending) return;
    const timer = setInterval(() => setLooks((times) => times + 1), PENDING_MS);
    return () => clearInterval(timer);
  }, [pending]);

  const older = () =>
    client
      .history(entry.id, before)
      .then((page) => {
        setEvents((known) => [...(known ?? []), ...page.events]);
        setBefore(page.before);
      })
      .catch((error) => session.refused(error));

  const address = `/v1/entries/${encodeURIComponent(entry.id)}/history.jsonl`;
  const name = `history-${entry.id}.jsonl`;
  const steps = new Map(
    (events ?? []).flatMap((event) => event.facts).filter((fact) => fact.fact === "activated").map((fact) => [fact.step, fact.name]),
  );
  const shown = (events ?? []).filter((event) => tells(event) && isOf(event, kind));
  return (
    <section class="timeline" aria-label="History">
      <div class="history-bar">
        <span class="kinds-of" role="group" aria-label="Show">
          {KINDS.map((one) => (
            <button key={one.kind} aria-pressed={kind === one.kind} onClick={() => setKind(one.kind)}>
              {one.name}
            </button>
          ))}
        </span>
        {events && (
          <a
            href={address}
            onClick={(click) => {
              // The address answers to the token only, which a plain link would not carry.
              click.preventDefault();
              save(session.token, address, name).catch((error) => session.refused(error));
            }}
          >
            Export
          </a>
        )}
      </div>
      {days(shown, Date.now()).map(({ day, events: those }) => (
        <div key={day} class="history-day">
          <h4>{day}</h4>
          <ol class="history">
            {those.map((event) => (
              <Event key={event.n} session={session} event={event} steps={steps} />
            ))}
          </ol>
        </div>
      ))}
      {events && !shown.length && (
        <p class="quiet">{before === undefined ? "Nothing of this kind happened." : "Nothing of this kind in the newest part."}</p>
      )}
      {before !== undefined && (
        <p class="history-end">
          <button class="link" onClick={older}>
            Earlier
          </button>
        </p>
      )}
    </section>
  );
}

/**
 * Who did it, by name: an administrator reads of people who are nowhere in the own inbox.
 * @param {Session} session @param {HistoryEvent[]} events
 */
function useNames(session, events) {
  const { client } = session;
  const [, draw] = useState(0);
  const asked = useRef(new Set(["system"]));
  const doers = client.profile?.roles?.includes("admin") ? events.map(({ by }) => by) : [];
  const unknown = [...new Set(doers)].filter((id) => !client.store.people.has(id) && !asked.current.has(id));
  useEffect(() => {
    for (const id of unknown) {
      asked.current.add(id);
      session.read(`/v1/users/${encodeURIComponent(id)}`).then(
        ({ name }) => {
          client.store.people.set(id, { id, name });
          draw((times) => times + 1);
        },
        // Who is not in the directory any more is called by the id.
        () => {},
      );
    }
  }, [unknown.join()]);
}

/** @param {{ session: Session, event: HistoryEvent, steps: Map<string, string> }} props */
function Event({ session, event, steps }) {
  const { who, what, from, to, quiet, tone, lines } = /** @type {any} */ (told(session, event, steps));
  return (
    <li>
      <span class="doer">
        {event.by === "system" ? (
          <span class="avatar server" aria-hidden="true">
            <Icon name="script" />
          </span>
        ) : (
          <Avatar name={session.client.store.name(event.by)} />
        )}
        <span class="deed">
          <Icon name={iconOf(event)} />
        </span>
      </span>
      <div>
        <p class={tone}>
          {who ? (
            <>
              <strong>{who}</strong> {what}
            </>
          ) : (
            what.charAt(0).toUpperCase() + what.slice(1)
          )}
          {quiet && <span class="quiet"> {quiet}</span>}
          <time class="quiet" dateTime={event.at} title={moment(event.at)}>
            {new Date(event.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}
          </time>
        </p>
        {to && (
          <p class="moved">
            {from && from !== to && (
              <>
                <span class="label">{from}</span>
                <Icon name="arrow" />
              </>
            )}
            <span class="label">{to}</span>
          </p>
        )}
        {lines.length > 0 && (
          <ul class="facts">
            {lines.map((/** @type {import("./facts.js").Line} */ line, /** @type {number} */ index) => (
              <li key={index} class={line.tone ?? ""}>
                <Icon name={line.icon} />
                <div>
                  {line.text}
                  {line.quiet && <span class="quiet"> · {line.quiet}</span>}
                  {line.data && <Data data={line.data} />}
                  {line.log?.length ? (
                    <details>
                      <summary>What it wrote down</summary>
                      <pre>{line.log.join("\n")}</pre>
                    </details>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

/** An entry that an administrator has no part in: its history only. @param {{ session: Session, id: string, title: string, onClose: () => void }} props */
export function HistoryPane({ session, id, title, onClose }) {
  return (
    <article class="entry alone" aria-labelledby="entry-title">
      <div class="entry-head">
        <button class="plain back" onClick={onClose} aria-label="Back to the inbox">
          <Icon name="back" />
        </button>
        <div class="grow">
          <h2 id="entry-title">{title}</h2>
          <p class="lead">You have no part in this; as an administrator you see its history.</p>
        </div>
      </div>
      <History session={session} entry={{ id, version: 0, chat: { count: 0 } }} />
    </article>
  );
}
