import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ago, lostRace } from "../entry/changes.js";
import { refuse } from "../entry/news.jsx";
import { draftOf, forgetDrafts, keepDraft } from "../live/drafts.js";
import { useNews } from "../live/session.js";
import { lockedOut, names } from "../look/words.js";
import { useModal } from "../look/modal.js";
import { Fields } from "./fields.jsx";
import { errorsOf, problemsOf } from "./problems.js";
import { resolved } from "./schema.js";
import { Summary } from "./summary.jsx";
import { valuesOf } from "./values.js";
import "./form.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("./problems.js").Errors} Errors */

/** What was begun of a path's form. @param {string} entry @param {string} path */
export const draftKey = (entry, path) => `form.${entry}.${path}`;

/** Leaving: what was typed is nobody else's. */
export const forgetForms = forgetDrafts;

/**
 * The form of a behavior, filled in before its path is chosen. Cancelling leaves the step as it
 * is and keeps what was typed, also over a reload; so does a step that moved on meanwhile.
 * @param {{ session: Session, run: any, onDone: () => void }} props
 */
export function Form({ session, run, onDone }) {
  useNews(session, "state", run.entry.id);
  const user = session.client.profile?.id ?? "";
  const key = draftKey(run.entry.id, run.path.label);
  const given = run.behavior.data && typeof run.behavior.data === "object" ? run.behavior.data : {};
  const { schema, problem: missing } = useSchema(session, run);
  const [draft, setDraft] = useState(() => draftOf(user, key));
  const [begun, setBegun] = useState(0);
  const [errors, setErrors] = useState(/** @type {Errors} */ ({}));
  const [doubts, setDoubts] = useState(/** @type {Errors} */ ({}));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  /** How often it was not taken: only then the focus goes to what is wrong. */
  const [refusals, setRefusals] = useState(0);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const left = useRef(false);
  const now = present(session, run);
  const dialog = useModal();

  // With the drawing: later it would take the focus from a field in which somebody has begun to type.
  useLayoutEffect(() => {
    /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("[aria-invalid='true']"))?.focus();
  }, [refusals]);
  useLayoutEffect(() => {
    // The fields came later than the dialog, which gave the focus to a button.
    /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("input:not([type='hidden']), select, textarea"))?.focus();
  }, [schema, begun]);

  const close = () => {
    left.current = true;
    run.done(undefined);
    onDone();
    // What was begun is offered where the path is.
    session.refresh(run.entry.id);
  };

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (busy || !form.current || now.closed) return;
    const typed = valuesOf(schema, form.current);
    const seen = problemsOf(schema, typed);
    setDoubts(seen.soft);
    setErrors(seen.errors);
    setProblem("");
    if (Object.keys(seen.errors).length) return setRefusals(refusals + 1);
    setBusy(true);
    try {
      const result = await run.client.choose(now.entry, run.path.label, { ...unseen(schema, given), ...typed });
      keepDraft(user, key, undefined);
      if (left.current) return;
      run.done(result);
      onDone();
    } catch (refusal) {
      // Nobody looks at the form any more, which was sent later.
      if (left.current) return refuse(session, now.entry, run.path.label, refusal);
      const error = /** @type {any} */ (refusal);
      const wrong = errorsOf(error);
      setErrors(wrong);
      setRefusals(refusals + 1);
      const race = lostRace(error, now.entry, run.path.label, { me: user, now: Date.now(), name: (id) => session.client.store.name(id) });
      if (!Object.keys(wrong).length) setProblem(race ?? error.message);
    }
    setBusy(false);
  };

  const keep = () => {
    if (form.current && schema) keepDraft(user, key, valuesOf(schema, form.current));
  };
  /** Judge one field that was left, and no other: who is still typing is not disturbed. @param {string} name */
  const judge = (name) => {
    if (!form.current || !schema || !name) return;
    keep();
    const seen = problemsOf(schema, valuesOf(schema, form.current));
    const said = seen.errors[name] ?? seen.soft[name];
    const empty = said === "Please fill this in.";
    setDoubts(({ [name]: _, ...others }) => (said && !empty ? { ...others, [name]: said } : others));
    if (errors[name] && !said) setErrors(({ [name]: _, ...others }) => others);
  };
  const leave = useLeaving(judge);
  const anew = () => {
    keepDraft(user, key, undefined);
    setDraft(null);
    setErrors({});
    setDoubts({});
    setBegun((times) => times + 1);
  };

  return (
    <dialog
      class="dialog form-dialog"
      aria-labelledby="form-title"
      ref={dialog}
      onClose={close}
    >
      <form ref={form} onSubmit={submit} onInput={keep} {...leave} noValidate>
        <h2 id="form-title">{run.path.label}</h2>
        <p class="quiet form-about">{run.entry.title}</p>
        {schema?.description && <p class="form-about">{schema.description}</p>}
        <p class="note closed form-note" role="status">
          {now.said}
        </p>
        {draft && schema && (
          <p class="note form-note">
            <span class="grow">What you typed {ago(Date.now() - draft.at)} is here.</span>
            <button type="button" onClick={anew}>
              Start over
            </button>
          </p>
        )}
        {(problem || missing) && (
          <p class="problem" role="alert">
            {problem || missing}
          </p>
        )}
        {schema && <Summary schema={schema} errors={errors} />}
        {schema && (
          <Fields key={begun} schema={schema} values={{ ...given, ...draft?.value }} errors={errors} doubts={doubts} summed />
        )}
        <p class="quiet" role="status">
          {busy && run.client.state !== "online" && "Queued: it is sent when the server is back. You may close this."}
        </p>
        <div class="buttons">
          <button type="button" onClick={close}>
            {busy ? "Close" : "Cancel"}
          </button>
          <button class="primary" disabled={!schema || busy || now.closed}>
            {run.path.label}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/**
 * Handlers that tell which field was left. While a button of the pointer is down nothing is told: what is
 * said of a field moves what is below it away from under the pointer, and the click would be lost.
 * @param {(name: string) => void} onLeave
 */
function useLeaving(onLeave) {
  const down = useRef(false);
  const left = useRef("");
  const told = useRef(onLeave);
  told.current = onLeave;
  const up = () => {
    down.current = false;
    const name = left.current;
    left.current = "";
    // After the click, which comes right after.
    if (name) setTimeout(() => told.current(name), 0);
  };
  return {
    onPointerDown: () => void (down.current = true),
    onPointerUp: up,
    onPointerCancel: up,
    onFocusOut: (/** @type {FocusEvent} */ event) => {
      const { name = "" } = /** @type {HTMLInputElement} */ (event.target);
      if (down.current) left.current = name;
      else told.current(name);
    },
  };
}

/**
 * How the entry stands now, which may have moved on since the form was opened.
 * @param {Session} session @param {any} run @returns {{ entry: Entry, closed: boolean, said: string }}
 * `entry`: what the choice is made of. `closed`: the path cannot be chosen now. `said`: what there is to say of it.
 */
function present(session, run) {
  const { store } = session.client;
  const id = run.entry.id;
  const entry = /** @type {Entry} */ (store.entries.get(id) ?? session.aside.get(id) ?? run.entry);
  if (entry.version <= run.entry.version) return { entry: run.entry, closed: false, said: "" };
  const moved = entry.visit !== run.entry.visit || entry.step !== run.entry.step;
  const by = session.name(entry.source);
  const there = entry.status !== "retired" && entry.paths.some(({ label }) => label === run.path.label);
  if (!there) {
    return {
      entry,
      closed: true,
      said: `${by} moved this on to “${entry.name}” while you wrote: “${run.path.label}” is not possible there. What you typed is kept.`,
    };
  }
  const locked = lockedOut(session, entry);
  const holds = locked ? ` ${names(session, entry.locked?.by ?? [])} holds it now: what you typed is kept until it is free.` : "";
  const said = moved ? `${by} moved this on to “${entry.name}” while you wrote. What you typed is kept, and may be sent from there.` : "";
  return { entry: moved ? entry : run.entry, closed: locked, said: (said + holds).trim() };
}

/** The schema of a form, as the server has it or, without a connection, as it was known last. @param {Session} session @param {any} run */
function useSchema(session, run) {
  const [found, setFound] = useState(/** @type {{ schema?: any, problem?: string }} */ ({}));
  useEffect(() => {
    const handle = String(run.behavior.fields);
    const set = (/** @type {any} */ schema) => setFound({ schema: resolved(schema) });
    session
      .read(`/v1/trackers/${encodeURIComponent(handle)}`)
      .then((tracker) => {
        session.schemas.set(handle, tracker.schema ?? {});
        set(tracker.schema ?? {});
      })
      .catch((error) => {
        if (session.schemas.has(handle)) set(session.schemas.get(handle));
        else setFound({ problem: error.message });
      });
  }, [run]);
  return found;
}

/** What the behavior gives and the form has no field for goes along, where the schema lets it. @param {any} schema @param {Record<string, any>} given */
function unseen(schema, given) {
  if (schema.additionalProperties === false) return {};
  return Object.fromEntries(Object.entries(given).filter(([name]) => !schema.properties?.[name]));
}
