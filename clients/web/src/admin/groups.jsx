import { useEffect, useMemo, useState } from "preact/hooks";
import { useDoing } from "./reading.js";
import { Icon } from "../look/icons.jsx";
import { title as spoken } from "../look/data.jsx";
import { Problem } from "./access.jsx";
import { Page } from "./page.jsx";
import { at } from "./pages.js";
import { Loading, Table } from "./table.jsx";
import { Face, nameOf } from "./people.jsx";

/** @typedef {import("./people.jsx").DirectoryUser} DirectoryUser */
/** @typedef {{ session: import("../live/session.js").Session, directory: import("./people.jsx").Directory }} Props */

/** @param {Props} props */
export function Groups({ directory }) {
  const { people, error, again } = directory;
  const rows = useMemo(() => {
    if (!people) return undefined;
    /** @type {Map<string, DirectoryUser[]>} */
    const found = new Map();
    for (const user of people) for (const group of user.groups ?? []) found.set(group, [...(found.get(group) ?? []), user]);
    return [...found].map(([name, members]) => ({ name, members }));
  }, [people]);
  return <Table label="Groups" columns={COLUMNS} rows={rows} id={({ name }) => name} href={({ name }) => at("users", "group", name)} error={error} onAgain={again} sort="name" find="Find a group" empty={<p>There is no group. A user is put into one on the user's own page.</p>} />;
}

/** @type {import("./table.jsx").Column<{ name: string, members: DirectoryUser[] }>[]} */
const COLUMNS = [
  { key: "name", title: "Group", value: ({ name }) => name },
  { key: "count", title: "Members", number: true, first: "most", value: ({ members }) => members.length },
  {
    key: "who",
    title: "Who",
    quiet: true,
    value: ({ members }) => members.map(nameOf).join(" "),
    cell: ({ members }) => members.slice(0, 4).map(nameOf).join(", ") + (members.length > 4 ? ` and ${members.length - 4} more` : ""),
  },
];

/** Who is in a group, and which workflows mean it. @param {Props & { name: string }} props */
export function Group({ session, directory, name }) {
  const { people, error, again } = directory;
  const { busy, problem, run } = useDoing();
  const [adding, setAdding] = useState("");
  const members = useMemo(() => people?.filter(({ groups }) => groups?.includes(name)), [people, name]);
  const others = (people ?? []).filter(({ groups }) => !groups?.includes(name));

  /** @param {DirectoryUser} user @param {boolean} into */
  const put = (user, into) =>
    run(async () => {
      const groups = (user.groups ?? []).filter((group) => group !== name);
      await session.read(`/v1/users/${encodeURIComponent(user.id)}`, "PUT", { ...user, groups: into ? [...groups, name] : groups });
      setAdding("");
      again();
    });
  const chosen = others.find(({ id }) => id === adding);
  return (
    <Page title={name} lead="A group of users, as the scopes of workflows name it." back={{ href: at("users", "groups"), title: "Groups" }}>
      <Problem problem={problem} />
      <Table
        label={`Members of ${name}`}
        columns={MEMBERS}
        rows={members}
        id={({ id }) => id}
        href={({ id }) => at("users", "user", id)}
        error={error}
        onAgain={again}
        sort="name"
        find="Find a member"
        empty={<p>Nobody is in this group.</p>}
        tools={
          <form
            class="line"
            onSubmit={(event) => {
              event.preventDefault();
              if (chosen) put(chosen, true);
            }}
          >
            <select aria-label="Who to add" value={adding} onChange={(event) => setAdding(event.currentTarget.value)}>
              <option value="">Somebody…</option>
              {others.map((user) => (
                <option key={user.id} value={user.id}>
                  {nameOf(user)}
                </option>
              ))}
            </select>
            <button disabled={!chosen || busy}>
              <Icon name="plus" />
              Add
            </button>
          </form>
        }
        actions={(user) => (
          <button class="plain" disabled={busy} aria-label={`Take out ${nameOf(user)}`} onClick={() => put(user, false)}>
            Take out
          </button>
        )}
      />
      <section class="card" aria-labelledby="named">
        <h3 id="named">Workflows that mean it</h3>
        <Named session={session} group={name} />
      </section>
    </Page>
  );
}

/** @type {import("./table.jsx").Column<DirectoryUser>[]} */
const MEMBERS = [
  { key: "name", title: "Name", value: nameOf, cell: (user) => <Face user={user} /> },
  { key: "id", title: "Id", value: ({ id }) => id, quiet: true },
  { key: "email", title: "E-mail", value: ({ email }) => email ?? "", quiet: true },
];

/** @param {{ session: import("../live/session.js").Session, group: string }} props */
function Named({ session, group }) {
  const [found, setFound] = useState(/** @type {{ name: string, steps: string[] }[] | null} */ (null));
  const { problem, run } = useDoing();
  useEffect(() => {
    run(async () => {
      const { workflows } = await session.read("/v1/workflows");
      const all = await Promise.all(
        workflows.map(async (/** @type {any} */ { name }) => {
          const { definition } = await session.read(`/v1/workflows/${encodeURIComponent(name)}`);
          const steps = Object.entries(definition).filter(([, node]) => names(node, group)).map(([key, node]) => /** @type {any} */ (node).step?.name ?? spoken(key));
          return { name, steps };
        }),
      );
      setFound(all.filter(({ steps }) => steps.length));
    });
  }, [group]);
  if (problem) return <Problem problem={problem} />;
  if (!found) return <Loading />;
  if (!found.length) return <p class="quiet">No workflow names this group.</p>;
  return (
    <ul class="named">
      {found.map(({ name, steps }) => (
        <li key={name}>
          <a href={at("workflows", name)}>{spoken(name)}</a> <span class="quiet">{steps.join(", ")}</span>
        </li>
      ))}
    </ul>
  );
}

/** Whether a query somewhere in a part of a workflow names the group. @param {any} part @param {string} group @returns {boolean} */
function names(part, group) {
  if (typeof part === "string") {
    return [...part.matchAll(/\bgroups\s*\[([^\]]*)\]/g)].some(([, list]) => (list ?? "").split(",").some((name) => name.trim().replace(/^(["'])(.*)\1$/, "$2") === group));
  }
  return typeof part === "object" && part !== null && Object.values(part).some((member) => names(member, group));
}
