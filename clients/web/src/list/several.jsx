import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { commonPaths, doAll, pickedAfter, summed } from "./several.js";
import { useCommands } from "../shell/commands.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("./several.js").Run} Run */

/** Behaviors that lead somewhere: for several at once there is no such place. */
const LEADING = new Set(["chat", "managedChat", "automatic", "ux", "layout", "wiki", "schedule", "payment"]);

/**
 * Picking rows: by their boxes, with Shift for all in between, and by key.
 * @param {{ order: string[], current: string | undefined, move: (by: number) => string | undefined }} props
 * `order`: all that can be picked. `move`: goes on to another row and says which
 */
export function usePicks({ order, current, move }) {
  const [kept, set] = useState(/** @type {Set<string>} */ (new Set()));
  const [anchor, setAnchor] = useState(/** @type {string | undefined} */ (undefined));
  const there = useMemo(() => new Set(order), [order]);
  const picked = [...kept].some((id) => !there.has(id)) ? new Set([...kept].filter((id) => there.has(id))) : kept;
  /** @param {string} id @param {boolean} range */
  const pick = (id, range) => {
    set(pickedAfter(picked, order, id, anchor, range));
    setAnchor(id);
  };
  /** @param {number} by */
  const extend = (by) => () => {
    const from = current && there.has(current) ? current : undefined;
    const to = move(by);
    const next = new Set(picked);
    for (const id of [from, to]) if (id && !id.startsWith("room:")) next.add(id);
    set(next);
    if (to) setAnchor(to);
  };
  const clear = () => set(new Set());
  const all = () => set(new Set(order.filter((id) => !id.startsWith("room:"))));
  // While nothing is picked, Ctrl/⌘ A is the browser's.
  useCommands([
    {
      title: "Select this entry",
      section: "List",
      icon: "check",
      keys: ["x"],
      run: () => current && there.has(current) && !current.startsWith("room:") && pick(current, false),
    },
    { title: "Select the next one, too", section: "List", keys: ["J"], run: extend(1), quiet: true },
    { title: "Select the previous one, too", section: "List", keys: ["K"], run: extend(-1), quiet: true },
    { title: "Select all that are shown", section: "List", icon: "list", keys: picked.size ? ["* a", "mod+a"] : ["* a"], run: all },
  ]);
  return { picked, pick, clear, all };
}

/**
 * What can be done to several at once, and what became of it.
 * @param {{ session: Session, entries: Entry[], done?: boolean, onClear: () => void, onAll: () => void, onActed?: () => void }} props
 * `done`: they are not in the inbox any more
 */
export function Several({ session, entries, done, onClear, onAll, onActed }) {
  const [run, setRun] = useState(/** @type {Run | null} */ (null));
  const { client } = session;
  const me = client.profile?.id ?? "";
  const live = client.state === "online";

  /** @param {string} title @param {(id: string) => Promise<any>} act @param {{ id: string, title: string }[]} [several] */
  const start = async (title, act, several = entries.map((entry) => ({ id: entry.id, title: entry.title }))) => {
    const begun = { title, act, total: several.length, results: [], ended: false };
    setRun(begun);
    const results = await doAll(several, act, (some) => setRun({ ...begun, results: some }));
    setRun({ ...begun, results, ended: true });
    onClear();
    onActed?.();
  };
  /** @param {string} label */
  const choose = (label) => (/** @type {string} */ id) => {
    const entry = client.store.entries.get(id);
    const path = entry?.paths?.find((one) => one.label === label);
    if (!entry || !path) return Promise.reject(new Error("It has moved on."));
    return LEADING.has(path.behavior?.behavior ?? "") ? client.choose(entry, label) : client.behaviors.choose(client, entry, path);
  };
  const paths = done ? [] : commonPaths(entries);
  const own = entries.filter(({ guest }) => !guest);
  const acts = /** @type {[string, string, (id: string) => Promise<any>, any][]} */ (
    done
      ? [["Take back", "undo", (id) => client.status(id, "active"), own.length]]
      : [
          // A lock that is taken later holds nothing now.
          ["Hold", "lock", (id) => client.lock(id), live && own.some(({ locked }) => !locked?.by.includes(me))],
          ["Release the lock", "unlock", (id) => client.unlock(id), live && own.some(({ locked }) => locked?.by.includes(me))],
          ["Put away", "archive", (id) => client.status(id, "retired"), own.length],
        ]
  ).filter(([, , , fits]) => fits);

  if (run) {
    return (
      <Results
        run={run}
        onRetry={(some) => start(run.title, run.act, some)}
        onClose={() => {
          setRun(null);
          toList();
        }}
      />
    );
  }
  if (!entries.length) return null;
  return (
    <Offered
      count={entries.length}
      onClear={onClear}
      onAll={onAll}
      acts={[
        ...paths.map(({ label, icon }) => ({ title: label, icon: icon ?? "arrow", run: () => void start(label, choose(label)), path: true })),
        ...acts.map(([title, icon, act]) => ({ title, icon, run: () => void start(title, act), path: false })),
      ]}
    />
  );
}

