import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { useCommands } from "../shell/commands.js";
import { Lazy } from "../shell/lazy.jsx";
import { address } from "../shell/route.js";
import { many } from "../live/incidents.js";
import { useKeptFocus } from "./focus.js";
import { Incidents } from "./incidents.jsx";
import { ADMIN_PAGES } from "./pages.js";
import { Running } from "./running.jsx";
import { Scripts } from "./scripts.jsx";
import { Sessions } from "./sessions.jsx";
import { Trackers } from "./trackers.jsx";
import { Users } from "./users.jsx";
import "./admin.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("../live/incidents.js").Incidents} OpenIncidents */
/** @typedef {(route: import("../shell/route.js").Route) => void} Go */
/** @typedef {{ session: Session, name?: string, go: Go, incidents: OpenIncidents }} PageProps `name`: what is opened on the page */

/** @type {Record<string, (props: PageProps) => any>} */
const PAGES = { running: Running, incidents: Incidents, scripts: Scripts, sessions: Sessions, trackers: Trackers, users: Users };

/**
 * The pages for administrators and the way between them.
 * @param {PageProps & { page: string }} props
 */
export default function Admin({ session, page, name, go, incidents }) {
  const { profile } = session.client;
  const whole = useRef(/** @type {HTMLDivElement | null} */ (null));
  useKeptFocus(whole);
  useCommands([
    { title: "Close", section: "General", keys: ["Escape"], run: () => go(name ? { page } : null), quiet: true },
  ]);

  useEffect(() => {
    // What had the focus may be gone: whoever goes on by key begins at the top of what came.
    if (document.activeElement && document.activeElement !== document.body) return;
    /** @type {HTMLElement | null | undefined} */ (whole.current?.querySelector("h2"))?.focus();
  }, [page, name]);

  const Page = PAGES[page];
  const admin = profile?.roles?.includes("admin");
  return (
    <div class="admin" ref={whole}>
      <nav class="admin-nav" aria-label="Administration">
        <a class="admin-back" href={address(null)} onClick={(event) => home(event, go)}>
          <Icon name="back" />
          Inbox
        </a>
        {admin && (
          <ul>
            {ADMIN_PAGES.map((known) => (
              <li key={known.page}>
                <a href={address({ page: known.page })} aria-current={known.page === page ? "page" : undefined} ref={known.page === page ? intoView : undefined}>
                  <Icon name={known.icon} />
                  {known.title}
                  {known.page === "incidents" && incidents.list?.length ? <span class="badge warn">{many(incidents)}</span> : null}
                </a>
              </li>
            ))}
          </ul>
        )}
      </nav>
      <main class="admin-main">
        {profile && !admin && (
          <div class="admin-empty">
            <strong>This page is for administrators.</strong>
            <p>Whoever runs this server can give you the role.</p>
            <p>
              <a href={address(null)} onClick={(event) => home(event, go)}>
                Back to the inbox
              </a>
            </p>
          </div>
        )}
        {admin && Page && <Page key={page} {...{ session, name, go, incidents }} />}
        {admin && page === "workflows" && <Lazy load={workflows} what="Workflows" props={{ session, name, go }} />}
      </main>
    </div>
  );
}

/** With a graph and an editor: only for who opens it. */
const workflows = () => import("./workflows.jsx");

/** @param {MouseEvent} event @param {Go} go */
function home(event, go) {
  event.preventDefault();
  go(null);
}

/** In the bar of a phone, which is longer than it is wide. @param {HTMLElement | null} link */
const intoView = (link) => link?.scrollIntoView({ block: "nearest", inline: "nearest" });
