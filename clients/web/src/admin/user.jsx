import { useEffect, useMemo, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { moment } from "../look/words.js";
import { Problem, Revoke, Sure } from "./access.jsx";
import { Chips } from "./chips.jsx";
import { ApiKeys } from "./keys.jsx";
import { Page, Saved } from "./page.jsx";
import { at, place } from "./pages.js";
import { useDoing } from "./reading.js";
import { forgetUnsaved } from "../shell/unsaved.js";
import { Loading } from "./table.jsx";
import { nameOf } from "./people.jsx";

/** @typedef {import("./people.jsx").DirectoryUser} DirectoryUser */

/**
 * One user, or a new one.
 * @param {{ session: import("../live/session.js").Session, directory: import("./people.jsx").Directory, go: import("./admin.jsx").Go, id?: string }} props
 */
export function User({ session, directory, go, id }) {
  const { people, revoked, again } = directory;
  const known = people?.find((user) => user.id === id);
  const [filled, setFilled] = useState(/** @type {DirectoryUser | null} */ (id === undefined ? { id: "" } : null));
  const [asked, setAsked] = useState("");
  const { busy, problem, run } = useDoing();

  useEffect(() => {
    if (known && !filled) setFilled(known);
  }, [known]);

  const back = { href: at("users"), title: "Users" };
  const title = id === undefined ? "New user" : known ? nameOf(known) : id;
  if (id !== undefined && people && !known && !filled) {
    return (
      <Page title={title} back={back}>
        <p class="admin-empty">There is no user with this id in the directory.</p>
      </Page>
    );
  }
  if (!filled || !people) {
    return (
      <Page title={title} back={back}>
        <Loading />
      </Page>
    );
  }

  /** @param {Partial<DirectoryUser>} more */
  const change = (more) => setFilled({ ...filled, ...more });
  const taken = id === undefined && people.some((user) => user.id === filled.id.trim());
  /** @param {Event} event */
  const save = (event) => {
    event.preventDefault();
    const to = filled.id.trim();
    const body = { ...filled, id: to, email: filled.email?.trim() || null };
    run(async () => {
      const saved = await session.read(`/v1/users/${encodeURIComponent(to)}`, "PUT", body);
      forgetUnsaved();
      setFilled(saved);
      session.toast(id === undefined ? `${nameOf(saved)} was added.` : "Saved.");
      again();
      if (id === undefined) go({ page: "users", name: place("user", to) });
    });
  };
  const revocation = id === undefined ? undefined : revoked.get(id);
  const lift = () =>
    run(async () => {
      await session.read(`/v1/users/${encodeURIComponent(id ?? "")}/revoke`, "POST", { lift: true });
      again();
    });
  const remove = async () => {
    await session.read(`/v1/users/${encodeURIComponent(id ?? "")}`, "DELETE");
    forgetUnsaved();
    session.toast(`${title} was deleted.`);
    again();
    go({ page: "users" });
  };

  return (
    <Page title={title} back={back} lead={id}>
      <Saved onSubmit={save} unsaved={differs(filled, known)}>
        <div class="two">
          <label class="field">
            <span class="field-name">Id</span>
            <input required maxLength={200} value={filled.id} readOnly={id !== undefined} autofocus={id === undefined} onInput={(event) => change({ id: event.currentTarget.value })} />
            <span class={taken ? "error" : "quiet small"} role={taken ? "alert" : undefined}>
              {taken ? "Somebody has this id already." : id === undefined ? "What tokens name as this user. It stays as it is." : "It stays as it is."}
            </span>
          </label>
          <label class="field">
            <span class="field-name">Name</span>
            <input value={filled.name ?? ""} autocomplete="off" onInput={(event) => change({ name: event.currentTarget.value })} />
          </label>
          <label class="field">
            <span class="field-name">E-mail</span>
            <input type="email" value={filled.email ?? ""} autocomplete="off" onInput={(event) => change({ email: event.currentTarget.value })} />
          </label>
          <Several what="roles" label="Roles" hint="“admin” may open these pages." {...{ people, filled, change }} more={["admin"]} />
          <Several what="groups" label="Groups" hint="Workflows name them in their scopes." {...{ people, filled, change }} />
          <Several what="labels" label="Labels" {...{ people, filled, change }} />
        </div>
        <Problem problem={problem} />
        <div class="buttons">
          <button class="primary" disabled={busy || taken || !filled.id.trim()}>
            {id === undefined ? "Add the user" : "Save"}
          </button>
        </div>
      </Saved>
      {id !== undefined && (
        <>
          <section class="card" aria-labelledby="access">
            <h3 id="access">Access</h3>
            {revocation ? (
              <div class="line">
                <p class="grow">
                  <span class="label danger">revoked</span> What was made to sign in until {moment(revocation.at)} counts no more. By {revocation.by === session.client.profile?.id ? "you" : session.name(revocation.by)}
                  {revocation.reason && `: ${revocation.reason}`}.
                </p>
                <button onClick={lift} disabled={busy}>
                  Accept it again
                </button>
              </div>
            ) : (
              <div class="line">
                <p class="grow quiet">Signs in with tokens and API keys.</p>
                <button onClick={() => setAsked("revoke")}>
                  <Icon name="out" />
                  Sign out everywhere
                </button>
              </div>
            )}
          </section>
          <section class="card" aria-labelledby="keys">
            <h3 id="keys">API keys</h3>
            <ApiKeys session={session} directory={directory} user={id} />
          </section>
          <section class="card" aria-labelledby="delete">
            <h3 id="delete">Delete</h3>
            <div class="line">
              <p class="grow quiet">Takes the user out of the directory, ends the sessions and deletes the keys. What the user has in entries stays.</p>
              <button class="danger" onClick={() => setAsked("delete")}>
                Delete
              </button>
            </div>
          </section>
        </>
      )}
      {asked === "revoke" && (
        <Revoke
          session={session}
          user={id ?? ""}
          name={title}
          onDone={() => {
            setAsked("");
            again();
          }}
        />
      )}
      {asked === "delete" && (
        <Sure
          title={`Delete ${title}?`}
          text="The user gets no more entries and can sign in no more. This cannot be taken back; a user with the same id can be added again."
          act="Delete"
          onAct={remove}
          onClose={() => setAsked("")}
        />
      )}
    </Page>
  );
}

/** @param {{ what: "groups" | "labels" | "roles", label: string, hint?: string, people: DirectoryUser[], filled: DirectoryUser, change: (more: any) => void, more?: string[] }} props */
function Several({ what, label, hint, people, filled, change, more = [] }) {
  const known = useMemo(() => [...new Set([...more, ...people.flatMap((user) => user[what] ?? [])])].sort(), [people]);
  return <Chips label={label} hint={hint} names={filled[what] ?? []} known={known} onChange={(names) => change({ [what]: names })} />;
}

/** @param {DirectoryUser} filled @param {DirectoryUser} [known] */
function differs(filled, known) {
  const said = ({ id = "", name, email, roles, groups, labels } = /** @type {DirectoryUser} */ ({ id: "" })) =>
    JSON.stringify([id, name ?? "", email ?? "", roles ?? [], groups ?? [], labels ?? []]);
  return said(filled) !== said(known);
}