/** @param {{ count: number, acts: { title: string, icon: string, run: () => void, path: boolean }[], onClear: () => void, onAll: () => void }} props */
function Offered({ count, acts, onClear, onAll }) {
  // Offered while something is picked, and after all else: Escape is for this first.
  useCommands([
    { title: "Select nothing", section: "List", keys: ["Escape"], run: onClear, quiet: true },
    ...acts.map(({ title, icon, run }) => ({ title: `${title}: the ${count} selected`, section: "Selected", icon, run })),
  ]);
  return (
    <section class="several" aria-label="Selected entries">
      <p>
        <strong role="status">{count} selected</strong>
        <button class="link small" onClick={onAll}>
          All
        </button>
        <span class="grow" />
        <button
          class="plain"
          aria-label="Select nothing"
          title="Select nothing (Esc)"
          onClick={() => {
            onClear();
            toList();
          }}
        >
          <Icon name="cross" />
        </button>
      </p>
      <div class="several-acts">
        {acts.map(({ title, icon, run, path }) => (
          <button key={title} class={path ? "primary" : ""} onClick={run}>
            <Icon name={icon} />
            {title}
          </button>
        ))}
      </div>
    </section>
  );
}

/** The focus goes to the row that the Tab key leads to, or to the list when it is empty. */
function toList() {
  const row = document.querySelector('.list [data-row][tabindex="0"]') ?? document.querySelector(".list .rows-scroll");
  /** @type {HTMLElement | null} */ (row)?.focus();
}

/** @param {{ run: Run, onRetry: (several: { id: string, title: string }[]) => void, onClose: () => void }} props */
function Results({ run, onRetry, onClose }) {
  const refused = run.results.filter(({ error }) => error);
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  // What was pressed is gone with the choice, and so may be the rows.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) panel.current?.focus();
  }, [run.ended]);
  return (
    <section class="several" aria-label="What became of it" tabIndex={-1} ref={panel}>
      <p>
        <strong role="status">{summed(run)}</strong>
        <span class="grow" />
        {run.ended && (
          <button class="plain" aria-label="Close what became of it" onClick={onClose}>
            <Icon name="cross" />
          </button>
        )}
      </p>
      {!run.ended && <progress value={run.results.length} max={run.total} aria-label={run.title} />}
      {refused.length > 0 && (
        <ul class="refused">
          {refused.map(({ id, title, error }) => (
            <li key={id}>
              <span class="refused-title">{title}</span>
              <span class="quiet">{error}</span>
            </li>
          ))}
        </ul>
      )}
      {run.ended && refused.length > 0 && (
        <button onClick={() => onRetry(refused)}>
          <Icon name="undo" />
          Try the refused again
        </button>
      )}
    </section>
  );
}
