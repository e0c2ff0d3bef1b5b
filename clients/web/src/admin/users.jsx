import { useMemo } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { ApiKeys } from "./keys.jsx";
import { Group, Groups } from "./groups.jsx";
import { Page } from "./page.jsx";
import { at, parts } from "./pages.js";
import { Face, nameOf, Tags } from "./people.jsx";
import { Query } from "./query.jsx";
import { useReading } from "./reading.js";
import { Table } from "./table.jsx";
import { User } from "./user.jsx";

/** @typedef {import("./people.jsx").DirectoryUser} DirectoryUser */
/** @typedef {import("./people.jsx").Directory} Directory */

const EVERY_MS = 15_000;

/** The directory: people, groups, keys, and what a query means. @param {import("./admin.jsx").PageProps} props */
export function Users({ session, name, go }) {
  const users = useReading(session, "/v1/users", EVERY_MS);
  const refused = useReading(session, "/v1/revocations", EVERY_MS);
  const revoked = useMemo(
    () => new Map((refused.data?.revocations ?? []).map((/** @type {any} */ one) => [one.user, one])),
    [refused.data],
  );
  /** @type {Directory} */
  const directory = {
    people: users.data?.users,
    revoked,
    error: users.error,
    again: () => {
      users.again();
      refused.again();
    },
  };
  const [view, of] = parts(name);
  const props = { session, directory, go };
  if (view === "user" || view === "new") return <User key={of} id={view === "new" ? undefined : of} {...props} />;
  if (view === "group") return <Group key={of} name={of ?? ""} {...props} />;
  return (
    <Page
      title="Users"
      lead="Who there is, and what they belong to."
      tools={
        <a class="button primary" href={at("users", "new")}>
          <Icon name="plus" />
          New user
        </a>
      }
    >
      <nav class="subpages" aria-label="Users">
        {TABS.map(([key, title]) => (
          <a key={key} href={at("users", ...(key ? [key] : []))} aria-current={(view ?? "") === key ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {view === "groups" ? <Groups {...props} /> : view === "keys" ? <ApiKeys session={session} directory={directory} /> : view === "query" ? <Query session={session} /> : <People directory={directory} />}
    </Page>
  );
}

const TABS = [
  ["", "People"],
  ["groups", "Groups"],
  ["keys", "API keys"],
  ["query", "Who is meant"],
];

/** @param {{ directory: Directory }} props */
function People({ directory }) {
  const { people, revoked, error, again } = directory;
  const columns = useMemo(() => {
    /** @type {import("./table.jsx").Column<DirectoryUser>[]} */
    const made = [
      { key: "name", title: "Name", value: nameOf, cell: (user) => <Face user={user} /> },
      { key: "id", title: "Id", value: ({ id }) => id, quiet: true },
      { key: "email", title: "E-mail", value: ({ email }) => email ?? "", quiet: true },
      { key: "groups", title: "Groups", value: ({ groups }) => (groups ?? []).join(" "), cell: ({ groups }) => <Tags names={groups} /> },
      { key: "labels", title: "Labels", value: ({ labels }) => (labels ?? []).join(" "), cell: ({ labels }) => <Tags names={labels} /> },
      {
        key: "roles",
        title: "Access",
        value: ({ id, roles }) => [revoked.has(id) ? "revoked" : "", ...(roles ?? [])].join(" "),
        cell: ({ id, roles = [] }) =>
          revoked.has(id) || roles.length ? (
            <span class="tags">
              {revoked.has(id) && <span class="label danger">revoked</span>}
              {roles.map((role) => (
                <span key={role} class="label info">
                  {role}
                </span>
              ))}
            </span>
          ) : null,
      },
    ];
    return made;
  }, [revoked]);
  return (
    <Table
      label="Users"
      columns={columns}
      rows={people}
      id={({ id }) => id}
      href={({ id }) => at("users", "user", id)}
      error={error}
      onAgain={again}
      sort="name"
      find="Find a user"
      empty={
        <p>
          Nobody is here yet. <a href={at("users", "new")}>Make the first user</a>, or let tokens bring them in.
        </p>
      }
    />
  );
}
