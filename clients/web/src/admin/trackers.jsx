import { useMemo } from "preact/hooks";
import { title } from "../look/data.jsx";
import { Icon } from "../look/icons.jsx";
import { Page } from "./page.jsx";
import { at, parts } from "./pages.js";
import { useReading } from "./reading.js";
import { Table } from "./table.jsx";
import { Tracker } from "./tracker.jsx";
import { counted } from "./words.js";

/** @typedef {{ handle: string, schema: any, display?: string, workflow?: string | null }} TrackerRecord */

/** The forms, and what a dispatch of each starts. @param {import("./admin.jsx").PageProps} props */
export function Trackers({ session, name, go }) {
  const { data, error, again } = useReading(session, "/v1/trackers");
  const workflows = useReading(session, "/v1/workflows");
  const [view, handle] = parts(name);
  const trackers = /** @type {TrackerRecord[] | undefined} */ (data?.trackers);
  const names = useMemo(() => (workflows.data?.workflows ?? []).map((/** @type {any} */ each) => each.name), [workflows.data]);
  if (view) {
    return <Tracker key={handle} session={session} trackers={trackers} workflows={names} handle={view === "new" ? undefined : (handle ?? view)} go={go} onSaved={again} />;
  }
  return (
    <Page
      title="Trackers"
      lead="The forms, and what a new dispatch starts."
      tools={
        <a class="button primary" href={at("trackers", "new")}>
          <Icon name="plus" />
          New tracker
        </a>
      }
    >
      <Table
        label="Trackers"
        columns={COLUMNS}
        rows={trackers}
        id={({ handle }) => handle}
        href={({ handle }) => at("trackers", "tracker", handle)}
        error={error}
        onAgain={again}
        sort="name"
        find="Find a tracker"
        empty={<p>There is no tracker. One describes the data of a form or of a dispatch.</p>}
      />
    </Page>
  );
}

/** @type {import("./table.jsx").Column<TrackerRecord>[]} */
const COLUMNS = [
  { key: "name", title: "Tracker", value: ({ handle }) => title(handle) },
  { key: "handle", title: "Handle", value: ({ handle }) => handle, quiet: true },
  {
    key: "fields",
    title: "Fields",
    value: ({ schema }) => Object.keys(schema.properties ?? {}).length,
    first: "most",
    cell: ({ schema }) => {
      const names = Object.keys(schema.properties ?? {});
      return <span title={names.join(", ")}>{names.length ? counted(names.length, "field") : "any data"}</span>;
    },
  },
  {
    key: "workflow",
    title: "A dispatch starts",
    value: ({ workflow }) => workflow ?? "",
    cell: ({ workflow }) => (workflow ? <a href={at("workflows", workflow)}>{title(workflow)}</a> : <span class="quiet">nothing</span>),
  },
];
