import { useState } from "preact/hooks";
import { at } from "./pages.js";
import { useDoing } from "./reading.js";
import { Table } from "./table.jsx";
import { Face, nameOf } from "./people.jsx";

const EXAMPLES = ["given groups [field-team] and given user-labels [standby-engineer]", "all users, except groups [office]", "given roles [admin]"];

/** Who a user query means now. @param {{ session: import("../live/session.js").Session }} props */
export function Query({ session }) {
  const [query, setQuery] = useState("");
  const [meant, setMeant] = useState(/** @type {{ query: string, users: import("./people.jsx").DirectoryUser[] } | null} */ (null));
  const { busy, problem, run } = useDoing();

  /** @param {string} text */
  const ask = (text) => {
    setQuery(text);
    run(async () => {
      setMeant(null);
      const { users } = await session.read(`/v1/users?query=${encodeURIComponent(text)}`);
      setMeant({ query: text, users });
    });
  };
  const place = problem?.details?.position;
  return (
    <>
      <form
        class="query"
        onSubmit={(event) => {
          event.preventDefault();
          if (query.trim()) ask(query);
        }}
      >
        <label class="grow">
          <span class="visually-hidden">User query</span>
          <input class="code" value={query} spellcheck={false} autocomplete="off" placeholder="given groups [field-team], except users [ivo]" aria-invalid={problem ? "true" : undefined} aria-describedby={problem ? "query-problem" : undefined} onInput={(event) => setQuery(event.currentTarget.value)} />
        </label>
        <button class="primary" disabled={busy || !query.trim()}>
          Who is that?
        </button>
      </form>
      {problem && (
        <div class="problem" role="alert" id="query-problem">
          <p>{problem.message}</p>
          {typeof place === "number" && (
            <pre class="query-place" tabIndex={0}>
              {query}
              {"\n"}
              {" ".repeat(place)}^
            </pre>
          )}
        </div>
      )}
      {!meant && !problem && (
        <div class="examples">
          <p class="quiet">Write a query as in the scope of a step, and see who it means now. For example:</p>
          <ul>
            {EXAMPLES.map((example) => (
              <li key={example}>
                <button class="link code" onClick={() => ask(example)}>
                  {example}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {meant && (
        <>
          <p role="status">
            <strong>{meant.users.length}</strong> {meant.users.length === 1 ? "user is" : "users are"} meant.
          </p>
          <Table label="Who is meant" columns={COLUMNS} rows={meant.users} id={({ id }) => id} href={({ id }) => at("users", "user", id)} sort="name" empty={<p>Nobody. A command that activates such a step is refused.</p>} />
        </>
      )}
    </>
  );
}

/** @type {import("./table.jsx").Column<import("./people.jsx").DirectoryUser>[]} */
const COLUMNS = [
  { key: "name", title: "Name", value: nameOf, cell: (user) => <Face user={user} /> },
  { key: "id", title: "Id", value: ({ id }) => id, quiet: true },
  { key: "groups", title: "Groups", value: ({ groups }) => (groups ?? []).join(", "), quiet: true },
];
