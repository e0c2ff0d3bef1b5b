import { useMemo, useRef } from "preact/hooks";
import { Bar } from "./bar.jsx";
import { carded, RoomRow, Row } from "./row.jsx";
import { cleared, narrowed, words } from "./choices.js";
import { Done } from "./done.jsx";
import { Rows } from "./rows.jsx";
import { Several, usePicks } from "./several.jsx";
import { useChoices } from "./usechoices.js";
import { useCommands } from "../shell/commands.js";
import { useEntries } from "./useentries.js";
import { useKeyboard } from "./usekeyboard.js";
import { useNews } from "../live/session.js";
import { useShown } from "./useshown.js";
import "./list.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("./choices.js").Choices} Choices */
/** @typedef {(route: import("../shell/route.js").Route) => void} Go */

/** Heights of rows and headings, in rem: what is in them is cut to fit. */
const HEIGHTS = { row: 4.4, card: 5.9, dense: 2.5, heading: 2.1 };

/** @param {{ session: Session, open: { entry?: string, room?: string }, go: Go }} props */
export function List({ session, open, go }) {
  useNews(session, "state");
  const { store, profile } = session.client;
  const [choices, choose] = useChoices(profile?.id);
  const { arrangement, left } = useEntries(session, choices);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  /** @param {Entry | undefined} entry */
  const height = (entry) => Math.round((choices.dense ? HEIGHTS.dense : entry && carded(entry) ? HEIGHTS.card : HEIGHTS.row) * rem);
  const current = open.entry ?? (open.room && `room:${open.room}`);
  const same = { session, choices, current, go, height };
  return (
    <nav class="list" aria-label="Inbox">
      <h2 class="visually-hidden">Inbox</h2>
      <Bar
        session={session}
        choices={choices}
        choose={choose}
        counts={session.knows ? { inbox: store.entries.size, rooms: store.rooms.size } : {}}
        shown={arrangement.count}
        total={arrangement.size}
        items={arrangement.items}
        toRows={() => /** @type {HTMLElement | null} */ (document.querySelector(".list [data-row]"))?.focus()}
      />
      {choices.view === "done" ? (
        <Done {...same} />
      ) : (
        <Here {...same} choose={choose} arrangement={arrangement} left={left} heading={Math.round(HEIGHTS.heading * rem)} />
      )}
    </nav>
  );
}

/**
 * The inbox, or the rooms.
 * @param {{
 *   session: Session, choices: Choices, choose: (more: Partial<Choices>) => void, current: string | undefined, go: Go,
 *   arrangement: import("./arrangement.js").Arrangement, left: Map<string, Entry>, height: (entry: Entry | undefined) => number,
 *   heading: number,
 * }} props `left`: what left while it was shown. `heading`: the height of a group's
 */
