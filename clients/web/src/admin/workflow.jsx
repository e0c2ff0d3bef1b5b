import { useRef, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { Sure } from "./access.jsx";
import { draftOf, keepDraft } from "./drafts.js";
import { Editing } from "./editing.jsx";
import { at } from "./pages.js";
import { written } from "./publishing.js";
import { useReading } from "./reading.js";
import { Loading } from "./table.jsx";
import { Versions } from "./versions.jsx";

/** @typedef {import("../live/session.js").Session} Session */

/** Somebody else may publish meanwhile. */
const EVERY_MS = 15_000;

/**
 * One workflow: what it says now, being changed, or its versions.
 * @param {{ session: Session, name: string, view?: string, go: (route: import("../shell/route.js").Route) => void }} props
 */
export function Workflow({ session, name, view, go }) {
  const address = `/v1/workflows/${encodeURIComponent(name)}`;
  const stored = useReading(session, address, EVERY_MS);
  const user = session.client.profile?.id ?? "";
  const [deleting, setDeleting] = useState(false);
  const published = stored.data;
  // Once begun it stays open, though its draft goes when it is published.
  const begun = useRef(false);
  begun.current ||= draftOf(user, name) !== null;
  const fresh = !published && begun.current;

  /** @param {boolean} closed */
  const close = async (closed) => {
    try {
      await session.read(`${address}/${closed ? "close" : "open"}`, "POST");
      session.toast(closed ? "Nobody can start it any more. What runs goes on." : "It can be started again.");
      stored.again();
    } catch (error) {
      session.refused(error);
    }
  };
  /** Start what is published, as anybody would. */
  const start = async () => {
    try {
      const { entries } = await session.client.start(name, { to: [user] });
      const [entry] = entries;
      if (entry) go({ entry });
    } catch (error) {
      session.refused(error);
    }
  };
  return (
    <article class="page workflow" aria-labelledby="page-title">
      <a class="page-back" href={at("workflows")}>
        <Icon name="back" />
        Workflows
      </a>
      <header class="page-head">
        <h2 id="page-title" tabIndex={-1}>
          {name}
        </h2>
        {published && <span class="label">Version {published.version}</span>}
        {fresh && <span class="label info">Not published yet</span>}
        {published?.closed && <span class="label warning">Closed for starts</span>}
        <span class="grow" />
        {published && (
          <div class="page-tools">
            <button onClick={start} disabled={published.closed} title={`Starts an entry by version ${published.version}`}>
              <Icon name="arrow" />
              Try it
            </button>
            <button onClick={() => close(!published.closed)}>
              <Icon name={published.closed ? "unlock" : "lock"} />
              {published.closed ? "Open for starts" : "Close for starts"}
            </button>
            <button class="danger" onClick={() => setDeleting(true)}>
              Delete
            </button>
          </div>
        )}
      </header>
      {published && (
        <nav class="subpages" aria-label={name}>
          <a href={at("workflows", name)} aria-current={view === "versions" ? undefined : "page"}>
            Definition
          </a>
          <a href={at("workflows", name, "versions")} aria-current={view === "versions" ? "page" : undefined}>
            Versions
          </a>
        </nav>
      )}
      {!published && !fresh && !stored.error && <Loading />}
      {!published && !fresh && stored.error &&
        (stored.code === "unknown_workflow" ? (
          <p class="admin-empty">There is no workflow with this name.</p>
        ) : (
          <p class="problem">{stored.error}</p>
        ))}
      {(published || fresh) &&
        (view === "versions" && published ? (
          <Versions
            session={session}
            name={name}
            newest={published.version}
            onTake={(definition) => {
              keepDraft(user, name, { text: written(definition), base: published.version });
              location.hash = at("workflows", name);
            }}
          />
        ) : (
          <Editing session={session} name={name} published={published} onPublished={stored.again} onGone={() => go({ page: "workflows" })} />
        ))}
      {deleting && (
        <Sure
          title={`Delete “${name}”?`}
          text="It goes with all its versions. This is refused once an entry was started with it; it can be closed then."
          act="Delete"
          onClose={() => setDeleting(false)}
          onAct={async () => {
            await session.read(address, "DELETE");
            keepDraft(user, name, null);
            session.toast(`“${name}” is deleted.`);
            go({ page: "workflows" });
          }}
        />
      )}
    </article>
  );
}
