import { useMemo, useState } from "preact/hooks";
import { title } from "../look/data.jsx";
import { Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";
import { address } from "../shell/route.js";
import { Dialog, Problem } from "./access.jsx";
import { useDoing, useReading } from "./reading.js";
import { Table } from "./table.jsx";
import { counted } from "./words.js";

/**
 * @typedef {{
 *   entry: string, title: string, workflow: string, version: number, step: string, name: string, nameStyle?: string,
 *   since: string, users: { id: string, name: string }[], userCount: number,
 *   lockedBy?: { id: string, name: string }[], lockedSince?: string, incidents?: number, why?: string[],
 * }} Stand
 */

const EVERY_MS = 10_000;
const MOST = 100;

/** What somebody should look at. @param {{ session: import("../live/session.js").Session, after: number }} props */
export function Stuck({ session, after }) {
  const { data, error, again } = useReading(session, `/v1/running/stuck?stuck=${after}&limit=${MOST}`, EVERY_MS);
  const [freeing, setFreeing] = useState(/** @type {Stand | null} */ (null));
  const columns = useMemo(
    () => [
      TITLE,
      {
        key: "why",
        title: "Why",
        value: (/** @type {Stand} */ row) => (row.why ?? []).join(" "),
        cell: (/** @type {Stand} */ row) => <Why stand={row} />,
      },
      {
        key: "step",
        title: "Step",
        value: (/** @type {Stand} */ row) => `${row.workflow} ${row.name}`,
        cell: (/** @type {Stand} */ row) => (
          <span class="tags">
            <span class={`label ${row.nameStyle ?? ""}`}>{row.name}</span>
            <span class="quiet small">{title(row.workflow)}</span>
          </span>
        ),
      },
      SINCE,
      WHO,
    ],
    [],
  );
  return (
    <>
      <p class="quiet">At a step for longer than that, or for longer than is usual there; a lock held for over an hour; or an open incident.</p>
      <Table
        label="To look at"
        columns={columns}
        rows={/** @type {Stand[] | undefined} */ (data?.entries)}
        id={({ entry, step, since }) => `${entry}/${step}/${since}`}
        href={({ entry }) => address({ entry })}
        error={error}
        onAgain={again}
        find="Find an entry"
        empty={
          <>
            <strong>Nothing is stuck.</strong>
            <p>Everything moves as usual.</p>
          </>
        }
        actions={(row) =>
          row.lockedBy ? (
            <button class="plain" onClick={() => setFreeing(row)} aria-label={`Free the lock of ${row.title}`}>
              <Icon name="lock" />
              Free
            </button>
          ) : null
        }
      />
      {data?.more && <p class="quiet">These are the {MOST} worst of each kind; there are more.</p>}
      {freeing && (
        <Free
          session={session}
          stand={freeing}
          onDone={() => {
            setFreeing(null);
            again();
          }}
        />
      )}
    </>
  );
}

/** @param {{ stand: Stand }} props */
function Why({ stand }) {
  const { why = [], incidents = 0, lockedSince = stand.since } = stand;
  return (
    <span class="tags">
      {why.includes("failed") && <span class="label danger">{counted(incidents, "incident")}</span>}
      {why.includes("locked") && <span class="label warning">locked for {age(lockedSince)}</span>}
      {why.includes("old") && <span class="label warning">there for {age(stand.since)}</span>}
    </span>
  );
}

/** @param {{ session: import("../live/session.js").Session, stand: Stand, onDone: () => void }} props */
function Free({ session, stand, onDone }) {
  const { busy, problem, run } = useDoing();
  const [reason, setReason] = useState("");
  const holders = (stand.lockedBy ?? []).map(({ name }) => name).join(", ");
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (await run(() => session.client.unlock(stand.entry, { reason: reason.trim() }))) onDone();
  };
  return (
    <Dialog title={`Free “${stand.title}”?`} onClose={onDone}>
      <form onSubmit={submit}>
        <p>{holders} held it for {age(stand.lockedSince ?? stand.since)}, and is told that you freed it and why. Then everybody at the step can go on.</p>
        <label class="field">
          <span>Why</span>
          <input required maxLength={500} value={reason} onInput={(event) => setReason(event.currentTarget.value)} autofocus />
        </label>
        <Problem problem={problem} />
        <div class="buttons">
          <button type="button" onClick={onDone}>
            Cancel
          </button>
          <button class="primary" disabled={busy || !reason.trim()}>
            Free the lock
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** How long ago. @param {{ at: string }} props */
export function Since({ at }) {
  return (
    <time dateTime={at} title={moment(at)}>
      {age(at)}
    </time>
  );
}

/** @type {import("./table.jsx").Column<Stand>} */
export const TITLE = { key: "title", title: "Entry", value: ({ title }) => title };
/** @type {import("./table.jsx").Column<Stand>} */
export const SINCE = { key: "since", title: "There for", value: ({ since }) => since, cell: ({ since }) => <Since at={since} /> };
/** @type {import("./table.jsx").Column<Stand>} */
export const WHO = {
  key: "who",
  title: "Who has it",
  quiet: true,
  value: ({ users }) => users.map(({ name }) => name).join(", "),
  cell: ({ users, userCount }) => {
    const named = users.slice(0, 2).map(({ name }) => name);
    return named.join(", ") + (userCount > named.length ? ` and ${userCount - named.length} more` : "");
  },
};
