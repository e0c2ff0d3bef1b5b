import { useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";
import { Dialog } from "./access.jsx";
import { drafted, keepDraft } from "./drafts.js";
import { Page } from "./page.jsx";
import { at, parts, place } from "./pages.js";
import { TEMPLATE, written } from "./publishing.js";
import { useReading } from "./reading.js";
import { Table } from "./table.jsx";
import { Workflow } from "./workflow.jsx";
import "./workflows.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {{ name: string, version: number, hash: string, at: string, by: string | null, closed: boolean }} Published */
/** @typedef {Partial<Published> & { name: string, draft: boolean, running?: number }} Row */

const EVERY_MS = 15_000;

/** The workflows, and one of them. @param {{ session: Session, name?: string, go: (route: import("../shell/route.js").Route) => void }} props */
export default function Workflows({ session, name, go }) {
  const [one, view] = parts(name);
  if (one) return <Workflow key={one} session={session} name={one} view={view} go={go} />;
  return <All session={session} go={go} />;
}

/** @param {{ session: Session, go: (route: import("../shell/route.js").Route) => void }} props */
function All({ session, go }) {
  const all = useReading(session, "/v1/workflows", EVERY_MS);
  const under = useReading(session, "/v1/running", EVERY_MS);
  const [asking, setAsking] = useState(false);
  const user = session.client.profile?.id ?? "";
  /** @type {Published[] | undefined} */
  const published = all.data?.workflows;
  /** @type {Map<string, number>} */
  const running = new Map();
  for (const { workflow, entries } of under.data?.steps ?? []) running.set(workflow, (running.get(workflow) ?? 0) + entries);
  const drafts = new Set(drafted(user));
  /** @type {Row[] | undefined} */
  const rows = published && [
    ...published.map((each) => ({ ...each, draft: drafts.delete(each.name), running: under.data && (running.get(each.name) ?? 0) })),
    ...[...drafts].map((each) => ({ name: each, draft: true })),
  ];
  /** @type {import("./table.jsx").Column<Row>[]} */
  const columns = [
    {
      key: "name",
      title: "Workflow",
      value: (row) => row.name,
      cell: (row) => (
        <>
          {row.name}
          {row.closed && <span class="label warning">Closed</span>}
          {row.draft && <span class="label info">Draft</span>}
        </>
      ),
    },
    { key: "version", title: "Version", number: true, first: "most", value: (row) => row.version ?? 0, cell: (row) => row.version ?? "–" },
    { key: "running", title: "Under way", number: true, first: "most", value: (row) => row.running ?? 0, cell: (row) => row.running ?? "" },
    { key: "at", title: "Published", quiet: true, first: "most", value: (row) => row.at ?? "", cell: (row) => row.at && <time dateTime={row.at} title={moment(row.at)}>{age(row.at)}</time> },
    { key: "by", title: "By", quiet: true, value: (row) => (row.by ? session.name(row.by) : ""), cell: (row) => (row.by ? session.name(row.by) : "") },
  ];
  return (
    <Page
      title="Workflows"
      lead="What can be started, and in which versions."
      tools={
        <button class="primary" onClick={() => setAsking(true)}>
          <Icon name="plus" />
          New workflow
        </button>
      }
    >
      <Table
        label="Workflows"
        columns={columns}
        rows={rows}
        id={(row) => row.name}
        href={(row) => at("workflows", row.name)}
        error={all.error}
        onAgain={all.again}
        sort="name"
        find="Find a workflow"
        empty={<p>There is no workflow yet.</p>}
      />
      {asking && (
        <New
          taken={new Set((published ?? []).map((each) => each.name))}
          onClose={() => setAsking(false)}
          onName={(chosen, text) => {
            keepDraft(user, chosen, { text, base: 0 });
            go({ page: "workflows", name: place(chosen) });
          }}
        />
      )}
    </Page>
  );
}

/** @param {{ taken: Set<string>, onClose: () => void, onName: (name: string, text: string) => void }} props */
function New({ taken, onClose, onName }) {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState("");
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  /** @param {SubmitEvent} event */
  const create = async (event) => {
    event.preventDefault();
    const chosen = name.trim();
    if (taken.has(chosen)) return setProblem("There is a workflow of that name.");
    onName(chosen, file ? await file.text() : written(TEMPLATE));
  };
  return (
    <Dialog title="New workflow" onClose={onClose}>
      <form onSubmit={create}>
        <label class="field">
          Name
          <input
            required
            autofocus
            maxLength={200}
            value={name}
            placeholder="leave-request"
            onInput={(event) => {
              setName(event.currentTarget.value);
              setProblem("");
            }}
          />
        </label>
        <label class="field">
          Begin with a file, if there is one
          <input type="file" accept=".json,application/json" onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />
        </label>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button class="primary" disabled={!name.trim()}>
            Begin
          </button>
        </div>
      </form>
    </Dialog>
  );
}
