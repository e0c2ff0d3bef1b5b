import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { cleared, DEFAULTS, FILTERS, NAMED, narrowed } from "./choices.js";
import { humanly } from "./arrangement.js";
import { useCommands } from "../shell/commands.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("./choices.js").Choices} Choices */
/** @typedef {(more: Partial<Choices>) => void} Choose */

const VIEWS = /** @type {const} */ ([
  ["inbox", "Inbox"],
  ["rooms", "Rooms"],
  ["done", "Done"],
]);

/**
 * What the list shows: the view, the search, what narrows it.
 * @param {{
 *   session: Session, choices: Choices, choose: Choose, counts: Record<string, number>, shown: number, total: number,
 *   items: import("./arrangement.js").Item[], toRows: () => void,
 * }} props
 */
export function Bar({ session, choices, choose, counts, shown, total, items, toRows }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useCommands([
    { title: "Search the list", section: "List", icon: "search", keys: ["/"], run: () => field.current?.focus() },
    ...VIEWS.map(([view, title]) => ({
      title: `Show: ${title.toLowerCase()}`,
      section: "List",
      icon: "list",
      run: () => choose({ view }),
    })),
    ...(narrowed(choices) ? [{ title: "Clear the filters", section: "List", icon: "cross", run: () => choose(cleared(choices)) }] : []),
  ]);
  return (
    <div class="list-bar">
      <div class="views" role="group" aria-label="View">
        {VIEWS.map(([view, title]) => (
          <button key={view} class="view" aria-pressed={choices.view === view} onClick={() => choose({ view })}>
            {title}
            {counts[view] !== undefined && <span class="count">{counts[view]}</span>}
          </button>
        ))}
      </div>
      <div class="search">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          aria-label="Search the list"
          placeholder={choices.view === "done" ? "Search what is done" : "Search"}
          value={choices.text}
          onInput={(event) => choose({ text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.stopPropagation();
              choose({ text: "" });
              event.currentTarget.blur();
            } else if (event.key === "Enter" || event.key === "ArrowDown") {
              event.preventDefault();
              toRows();
            }
          }}
        />
        {!choices.text && <kbd aria-hidden="true">/</kbd>}
        {choices.view !== "done" && <Options session={session} choices={choices} choose={choose} items={items} />}
      </div>
      {choices.view === "inbox" && <Chips session={session} choices={choices} choose={choose} shown={shown} total={total} />}
    </div>
  );
}

/** @param {{ session: Session, choices: Choices, choose: Choose, shown: number, total: number }} props */
function Chips({ session, choices, choose, shown, total }) {
  const chosen = FILTERS.filter((name) => choices[name] !== DEFAULTS[name]);
  return (
    <div class="filters" role="group" aria-label="Filters" hidden={!chosen.length}>
      <span class="small quiet" role="status">
        {chosen.length > 0 && `${shown} of ${total}`}
      </span>
      {chosen.map((name) => (
        <button key={name} class="filter" onClick={() => choose({ [name]: DEFAULTS[name] })}>
          <span class="visually-hidden">Remove the filter </span>
          {said(session, choices, name)}
          <Icon name="cross" />
        </button>
      ))}
      {chosen.length > 1 && (
        <button class="link small" onClick={() => choose(cleared(choices))}>
          Clear all
        </button>
      )}
    </div>
  );
}

/** A filter in words. @param {Session} session @param {Choices} choices @param {keyof Choices} name */
function said(session, choices, name) {
  const value = String(choices[name]);
  switch (name) {
    case "text":
      return `“${value.trim()}”`;
    case "unread":
      return "Unread";
    case "workflow":
      return humanly(value);
    case "step":
      return `Step: ${humanly(value)}`;
    case "holder":
      return value === "nobody" ? "Held by nobody" : `Held by ${value === "me" ? "you" : session.client.store.name(value.slice(5))}`;
    default:
      return value;
  }
}

