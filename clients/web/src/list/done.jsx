import { useEffect, useRef, useState } from "preact/hooks";
import { age, moment } from "../look/words.js";
import { carded, Frame } from "./row.jsx";
import { measured } from "./geometry.js";
import { Label } from "../look/label.jsx";
import { Rows } from "./rows.jsx";
import { Several, usePicks } from "./several.jsx";
import { useCommands } from "../shell/commands.js";
import { useNews } from "../live/session.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */

const PAGE = 50;
/** One who types is asked for once. */
const TYPED_MS = 250;
/** So far from the end the next page is asked for, in pixels. */
const NEAR = 600;

/**
 * The entries that are not in the inbox any more, begun last first, as far back as one scrolls.
 * @param {{
 *   session: Session, choices: import("./choices.js").Choices, current: string | undefined, go: (route: { entry: string }) => void,
 *   height: (entry: Entry | undefined) => number,
 * }} props
 */
export function Done({ session, choices: { text, dense }, current, go, height }) {
  useNews(session, "state");
  const found = useRetired(session, text);
  const scroller = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { entries } = found;
  const order = entries.map(({ id }) => id);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  /** @param {number} by */
  const move = (by) => {
    const at = current === undefined ? -1 : order.indexOf(current);
    const id = order[Math.min(Math.max(at + by, 0), order.length - 1)];
    if (id) go({ entry: id });
    return id;
  };
  useCommands([
    { title: "Next entry", section: "List", keys: ["j", "ArrowDown"], run: () => move(1), quiet: true },
    { title: "Previous entry", section: "List", keys: ["k", "ArrowUp"], run: () => move(-1), quiet: true },
  ]);
  const { picked, pick, clear, all } = usePicks({ order, current, move });
  const on = useRef({ open: (/** @type {string} */ _id) => {}, pick }).current;
  on.open = (id) => go({ entry: id });
  on.pick = pick;
  const geometry = measured(
    [{ key: "done", title: "", ids: order }],
    (id) => height(byId.get(id)),
    0,
  );
  return (
    <>
      <div class={picked.size ? "list-body picking" : "list-body"}>
        {!entries.length && (
          <p class="empty" role="status">
            {found.failed ? (
              <>
                <strong>This could not be read.</strong>
                <button class="link" onClick={found.more}>
                  Try again
                </button>
              </>
            ) : found.before !== null || found.busy ? (
              "Looking…"
            ) : text.trim() ? (
              <strong>Nothing that is done has these words.</strong>
            ) : (
              <>
                <strong>Nothing is done yet.</strong>
                What leaves your inbox is found here.
              </>
            )}
          </p>
        )}
        <Rows
          geometry={geometry}
          label="Done"
          calm={false}
          scroller={scroller}
          onScroll={(_top, left) => left < NEAR && found.more()}
          row={(id, where) => {
            const entry = /** @type {Entry} */ (byId.get(id));
            return (
              <Frame key={id} id={id} title={entry.title} news={false} {...where} dense={dense} fresh={false} current={id === current} picked={picked.has(id)} reached={id === (current && byId.has(current) ? current : order[0])} on={on}>
                <span class="row-top">
                  <span class="title">{entry.title}</span>
                  {dense && <Label entry={entry} />}
                  <time class="quiet" dateTime={entry.updatedAt} title={moment(entry.updatedAt)}>
                    {age(entry.updatedAt)}
                  </time>
                </span>
                {!dense && (
                  <span class="row-bottom">
                    <Label entry={entry} />
                    <span class="subtitle">{entry.description}</span>
                  </span>
                )}
                {!dense && carded(entry) && (
                  <span class="row-card">
                    {entry.summaryTitle && <strong>{entry.summaryTitle}</strong>}
                    {entry.summary && <span>{entry.summary}</span>}
                  </span>
                )}
              </Frame>
            );
          }}
        />
      </div>
      <Several session={session} entries={entries.filter(({ id }) => picked.has(id))} done onClear={clear} onAll={all} />
    </>
  );
}

/** What is retired and has these words, page by page. @param {Session} session @param {string} text */
function useRetired(session, text) {
  const none = { entries: /** @type {Entry[]} */ ([]), before: /** @type {string | null} */ ("") };
  const [kept, set] = useState({ ...none, busy: false, failed: false });
  const asked = useRef(0);
  const latest = useRef(kept);
  latest.current = kept;

  /** @param {boolean} anew */
  const load = async (anew) => {
    const { entries, before } = anew ? none : latest.current;
    if (before === null) return;
    const mine = ++asked.current;
    set((now) => ({ ...now, busy: true, failed: false }));
    const named = new URLSearchParams({ query: text.trim(), before, limit: String(PAGE) });
    try {
      const page = await session.read(`/v1/retired?${named}`);
      for (const person of page.people) if (!session.client.store.people.has(person.id)) session.client.store.people.set(person.id, person);
      if (mine === asked.current) set({ entries: [...entries, ...page.entries], before: page.before ?? null, busy: false, failed: false });
    } catch {
      if (mine === asked.current) set((now) => ({ ...now, busy: false, failed: true }));
    }
  };

  useEffect(() => {
    set((now) => ({ ...now, busy: true }));
    const timer = setTimeout(() => void load(true), latest.current.entries.length ? TYPED_MS : 0);
    return () => clearTimeout(timer);
  }, [text, session]);

  // What comes back leaves; what is done meanwhile comes.
  useEffect(() => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let soon;
    const stop = session.watch((told) => {
      const { entries } = latest.current;
      const { store } = session.client;
      if (entries.some(({ id }) => store.entries.has(id))) set((now) => ({ ...now, entries: now.entries.filter(({ id }) => !store.entries.has(id)) }));
      const left = [...(told ?? [])].some((id) => session.gone.has(id) && !entries.some((entry) => entry.id === id));
      if (left && entries.length <= PAGE) {
        clearTimeout(soon);
        soon = setTimeout(() => void load(true), TYPED_MS);
      }
    }, "list");
    return () => {
      stop();
      clearTimeout(soon);
    };
  }, [session, text]);

  // A search goes on by itself until it has a page, or the end.
  useEffect(() => {
    if (!kept.busy && !kept.failed && kept.before && kept.entries.length < PAGE) void load(false);
  }, [kept]);

  return { ...kept, more: () => void (!kept.busy && load(false)) };
}
