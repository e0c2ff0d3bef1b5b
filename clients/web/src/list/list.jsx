import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Bar } from "./bar.jsx";
import { carded, RoomRow, Row } from "./row.jsx";
import { cleared, narrowed, words } from "./choices.js";
import { neighbour } from "./hold.js";
import { reveal, Rows } from "./rows.jsx";
import { spot } from "./geometry.js";
import { useChoices } from "./usechoices.js";
import { useCommands } from "../shell/commands.js";
import { useEntries } from "./useentries.js";
import { useNews } from "../live/session.js";
import { useShown } from "./useshown.js";
import "./list.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("./choices.js").Choices} Choices */

/** Heights of rows and headings, in rem: what is in them is cut to fit. */
const HEIGHTS = { row: 4.4, card: 5.9, dense: 2.5, heading: 2.1 };

/**
 * @param {{
 *   session: Session, open: { entry?: string, room?: string }, go: (route: import("../shell/route.js").Route) => void,
 * }} props
 */
export function List({ session, open, go }) {
  useNews(session, "state");
  const { client } = session;
  const { store, profile } = client;
  const [choices, choose] = useChoices(profile?.id);
  const { arrangement, left } = useEntries(session, choices);
  const rooms = [...store.rooms.values()].sort(
    (a, b) => (b.chat.last?.at ?? "").localeCompare(a.chat.last?.at ?? "") || a.title.localeCompare(b.title),
  );
  const wanted = useWanted(arrangement.groups, rooms, choices);
  const scroller = useRef(/** @type {HTMLDivElement | null} */ (null));
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const heightOf = (/** @type {string} */ id) => {
    if (choices.dense) return Math.round(HEIGHTS.dense * rem);
    const entry = store.entries.get(id) ?? left.get(id);
    return Math.round((entry && carded(entry) ? HEIGHTS.card : HEIGHTS.row) * rem);
  };
  const heading = Math.round(HEIGHTS.heading * rem);
  const isLeft = (/** @type {string} */ id) => !id.startsWith("room:") && !store.entries.has(id);
  const list = useShown({ wanted, asked: choices, loaded: store.position !== null, isLeft, heightOf, heading, scroller });
  const { shown, geometry } = list;
  for (const id of left.keys()) if (!shown.ids.has(id)) left.delete(id);

  const current = open.entry ?? (open.room && `room:${open.room}`);
  const order = shown.groups.flatMap(({ ids }) => ids);
  const keys = useKeyboard({ order, current, geometry, heading, scroller, isLeft, go });
  const minute = Math.floor(Date.now() / 60_000);
  const on = useRef({ open: keys.open, pick: (/** @type {string} */ _id, /** @type {boolean} */ _range) => {} }).current;
  on.open = keys.open;
  useCommands(
    shown.waiting ? [{ title: "Show what is new", section: "List", icon: "arrow-up", keys: ["n"], run: list.release }] : [],
  );

  /** @param {string} id @param {{ top: number, height: number, place: number, size: number }} where */
  const row = (id, where) => {
    const same = {
      session,
      id,
      ...where,
      dense: choices.dense,
      current: id === current,
      picked: false,
      reached: id === keys.reached,
      fresh: shown.fresh.has(id),
      minute,
      on,
    };
    return id.startsWith("room:") ? <RoomRow key={id} {...same} /> : <Row key={id} {...same} left={left.get(id)} />;
  };

  return (
    <nav class="list" aria-label="Inbox">
      <h2 class="visually-hidden">Inbox</h2>
      <Bar
        session={session}
        choices={choices}
        choose={choose}
        counts={{ inbox: store.entries.size, rooms: rooms.length }}
        shown={arrangement.count}
        total={arrangement.size}
        items={arrangement.items}
        toRows={keys.enter}
      />
      <div class="list-body" {...list.pointer} onKeyDown={keys.onKeyDown} onFocusIn={keys.onFocusIn}>
        <div class="newer-place" role="status">
          {shown.waiting > 0 && (
            <button class="newer" onClick={list.release}>
              {shown.waiting} new
            </button>
          )}
        </div>
        {order.length === 0 && <Empty session={session} choices={choices} choose={choose} />}
        <Rows geometry={geometry} label={choices.view === "rooms" ? "Rooms" : "Entries"} calm={list.calm} scroller={scroller} row={row} onScroll={list.onScroll} />
      </div>
    </nav>
  );
}

