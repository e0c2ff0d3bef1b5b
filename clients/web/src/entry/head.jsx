import { Icon } from "../look/icons.jsx";
import { Label } from "../look/label.jsx";
import { title } from "../look/data.jsx";
import { lookers, names } from "../look/words.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */

/**
 * What it is, and why it is here. `mark`: a class for a part that just changed; `children`: what just happened.
 * @param {{ session: Session, entry: Entry, why: string, mark: (part: string) => string, onClose: () => void, children?: any }} props
 */
export function Head({ session, entry, why, mark, onClose, children }) {
  const looking = lookers(session, entry.id);
  return (
    <header class="entry-head">
      <button class="plain back" onClick={onClose} aria-label="Back to the inbox">
        <Icon name="back" />
      </button>
      <div class="grow">
        <p class="entry-line">
          <span class={mark("name")}>
            <Label entry={entry} />
          </span>
          {!entry.guest && <span class="quiet">{title(entry.workflow)}</span>}
          <span class="looking quiet" role="status">
            {looking.length > 0 && (
              <>
                <Icon name="eye" />
                {names(session, looking)} {looking.length > 1 ? "are" : "is"} looking at this
              </>
            )}
          </span>
        </p>
        <h2 id="entry-title" tabIndex={-1} class={mark("title")}>{entry.title}</h2>
        {entry.description && <p class={`lead ${mark("description")}`}>{entry.description}</p>}
        {entry.summary && <p class={`quiet ${mark("summary")}`}>{entry.summary}</p>}
        <p class="because">{why}</p>
        {children}
      </div>
    </header>
  );
}
