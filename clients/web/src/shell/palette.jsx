import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { Caps } from "./caps.jsx";
import { commands } from "./commands.js";
import { rank } from "./keys.js";
import { haystack, matching, unasked } from "./matching.js";
import { recent, remember } from "./recent.js";
import { kindsOf } from "./starting.js";
import "./palette.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("./matching.js").Item & { run: () => void }} Item */

/**
 * Everything that can be done here, and every entry and room, by a few letters.
 * @param {{
 *   session: Session, go: (route: import("./route.js").Route) => void,
 *   onStart: (kind: import("./starting.js").Kind) => void, onClose: () => void,
 * }} props
 */
export function Palette({ session, go, onStart, onClose }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [kinds, setKinds] = useState(/** @type {import("./starting.js").Kind[]} */ ([]));
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const user = session.client.profile?.id ?? "";

  // With the drawing: the next key is for the field.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    // Without a connection nothing is begun; all else is still to be found.
    if (session.client.state === "online") kindsOf(session).then(setKinds, () => {});
  }, []);
  const items = useMemo(() => itemsOf(session, kinds, go, onStart), [kinds]);
  const hay = useMemo(() => haystack(items), [items]);
  const asked = text.trim();
  const groups = useMemo(() => (asked ? matching(items, hay, asked) : unasked(items, recent(user))), [items, asked]);
  const shown = groups.flatMap((group) => group.items.map(({ item }) => /** @type {Item} */ (item)));
  const current = shown[Math.min(at, shown.length - 1)];

  /** @param {Item} item */
  const choose = (item) => {
    remember(user, item.id);
    // First the focus goes back to where it was, then what was chosen may take it elsewhere.
    dialog.current?.close();
    item.run();
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.isComposing) return;
    const by = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 })[event.key];
    if (by && shown.length) {
      const next = Math.abs(by) === 1 ? (at + by + shown.length) % shown.length : Math.min(Math.max(at + by, 0), shown.length - 1);
      setAt(next);
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (current) choose(current);
    } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      dialog.current?.close();
    }
  };

  return (
    <dialog
      class="palette"
      aria-label="Find or do anything"
      ref={dialog}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Find or do anything"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={current ? `do-${shown.indexOf(current)}` : undefined}
          placeholder="Find an entry, or something to do"
          autocomplete="off"
          spellcheck={false}
          autofocus
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <form method="dialog">
          <button class="plain">
            <kbd>Esc</kbd>
            <span class="visually-hidden"> closes this</span>
          </button>
        </form>
      </div>
      <p class="visually-hidden" role="status">
        {asked && (shown.length ? `${shown.length} found` : "Nothing found")}
      </p>
      <div id="palette-list" class="palette-list" role="listbox" aria-label="What was found" tabIndex={-1}>
        {groups.map((group, index) => (
          <div key={group.name} role="group" aria-label={group.name} class="palette-group">
            <h3 role="presentation">
              {group.name}
              {group.more > 0 && <span class="quiet"> {group.more} more; type on</span>}
            </h3>
            {group.items.map(({ item, marks }, place) => {
              const number = place + groups.slice(0, index).reduce((sum, { items: before }) => sum + before.length, 0);
              return (
                <Option key={item.id} item={item} marks={marks} number={number} current={item === current} onPoint={() => setAt(number)} onChoose={() => choose(/** @type {Item} */ (item))} />
              );
            })}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p class="palette-none quiet">Nothing here has “{asked}” in its name.</p>}
    </dialog>
  );
}

/**
 * @param {{
 *   item: import("./matching.js").Item, marks: [number, number][], number: number, current: boolean,
 *   onPoint: () => void, onChoose: () => void,
 * }} props
 */
function Option({ item, marks, number, current, onPoint, onChoose }) {
  const row = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: number ? "nearest" : "end" });
  }, [current]);
  return (
    <div
      id={`do-${number}`}
      ref={row}
      role="option"
      aria-selected={current}
      class="palette-option"
      // Only a pointer that moves chooses: the list may come to lie under one that rests.
      onPointerMove={() => current || onPoint()}
      onClick={onChoose}
    >
      <Icon name={item.icon} />
      <span class="palette-title">{marked(item.title, marks)}</span>
      {item.hint && <span class="palette-hint quiet">{item.hint}</span>}
      {item.keys?.[0] && <Caps keys={item.keys[0]} />}
    </div>
  );
}

/** The title with the letters that were found. @param {string} title @param {[number, number][]} marks */
function marked(title, marks) {
  let done = 0;
  const parts = marks.flatMap(([from, to]) => {
    if (from >= title.length || from < done) return [];
    const before = title.slice(done, from);
    done = to;
    return [before, <mark key={from}>{title.slice(from, to)}</mark>];
  });
  return [...parts, title.slice(done)];
}

/**
 * @param {Session} session @param {import("./starting.js").Kind[]} kinds
 * @param {(route: import("./route.js").Route) => void} go @param {(kind: import("./starting.js").Kind) => void} onStart
 * @returns {Item[]}
 */
function itemsOf(session, kinds, go, onStart) {
  const { store } = session.client;
  /** @type {Item[]} */
  const doings = commands()
    .filter(({ quiet }) => !quiet)
    .map(({ title, section, icon, keys, hint }) => ({ id: `do:${title}`, group: section, title, icon, keys, hint, run: () => perform(session, title) }));
  doings.push(
    ...kinds.map((kind) => ({ id: `start:${kind.title}`, group: "Start", title: kind.title, hint: kind.tracker ? "a form" : "a workflow", icon: "plus", run: () => onStart(kind) })),
    ...[...store.rooms.values()].map(({ id, title }) => ({ id: `room:${id}`, group: "Rooms", title, icon: "chat", run: () => go({ room: id }) })),
  );
  doings.sort((a, b) => rank(a.group) - rank(b.group));
  return [
    ...doings,
    ...[...store.entries.values()].map(({ id, title, name, icon }) => ({ id: `entry:${id}`, group: "Entries", title, hint: name, icon: icon ?? "list", run: () => go({ entry: id }) })),
  ];
}

/** What is offered may have changed while the palette was open. @param {Session} session @param {string} title */
function perform(session, title) {
  const command = commands().find((found) => found.title === title);
  if (command) command.run();
  else session.toast(`“${title}” cannot be done any more.`, "warning");
}