/** @param {{ session: Session, choices: Choices, choose: (more: Partial<Choices>) => void }} props */
function Empty({ session, choices, choose }) {
  if (session.client.store.position === null) return <p class="empty">{session.client.state === "connecting" ? "Loading…" : ""}</p>;
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

/**
 * Going through the list by key, and where the focus is.
 * @param {{
 *   order: string[], current: string | undefined, geometry: import("./geometry.js").Geometry, heading: number,
 *   scroller: { current: HTMLDivElement | null }, isLeft: (id: string) => boolean,
 *   go: (route: import("../shell/route.js").Route) => void,
 * }} props
 */
function useKeyboard({ order, current, geometry, heading, scroller, isLeft, go }) {
  const [focused, setFocused] = useState(/** @type {string | undefined} */ (undefined));
  const was = useRef(-1);
  const follow = useRef(false);
  const here = current === undefined ? -1 : order.indexOf(current);
  if (here >= 0) was.current = here;

  /** @param {string | undefined} id */
  const to = (id) => {
    if (id === undefined) return;
    follow.current = Boolean(scroller.current?.contains(document.activeElement));
    go(id.startsWith("room:") ? { room: id.slice("room:".length) } : { entry: id });
  };
  /** @param {number} by */
  const step = (by) => () => to(neighbour(order, current, by, isLeft, was.current));
  useCommands([
    { title: "Next entry", section: "List", keys: ["j", "ArrowDown"], run: step(1), quiet: true },
    { title: "Previous entry", section: "List", keys: ["k", "ArrowUp"], run: step(-1), quiet: true },
  ]);

  /** @param {string} id */
  const focus = (id) =>
    void requestAnimationFrame(() => {
      const box = scroller.current;
      const button = box?.querySelector(`[data-row="${CSS.escape(id)}"]`);
      (/** @type {HTMLElement | undefined} */ (button) ?? box)?.focus({ preventScroll: true });
    });

  useEffect(() => {
    const place = current === undefined ? null : spot(geometry, current);
    if (!place || !current || !scroller.current) return;
    reveal(scroller.current, place, heading);
    if (follow.current) focus(current);
    follow.current = false;
  }, [current]);

  // A row that had the focus and is gone, or was scrolled away, hands it on.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (focused === undefined || document.activeElement !== document.body || !box) return;
    const next = isLeft(focused) || !order.includes(focused) ? neighbour(order, focused, 1, isLeft, was.current) : undefined;
    const button = next && box.querySelector(`[data-row="${CSS.escape(next)}"]`);
    (/** @type {HTMLElement | undefined} */ (button || undefined) ?? box).focus({ preventScroll: true });
  });

  const pageful = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (geometry.height / Math.max(1, order.length))) - 1);
  return {
    /** The row that the Tab key leads to. */
    reached: [current, focused].find((id) => id !== undefined && order.includes(id) && !isLeft(id)) ?? order.find((id) => !isLeft(id)),
    /** @param {string} id */
    open: (id) => to(id),
    /** Go into the list. */
    enter: () => {
      const id = order.find((found) => !isLeft(found));
      if (id) focus(id);
    },
    /** @param {KeyboardEvent} event */
    onKeyDown: (event) => {
      const by = { Home: -order.length, End: order.length, PageUp: -pageful(), PageDown: pageful() }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      to(neighbour(order, current ?? focused ?? order[0], by, isLeft, was.current));
    },
    /** @param {FocusEvent} event */
    onFocusIn: (event) => setFocused(/** @type {HTMLElement} */ (event.target).dataset.row),
  };
}