function Here({ session, choices, choose, current, go, arrangement, left, height, heading }) {
  const { store } = session.client;
  const rooms = [...store.rooms.values()].sort(
    (a, b) => (b.chat.last?.at ?? "").localeCompare(a.chat.last?.at ?? "") || a.title.localeCompare(b.title),
  );
  const wanted = useWanted(arrangement.groups, rooms, choices);
  const scroller = useRef(/** @type {HTMLDivElement | null} */ (null));
  /** @param {string} id */
  const heightOf = (id) => height(store.entries.get(id) ?? left.get(id));
  /** @param {string} id */
  const isLeft = (id) => !id.startsWith("room:") && !store.entries.has(id);
  const list = useShown({ wanted, asked: choices, loaded: store.position !== null, isLeft, heightOf, heading, scroller });
  const { shown, geometry } = list;
  for (const id of left.keys()) if (!shown.ids.has(id)) left.delete(id);

  const order = useMemo(() => shown.groups.flatMap(({ ids }) => ids), [shown.groups]);
  const keys = useKeyboard({ order, current, geometry, heading, scroller, isLeft, go });
  const minute = Math.floor(Date.now() / 60_000);
  const there = left.size ? order.filter((id) => !isLeft(id)) : order;
  const { picked, pick, clear, all } = usePicks({ order: there, current, move: keys.move });
  const on = useRef(/** @type {import("./row.jsx").RowProps["on"]} */ ({ open: keys.open, pick })).current;
  on.pick = pick;
  on.open = (id, event) => {
    if ((event.shiftKey || event.ctrlKey || event.metaKey) && !id.startsWith("room:")) pick(id, event.shiftKey);
    else keys.open(id);
  };
  useCommands(
    shown.waiting ? [{ title: "Show what is new", section: "List", icon: "arrow-up", keys: ["r"], run: list.release }] : [],
  );

  /** @param {string} id @param {{ top: number, height: number, place: number, size: number }} where */
  const row = (id, where) => {
    const same = {
      session,
      id,
      ...where,
      dense: choices.dense,
      current: id === current,
      picked: picked.has(id),
      reached: id === keys.reached,
      fresh: shown.fresh.has(id),
      minute,
      on,
    };
    return id.startsWith("room:") ? <RoomRow key={id} {...same} /> : <Row key={id} {...same} left={left.get(id)} />;
  };

  return (
    <>
      <div class={picked.size ? "list-body picking" : "list-body"} {...list.pointer} onKeyDown={keys.onKeyDown} onFocusIn={keys.onFocusIn}>
        <div class="newer-place" role="status">
          {shown.waiting > 0 && (
            <button class="newer" title="Show what is new (r)" aria-keyshortcuts="r" onClick={list.release}>
              {shown.waiting} new
            </button>
          )}
        </div>
        {order.length === 0 && <Empty session={session} choices={choices} choose={choose} />}
        <Rows geometry={geometry} label={choices.view === "rooms" ? "Rooms" : "Entries"} calm={list.calm} scroller={scroller} row={row} onScroll={list.onScroll} />
      </div>
      <Several session={session} entries={[...picked].flatMap((id) => store.entries.get(id) ?? [])} onClear={clear} onAll={all} />
    </>
  );
}

/** @param {{ session: Session, choices: Choices, choose: (more: Partial<Choices>) => void }} props */
function Empty({ session, choices, choose }) {
  if (session.client.store.position === null) {
    if (!session.lostAt) return <p class="empty">Loading…</p>;
    return (
      <p class="empty">
        <strong>Your inbox is not here yet.</strong>
        It appears once there is a connection.
      </p>
    );
  }
  if (choices.view === "rooms" && !choices.text) {
    return (
      <p class="empty">
        <strong>No rooms.</strong>
        A room opens when a path leads to one.
      </p>
    );
  }
  if (narrowed(choices) && session.client.store.entries.size) {
    return (
      <p class="empty">
        <strong>Nothing matches.</strong>
        <button class="link" onClick={() => choose(cleared(choices))}>
          Clear the filters
        </button>
      </p>
    );
  }
  return (
    <p class="empty">
      <strong>All done.</strong>
      Nothing waits for you; what arrives appears here at once.
    </p>
  );
}

/** Entries and rooms as groups; the same ones as long as nothing of them changed. @param {import("./arrangement.js").Group[]} groups @param {import("lockstep-client").Room[]} rooms @param {Choices} choices */
function useWanted(groups, rooms, choices) {
  const kept = useRef({ groups, rooms: "", choices: /** @type {Choices | null} */ (null), wanted: groups });
  const looked = words(choices.text);
  const all = !choices.workflow && !choices.step && !choices.label && !choices.holder && !choices.unread;
  const found = all || choices.view === "rooms" ? rooms.filter(({ title }) => looked.every((word) => title.toLowerCase().includes(word))) : [];
  const ids = found.map(({ id }) => `room:${id}`);
  const { current } = kept;
  if (current.groups !== groups || current.choices !== choices || current.rooms !== ids.join()) {
    const title = choices.view === "rooms" ? "" : "Rooms";
    const group = ids.length ? [{ key: "rooms", title, ids }] : [];
    kept.current = { groups, choices, rooms: ids.join(), wanted: choices.view === "rooms" ? group : [...groups, ...group] };
  }
  return kept.current.wanted;
}