/** Grouping, sorting, filters. @param {{ session: Session, choices: Choices, choose: Choose, items: import("./arrangement.js").Item[] }} props */
function Options({ session, choices, choose, items }) {
  const [open, setOpen] = useState(false);
  const whole = useRef(/** @type {HTMLDivElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useCommands([{ title: "Group, sort and filter the list", section: "List", icon: "sliders", keys: ["v"], run: () => setOpen(true) }]);
  useEffect(() => {
    if (!open) return;
    whole.current?.querySelector("select")?.focus();
    /** @param {Event} event */
    const outside = (event) => {
      if (!whole.current?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    addEventListener("focusin", outside);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("focusin", outside);
    };
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
      class="options"
      ref={whole}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button class="plain" ref={button} aria-label="Group, sort and filter" aria-expanded={open} title="Group, sort and filter (v)" onClick={() => setOpen(!open)}>
        <Icon name="sliders" />
      </button>
      {open && <Panel session={session} choices={choices} choose={choose} items={items} />}
    </div>
  );
}

/** @param {{ session: Session, choices: Choices, choose: Choose, items: import("./arrangement.js").Item[] }} props */
function Panel({ session, choices, choose, items }) {
  const { profile, store } = session.client;
  /** @param {(entry: any) => string | undefined} of @param {(value: string) => string} [name] */
  const there = (of, name = (value) => value) => {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { entry } of items) {
      const value = of(entry);
      if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts].map(([value, count]) => [value, `${name(value)} (${count})`]).sort(([, a = ""], [, b = ""]) => a.localeCompare(b));
  };
  const holders = there((entry) => entry.locked?.by[0] && `user:${entry.locked.by[0]}`, (value) => store.name(value.slice(5)));
  const others = holders.filter(([value]) => value !== `user:${profile?.id}`);
  return (
    <div class="options-panel" role="group" aria-label="Group, sort and filter">
      {choices.view === "inbox" && (
        <>
          <Choice name="Group by" value={choices.group} among={NAMED.group ?? []} onChoose={(group) => choose({ group: /** @type {any} */ (group) })} />
          <Choice name="Sort by" value={choices.sort} among={NAMED.sort ?? []} onChoose={(sort) => choose({ sort: /** @type {any} */ (sort) })} />
          <hr />
          <Choice name="Workflow" value={choices.workflow} among={[["", "All"], ...there((entry) => entry.workflow, humanly)]} onChoose={(workflow) => choose({ workflow })} />
          <Choice name="Label" value={choices.label} among={[["", "All"], ...there((entry) => entry.name)]} onChoose={(label) => choose({ label })} />
          <Choice name="Step" value={choices.step} among={[["", "All"], ...there((entry) => entry.step, humanly)]} onChoose={(step) => choose({ step })} />
          <Choice
            name="Held by"
            value={choices.holder}
            among={[["", "Anybody or nobody"], ["me", "You"], ["nobody", "Nobody"], ...others]}
            onChoose={(holder) => choose({ holder })}
          />
          <Switch name="Unread only" on={choices.unread} onSwitch={(unread) => choose({ unread })} />
        </>
      )}
      <Switch name="Compact rows" on={choices.dense} onSwitch={(dense) => choose({ dense })} />
    </div>
  );
}

/** @param {{ name: string, value: string, among: string[][], onChoose: (value: string) => void }} props */
function Choice({ name, value, among, onChoose }) {
  const known = among.some(([one]) => one === value);
  return (
    <label class="choice">
      <span>{name}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!known && <option value={value}>{value} (0)</option>}
        {among.map(([one, title]) => (
          <option key={one} value={one}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** @param {{ name: string, on: boolean, onSwitch: (on: boolean) => void }} props */
function Switch({ name, on, onSwitch }) {
  return (
    <label class="choice">
      <span>{name}</span>
      <input type="checkbox" checked={on} onChange={(event) => onSwitch(event.currentTarget.checked)} />
    </label>
  );
}
