import { useTracker } from "./definitions.js";
import { Data, title } from "../look/data.jsx";
import { moment } from "../look/words.js";
import { People } from "./people.jsx";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Dispatch} Dispatch */
/** @typedef {(part: string) => string} Mark a class for a part that just changed */

/** Members of the data that make up the card, which the title shows already. */
const CARD = new Set(["summaryTitle", "summary", "icon"]);

/**
 * Who has the entry, and what it is about.
 * @param {{ session: Session, entry: Entry, steps?: import("./definitions.js").Definition, mark: Mark }} props
 */
export function Details({ session, entry, steps, mark }) {
  const dispatched = entry.dispatch?.data ?? {};
  const own = Object.fromEntries(
    Object.entries(entry.data ?? {}).filter(
      ([name, value]) => !CARD.has(name) && JSON.stringify(dispatched[name]) !== JSON.stringify(value),
    ),
  );
  return (
    <section class="details" aria-label="Details">
      <People session={session} entry={entry} steps={steps} lit={mark("recipients")} />
      {entry.dispatch && <Request session={session} dispatch={entry.dispatch} mark={mark} />}
      {Object.keys(own).length > 0 && (
        <section aria-labelledby="data-title">
          <h3 id="data-title">Data</h3>
          <Data data={own} mark={(name) => mark(`data.${name}`)} />
        </section>
      )}
    </section>
  );
}

/** The record that the entry is about. @param {{ session: Session, dispatch: Dispatch, mark: Mark }} props */
function Request({ session, dispatch, mark }) {
  const schema = useTracker(session, dispatch.tracker);
  const about = dispatch.user === dispatch.author ? "" : ` for ${dispatch.userName}`;
  return (
    <section class="dispatch" aria-labelledby="dispatch-title">
      <div class="dispatch-head">
        <h3 id="dispatch-title">{schema?.title ?? title(dispatch.tracker)}</h3>
        {dispatch.taskState && (
          <span class={`state ${dispatch.taskState} ${mark("taskState")}`}>{title(dispatch.taskState)}</span>
        )}
      </div>
      <Data data={dispatch.data} schema={schema} mark={(name) => mark(`dispatch.${name}`)} />
      <p class="quiet small">
        By {dispatch.authorName}
        {about}, <time dateTime={dispatch.createdAt}>{moment(dispatch.createdAt)}</time>
        {dispatch.serviceId && <> · {dispatch.serviceId}</>}
      </p>
    </section>
  );
}
