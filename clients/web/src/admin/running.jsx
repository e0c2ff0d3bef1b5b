import { useMemo, useState } from "preact/hooks";
import { title } from "../look/data.jsx";
import { Fresh, Page } from "./page.jsx";
import { at, parts } from "./pages.js";
import { useReading } from "./reading.js";
import { Loading, Table } from "./table.jsx";
import { Step } from "./step.jsx";
import { Since, Stuck } from "./stuck.jsx";
import { counted } from "./words.js";
import "./running.css";

/** @typedef {{ workflow: string, version: number, step: string, name: string, nameStyle?: string, entries: number, oldest: string, median: string, stuck?: number, locked?: number, incidents?: number }} Standing */

const EVERY_MS = 5_000;
const HOUR = 3600;
/** After how long an entry is stuck at its step. @type {[number, string][]} */
const AFTER = [
  [HOUR, "an hour"],
  [4 * HOUR, "4 hours"],
  [24 * HOUR, "a day"],
  [3 * 24 * HOUR, "3 days"],
  [14 * 24 * HOUR, "2 weeks"],
];
const KEPT = "lockstep.stuck";

/** What is under way. @param {import("./admin.jsx").PageProps} props */
export function Running({ session, name }) {
  const [view, ...of] = parts(name);
  const [after, setAfter] = useState(Number(localStorage.getItem(KEPT)) || 24 * HOUR);
  if (view === "step") return <Step session={session} workflow={of[0] ?? ""} version={of[1] ?? ""} step={of[2] ?? ""} />;
  /** @param {number} seconds */
  const choose = (seconds) => {
    localStorage.setItem(KEPT, String(seconds));
    setAfter(seconds);
  };
  return <Overview session={session} stuck={view === "stuck"} after={after} onAfter={choose} />;
}

/** @param {{ session: import("../live/session.js").Session, stuck: boolean, after: number, onAfter: (seconds: number) => void }} props */
function Overview({ session, stuck, after, onAfter }) {
  const { data, error, at: read, again } = useReading(session, `/v1/running?stuck=${after}`, EVERY_MS);
  const steps = /** @type {Standing[] | undefined} */ (data?.steps);
  const workflows = useMemo(() => {
    /** @type {Map<string, Standing[]>} */
    const found = new Map();
    for (const step of steps ?? []) found.set(step.workflow, [...(found.get(step.workflow) ?? []), step]);
    return [...found];
  }, [steps]);
  /** @param {"entries" | "stuck" | "locked" | "incidents"} what */
  const sum = (what) => (steps ?? []).reduce((total, step) => total + (step[what] ?? 0), 0);

  return (
    <Page
      title="Running"
      lead="What is under way, step by step."
      tools={
        <>
          <label class="stuck-after">
            <span class="quiet small">Stuck after</span>
            <select value={after} onChange={(event) => onAfter(Number(event.currentTarget.value))}>
              {AFTER.map(([seconds, words]) => (
                <option key={seconds} value={seconds}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <Fresh at={read} every={EVERY_MS} />
        </>
      }
    >
      {steps && (
        <dl class="figures">
          <Figure what="Under way" count={sum("entries")} />
          <Figure what="Stuck" count={sum("stuck")} tone="warning" />
          <Figure what="Held by a lock" count={sum("locked")} />
          <Figure what="With an incident" count={sum("incidents")} tone="danger" />
        </dl>
      )}
      <nav class="subpages" aria-label="Running">
        <a href={at("running")} aria-current={stuck ? undefined : "page"}>
          By step
        </a>
        <a href={at("running", "stuck")} aria-current={stuck ? "page" : undefined}>
          To look at
        </a>
      </nav>
      {stuck && <Stuck session={session} after={after} />}
      {!stuck && error && (
        <p class="problem" role="alert">
          {error}{" "}
          <button class="link" onClick={again}>
            Try again
          </button>
        </p>
      )}
      {!stuck && !steps && !error && <Loading />}
      {!stuck && steps?.length === 0 && (
        <div class="admin-empty">
          <strong>Nothing is under way.</strong>
          <p>What is started appears here by itself.</p>
        </div>
      )}
      {!stuck && workflows.map(([workflow, rows]) => <Workflow key={workflow} name={workflow} rows={rows} />)}
    </Page>
  );
}

/** @param {{ what: string, count: number, tone?: string }} props */
function Figure({ what, count, tone = "" }) {
  return (
    <div class={`figure ${count ? tone : ""}`}>
      <dt>{what}</dt>
      <dd>{count.toLocaleString()}</dd>
    </div>
  );
}

/** @param {{ name: string, rows: Standing[] }} props */
function Workflow({ name, rows }) {
  const columns = useMemo(() => {
    const most = Math.max(...rows.map(({ entries }) => entries));
    const versions = new Set(rows.map(({ version }) => version)).size > 1;
    /** @type {import("./table.jsx").Column<Standing>[]} */
    const made = [
      {
        key: "step",
        title: "Step",
        value: (row) => `${row.name} ${row.version}`,
        cell: (row) => (
          <>
            <span class={`label ${row.nameStyle ?? ""}`}>{row.name}</span>
            {versions && <span class="quiet small"> version {row.version}</span>}
          </>
        ),
      },
      {
        key: "entries",
        title: "Entries",
        value: ({ entries }) => entries,
        first: "most",
        cell: ({ entries }) => (
          <span class="amount">
            <span class="amount-count">{entries.toLocaleString()}</span>
            <span class="amount-line" style={{ width: `${Math.max(2, (entries / most) * 100)}%` }} />
          </span>
        ),
      },
      { key: "oldest", title: "Longest there", value: ({ oldest }) => oldest, cell: ({ oldest }) => <Since at={oldest} /> },
      { key: "median", title: "Typically", value: ({ median }) => median, cell: ({ median }) => <Since at={median} /> },
      {
        key: "look",
        title: "To look at",
        value: ({ stuck = 0, incidents = 0, locked = 0 }) => stuck + incidents + locked / 1000,
        first: "most",
        cell: ({ stuck, locked, incidents }) =>
          stuck || locked || incidents ? (
            <span class="tags">
              {stuck ? <span class="label warning">{stuck} stuck</span> : null}
              {incidents ? <span class="label danger">{counted(incidents, "incident")}</span> : null}
              {locked ? <span class="label">{locked} locked</span> : null}
            </span>
          ) : null,
      },
    ];
    return made;
  }, [rows]);
  const id = `running-${encodeURIComponent(name)}`;
  return (
    <section class="running-workflow" aria-labelledby={id}>
      <h3 id={id}>
        <a href={at("workflows", name)}>{title(name)}</a> <span class="count">{rows.reduce((sum, { entries }) => sum + entries, 0).toLocaleString()}</span>
      </h3>
      <Table
        label={title(name)}
        columns={columns}
        rows={rows}
        id={({ version, step }) => `${version}/${step}`}
        href={({ version, step }) => at("running", "step", name, String(version), step)}
        sort="-entries"
        empty={null}
      />
    </section>
  );
}
