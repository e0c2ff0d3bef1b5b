import { useMemo, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";
import { Dialog, Problem, Sure } from "./access.jsx";
import { useDoing, useReading } from "./reading.js";
import { Table } from "./table.jsx";
import { nameOf } from "./people.jsx";

/** @typedef {{ id: string, user: string, name: string, scopes: string[], createdAt: string, by: string, expiresAt?: string, lastUsedAt?: string, key?: string }} ApiKey */

/** What a key may be for. @type {[string, string][]} */
const SCOPES = [
  ["read", "Read: see what the user sees"],
  ["act", "Act: choose, write, claim as the user"],
  ["admin", "Administer, if the user may"],
];

/** @param {{ session: import("../live/session.js").Session, directory: import("./people.jsx").Directory, user?: string }} props `user`: whose; all of them otherwise */
export function ApiKeys({ session, directory, user }) {
  const { data, error, again } = useReading(session, `/v1/keys${user === undefined ? "" : `?user=${encodeURIComponent(user)}`}`);
  const [making, setMaking] = useState(false);
  const [going, setGoing] = useState(/** @type {ApiKey | null} */ (null));
  const people = directory.people;
  const columns = useMemo(() => {
    const names = new Map((people ?? []).map((each) => [each.id, nameOf(each)]));
    /** @type {import("./table.jsx").Column<ApiKey>[]} */
    const made = [
      { key: "name", title: "Name", value: ({ name }) => name },
      { key: "user", title: "Signs in", value: (key) => names.get(key.user) ?? key.user },
      { key: "scopes", title: "For", value: ({ scopes }) => scopes.join(", ") },
      { key: "made", title: "Made", value: ({ createdAt }) => createdAt, first: "most", cell: ({ createdAt, by }) => <span title={`${moment(createdAt)} by ${names.get(by) ?? by}`}>{age(createdAt)}</span> },
      { key: "used", title: "Last used", value: ({ lastUsedAt }) => lastUsedAt ?? "", first: "most", cell: ({ lastUsedAt }) => (lastUsedAt ? <span title={moment(lastUsedAt)}>{age(lastUsedAt)}</span> : <span class="quiet">never</span>) },
      { key: "ends", title: "Ends", value: ({ expiresAt }) => expiresAt ?? "", cell: ({ expiresAt }) => (expiresAt ? moment(expiresAt) : <span class="quiet">never</span>) },
    ];
    return user === undefined ? made : made.filter(({ key }) => key !== "user");
  }, [people, user]);
  return (
    <>
      <Table
        label="API keys"
        columns={columns}
        rows={/** @type {ApiKey[] | undefined} */ (data?.keys)}
        id={({ id }) => id}
        error={error}
        onAgain={again}
        sort="-made"
        find={user === undefined ? "Find a key" : undefined}
        empty={<p>There is no API key. Programs sign in with one, as a user.</p>}
        tools={
          <button onClick={() => setMaking(true)}>
            <Icon name="key" />
            New API key
          </button>
        }
        actions={(key) => (
          <button class="plain" aria-label={`Delete the key ${key.name}`} onClick={() => setGoing(key)}>
            Delete
          </button>
        )}
      />
      {making && (
        <NewKey
          session={session}
          people={people ?? []}
          user={user}
          onMade={again}
          onClose={() => setMaking(false)}
        />
      )}
      {going && (
        <Sure
          title={`Delete the key “${going.name}”?`}
          text="What signs in with it ends at once and is let in no more."
          act="Delete"
          onAct={async () => {
            await session.read(`/v1/keys/${encodeURIComponent(going.id)}`, "DELETE");
            again();
          }}
          onClose={() => setGoing(null)}
        />
      )}
    </>
  );
}

/** @param {{ session: import("../live/session.js").Session, people: import("./people.jsx").DirectoryUser[], user?: string, onMade: () => void, onClose: () => void }} props */
function NewKey({ session, people, user, onMade, onClose }) {
  const [made, setMade] = useState(/** @type {ApiKey | null} */ (null));
  const { busy, problem, run } = useDoing();
  /** @param {any} event */
  const submit = (event) => {
    event.preventDefault();
    const filled = new FormData(event.currentTarget);
    const day = String(filled.get("ends") ?? "");
    const body = {
      user: user ?? filled.get("user"),
      name: filled.get("name"),
      scopes: filled.getAll("scopes"),
      ...(day && { expiresAt: new Date(`${day}T23:59:59`).toISOString() }),
    };
    run(async () => {
      setMade(await session.read("/v1/keys", "POST", body));
      onMade();
    });
  };
  if (made) {
    return (
      <Dialog title="This is the key" onClose={onClose}>
        <p>Copy it now: it is never shown again.</p>
        <Secret text={made.key ?? ""} />
        <form method="dialog" class="buttons">
          <button class="primary">I have it</button>
        </form>
      </Dialog>
    );
  }
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form onSubmit={submit}>
        <label class="field">
          <span class="field-name">Name</span>
          <input name="name" required maxLength={200} placeholder="What it is for" autofocus />
        </label>
        {user === undefined && (
          <label class="field">
            <span class="field-name">Signs in</span>
            <select name="user" required>
              {people.map((each) => (
                <option key={each.id} value={each.id}>
                  {nameOf(each)} ({each.id})
                </option>
              ))}
            </select>
          </label>
        )}
        <fieldset class="field">
          <legend class="field-name">For</legend>
          <span class="boxes">
            {SCOPES.map(([scope, words]) => (
              <label key={scope} class="box">
                <input type="checkbox" name="scopes" value={scope} defaultChecked={scope === "read"} />
                {words}
              </label>
            ))}
          </span>
        </fieldset>
        <label class="field">
          <span class="field-name">
            Ends after<span class="quiet"> empty: never</span>
          </span>
          <input type="date" name="ends" />
        </label>
        <Problem problem={problem} />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button class="primary" disabled={busy}>
            Make the key
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** @param {{ text: string }} props */
function Secret({ text }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <p class="secret">
      <input class="code" readOnly aria-label="The key" value={text} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" onClick={copy}>
        <Icon name={copied ? "check" : "copy"} />
        <span role="status">{copied ? "Copied" : "Copy"}</span>
      </button>
    </p>
  );
}
