import { useState } from "preact/hooks";
import { title } from "../look/data.jsx";
import { age } from "../look/words.js";
import { address } from "../shell/route.js";
import { Fresh, Page } from "./page.jsx";
import { at } from "./pages.js";
import { useDoing, useReading } from "./reading.js";
import { SINCE, TITLE, WHO } from "./stuck.jsx";
import { Table } from "./table.jsx";
import { counted } from "./words.js";

/** @typedef {import("./stuck.jsx").Stand} Stand */

const EVERY_MS = 10_000;
const PAGE = 200;

/** The entries at one step, the longest there first. @param {{ session: import("../live/session.js").Session, workflow: string, version: string, step: string }} props */
export function Step({ session, workflow, version, step }) {
  const door = `/v1/running/${encodeURIComponent(workflow)}/${encodeURIComponent(step)}?version=${encodeURIComponent(version)}&limit=${PAGE}`;
  const { data, error, at: read, again } = useReading(session, door, EVERY_MS);
  const [later, setLater] = useState(/** @type {{ entries: Stand[], after?: string } | null} */ (null));
  const { busy, problem, run } = useDoing();
  const rows = data && /** @type {Stand[]} */ ([...data.entries, ...(later?.entries ?? [])]);
  const after = later ? later.after : data?.after;
  const more = () =>
    run(async () => {
      const page = await session.read(`${door}&after=${encodeURIComponent(after ?? "")}`);
      setLater({ entries: [...(later?.entries ?? []), ...page.entries], after: page.after });
    });
  const named = rows?.[0];
  return (
    <Page
      title={named?.name ?? title(step)}
      lead={`${title(workflow)}, version ${version}. The entries that stand here, the longest first.`}
      back={{ href: at("running"), title: "Running" }}
      tools={<Fresh at={read} every={EVERY_MS} />}
    >
      <Table
        label="Entries at this step"
        columns={COLUMNS}
        rows={rows ?? undefined}
        id={({ entry, since }) => `${entry}/${since}`}
        href={({ entry }) => address({ entry })}
        error={error || problem?.message}
        onAgain={again}
        find="Find an entry"
        empty={<p>Nothing stands here now.</p>}
      />
      {after && (
        <button class="link table-more" disabled={busy} onClick={more}>
          Show {PAGE} more
        </button>
      )}
    </Page>
  );
}

/** @type {import("./table.jsx").Column<Stand>[]} */
const COLUMNS = [
  TITLE,
  SINCE,
  WHO,
  {
    key: "lock",
    title: "Lock",
    value: ({ lockedBy }) => (lockedBy ?? []).map(({ name }) => name).join(", "),
    cell: ({ lockedBy, lockedSince }) => lockedBy && `${lockedBy.map(({ name }) => name).join(", ")}, ${age(lockedSince ?? "")}`,
  },
  {
    key: "incidents",
    title: "Incidents",
    first: "most",
    value: ({ incidents }) => incidents ?? 0,
    cell: ({ incidents }) => (incidents ? <span class="label danger">{counted(incidents, "incident")}</span> : null),
  },
];
