import { useMemo } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { Page } from "./page.jsx";
import { at, parts } from "./pages.js";
import { useReading } from "./reading.js";
import { Script } from "./script.jsx";
import { Table } from "./table.jsx";
import { counted } from "./words.js";

/** @typedef {{ handle: string, source?: string }} ScriptRecord `source`: none for one that is named and not there */

const EVERY_MS = 20_000;

/** What actions run. @param {import("./admin.jsx").PageProps} props */
export function Scripts({ session, name, go, incidents }) {
  const { data, error, again } = useReading(session, "/v1/scripts", EVERY_MS);
  const [view, of] = parts(name);
  const scripts = /** @type {ScriptRecord[] | undefined} */ (data?.scripts);
  const failing = useMemo(() => {
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const { script } of incidents.list ?? []) if (script) found.set(script, (found.get(script) ?? 0) + 1);
    return found;
  }, [incidents.list]);
  // Those that are missing are what somebody comes here for.
  const rows = useMemo(() => {
    if (!scripts) return undefined;
    const missing = [...failing.keys()].filter((handle) => !scripts.some((script) => script.handle === handle));
    return [...missing.map((handle) => ({ handle })), ...scripts];
  }, [scripts, failing]);
  const columns = useMemo(() => {
    /** @type {import("./table.jsx").Column<ScriptRecord>[]} */
    const made = [
      { key: "handle", title: "Script", value: ({ handle }) => handle, cell: ({ handle }) => <span class="code">{handle}</span> },
      {
        key: "about",
        title: "What it says of itself",
        quiet: true,
        value: ({ source }) => about(source),
        cell: ({ source }) => (source === undefined ? <span class="label danger">not there yet</span> : about(source)),
      },
      { key: "lines", title: "Lines", number: true, first: "most", value: ({ source }) => (source === undefined ? 0 : source.trimEnd().split("\n").length) },
      {
        key: "incidents",
        title: "Open incidents",
        first: "most",
        value: ({ handle }) => failing.get(handle) ?? 0,
        cell: ({ handle }) => (failing.has(handle) ? <span class="label danger">{counted(failing.get(handle) ?? 0, "incident")}</span> : null),
      },
    ];
    return made;
  }, [failing]);

  if (view) return <Script key={`${view}/${of}`} session={session} scripts={scripts} handle={view === "new" ? undefined : (of ?? view)} failing={failing} go={go} onSaved={again} incidents={incidents} />;
  return (
    <Page
      title="Scripts"
      lead="What actions run, and how that went."
      tools={
        <a class="button primary" href={at("scripts", "new")}>
          <Icon name="plus" />
          New script
        </a>
      }
    >
      <Table
        label="Scripts"
        columns={columns}
        rows={rows}
        id={({ handle }) => handle}
        href={({ handle }) => at("scripts", "script", handle)}
        error={error}
        onAgain={again}
        sort="handle"
        find="Find a script"
        empty={<p>There is no script. An action of a workflow names one by its handle.</p>}
      />
    </Page>
  );
}

/** The comment at its top. @param {string | undefined} source */
const about = (source) => /^--\s*(.+)/.exec(source ?? "")?.[1] ?? "";
