import { useMemo, useState } from "preact/hooks";
import { Avatar, Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";
import { address } from "../shell/route.js";
import { Revoke } from "./access.jsx";
import { Fresh, Page } from "./page.jsx";
import { at } from "./pages.js";
import { useReading } from "./reading.js";
import { Table } from "./table.jsx";
import { bytes } from "./words.js";

/** @typedef {{ session: string, user: string, client: string | null, watching: string | null, since: string, address: string, outbox: { frames: number, bytes: number } }} Connected */

const EVERY_MS = 5_000;

/** Who is connected now. @param {import("./admin.jsx").PageProps} props */
export function Sessions({ session }) {
  const { data, error, at: read, again } = useReading(session, "/v1/sessions", EVERY_MS);
  const users = useReading(session, "/v1/users");
  const [ending, setEnding] = useState("");
  const names = useMemo(() => new Map((users.data?.users ?? []).map((/** @type {any} */ user) => [user.id, user.name || user.id])), [users.data]);
  const rows = /** @type {Connected[] | undefined} */ (data?.sessions);
  const people = new Set(rows?.map(({ user }) => user)).size;

  const columns = useMemo(() => {
    /** @param {Connected} row */
    const name = ({ user }) => names.get(user) ?? user;
    /** @type {import("./table.jsx").Column<Connected>[]} */
    const made = [
      { key: "user", title: "Who", value: name, cell: (row) => <Who name={name(row)} id={row.user} /> },
      { key: "client", title: "With", value: ({ client }) => client ?? "", cell: ({ client }) => client ?? <span class="quiet">not told</span> },
      { key: "since", title: "Since", value: ({ since }) => since, first: "most", cell: ({ since }) => <time dateTime={since} title={moment(since)}>{age(since)}</time> },
      { key: "watching", title: "Looks at", value: ({ watching }) => watching ?? "", cell: ({ watching }) => (watching ? <a href={address({ entry: watching })}>An entry</a> : <span class="quiet">nothing</span>) },
      { key: "address", title: "From", value: (row) => row.address, quiet: true },
      { key: "outbox", title: "Waiting", number: true, first: "most", value: ({ outbox }) => outbox.bytes, cell: ({ outbox }) => (outbox.frames ? `${outbox.frames} · ${bytes(outbox.bytes)}` : "–") },
    ];
    return made;
  }, [names]);

  return (
    <Page
      title="Sessions"
      lead={rows ? `${people} ${people === 1 ? "person" : "people"} in ${rows.length} ${rows.length === 1 ? "session" : "sessions"}.` : "Who is connected now."}
      tools={<Fresh at={read} every={EVERY_MS} />}
    >
      <Table
        label="Sessions"
        columns={columns}
        rows={rows}
        id={(row) => row.session}
        error={error}
        onAgain={again}
        sort="user"
        find="Find a session"
        empty={<p>Nobody is connected.</p>}
        actions={(row) => (
          <button class="plain" onClick={() => setEnding(row.user)} aria-label={`End the sessions of ${names.get(row.user) ?? row.user}`}>
            <Icon name="out" />
            End
          </button>
        )}
      />
      {ending && (
        <Revoke
          session={session}
          user={ending}
          name={names.get(ending) ?? ending}
          onDone={() => {
            setEnding("");
            again();
          }}
        />
      )}
    </Page>
  );
}

/** A user as a link to what is known of them. @param {{ name: string, id: string }} props */
function Who({ name, id }) {
  return (
    <a class="who-link" href={at("users", "user", id)}>
      <Avatar name={name} />
      {name}
    </a>
  );
}
