import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Claim, Wanted } from "./claim.jsx";
import { shut } from "./why.js";
import { ago } from "./changes.js";
import { isRaced } from "./news.jsx";
import { draftKey } from "../form/form.jsx";
import { draftOf, keepDraft } from "../live/drafts.js";
import { Icon } from "../look/icons.jsx";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Path} Path */

/** A key each for so many. */
export const KEYED = 9;

/**
 * The paths of an entry, why they are closed when they are, and its lock.
 * @param {{
 *   session: Session, entry: Entry, view: import("./why.js").View, busy: boolean,
 *   waiting?: import("lockstep-client").Waiting, steps?: import("./definitions.js").Definition, onChoose: (path: Path) => void,
 * }} props `waiting`: a choice that has no answer yet
 */
export function Act({ session, entry, view, busy, waiting, steps, onChoose }) {
  const closed = shut(view, entry);
  const off = Boolean(closed) || busy || Boolean(waiting);
  const group = useKeptFocus(entry);
  return (
    <section class="act" aria-label="What to do">
      {closed && !isRaced(session, entry.id) && (
        <p class="note closed" id="shut">
          <Icon name="lock" />
          <span>{closed}</span>
        </p>
      )}
      <Wanted session={session} entry={entry} />
      {entry.paths.length > 0 && (
        <div class="paths" role="group" aria-label="Paths" tabIndex={off ? 0 : -1} ref={group}>
          {entry.paths.map((path, index) => (
            <button
              key={path.label}
              class={index === 0 ? "path primary" : "path"}
              // Closed, not gone: one may still go there and be told why.
              aria-disabled={off}
              title={closed ?? leads(entry, path, steps)}
              aria-describedby={closed ? "shut" : undefined}
              onClick={() => !off && onChoose(path)}
            >
              <Icon name={path.icon} />
              {path.label}
              {index < KEYED && <kbd aria-hidden="true">{index + 1}</kbd>}
            </button>
          ))}
        </div>
      )}
      {!closed && !waiting && <Begun session={session} entry={entry} onChoose={onChoose} />}
      <p class="note queued-choice" role="status">
        {waiting && (
          <>
            <Icon name={waiting.state === "sent" ? "send" : "clock"} />
            <span>
              {waiting.state === "sent"
                ? `“${waiting.command.path}” is being sent…`
                : `“${waiting.command.path}” is queued: it is sent when the server is back, and may then be too late.`}
            </span>
          </>
        )}
      </p>
      {!waiting && session.client.state === "offline" && entry.paths.length > 0 && !closed && (
        <p class="note offline">
          <Icon name="clock" />
          <span>There is no connection: what you choose now is sent later, and may then be too late.</span>
        </p>
      )}
      <Claim session={session} entry={entry} />
    </section>
  );
}

/**
 * Whoever was at the paths is not thrown out when another step has others: the focus goes to all of them, and to
 * none by itself, so that a second Enter chooses nothing.
 * @param {Entry} entry
 */
function useKeptFocus({ step, visit }) {
  const group = useRef(/** @type {HTMLDivElement | null} */ (null));
  const within = useRef(false);
  useEffect(() => {
    const note = () => {
      const at = document.activeElement;
      if (at && at !== document.body) within.current = Boolean(group.current?.contains(at));
    };
    document.addEventListener("focusin", note);
    return () => {
      document.removeEventListener("focusin", note);
      // There is nothing left to choose.
      if (within.current) document.getElementById("entry-title")?.focus({ preventScroll: true });
    };
  }, []);
  useLayoutEffect(() => {
    if (within.current && document.activeElement === document.body) group.current?.focus();
  }, [step, visit]);
  return group;
}

/** Where a path leads. @param {Entry} entry @param {Path} path @param {import("./definitions.js").Definition} [steps] */
function leads(entry, { step }, steps) {
  if (step === entry.step) return `It stays at “${entry.name}”`;
  const name = steps?.[step]?.step.name;
  // A name may be a template, which only the server fills in.
  return name && !/\{[{%]/.test(name) ? `It moves on to “${name}”` : undefined;
}

/** Forms that were begun and not sent. @param {{ session: Session, entry: Entry, onChoose: (path: Path) => void }} props */
function Begun({ session, entry, onChoose }) {
  const user = session.client.profile?.id ?? "";
  return entry.paths
    .filter(({ behavior }) => behavior?.behavior === "form")
    .map((path) => {
      const draft = draftOf(user, draftKey(entry.id, path.label));
      return (
        draft && (
          <p key={path.label} class="note begun">
            <Icon name="clipboard" />
            <span class="grow">
              You began to fill in “{path.label}” {ago(Date.now() - draft.at)}.
            </span>
            <span class="acts">
              <button onClick={() => onChoose(path)}>Go on with it</button>
              <button
                onClick={() => {
                  keepDraft(user, draftKey(entry.id, path.label), undefined);
                  session.refresh(entry.id);
                }}
              >
                Discard
              </button>
            </span>
          </p>
        )
      );
    });
}
