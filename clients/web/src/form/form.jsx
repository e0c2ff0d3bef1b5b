import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { forgetDrafts } from "../live/drafts.js";
import { Fields } from "./fields.jsx";
import { errorsOf, valuesOf } from "./values.js";
import "./form.css";

/** @typedef {import("../live/session.js").Session} Session */

const DRAFT = "lockstep.form.";

/**
 * The form of a behavior, filled in before its path is chosen. Cancelling leaves the step as it
 * is and keeps what was typed.
 * @param {{ session: Session, run: any, onDone: () => void }} props
 */
export function Form({ session, run, onDone }) {
  const [schema, setSchema] = useState(/** @type {any} */ (null));
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const key = `${DRAFT}${run.entry.id}.${run.path.label}`;
  const given = run.behavior.data && typeof run.behavior.data === "object" ? run.behavior.data : {};
  const [values] = useState(() => ({ ...given, ...kept(key) }));

  useEffect(() => {
    const handle = String(run.behavior.fields);
    session
      .read(`/v1/trackers/${encodeURIComponent(handle)}`)
      .then((tracker) => {
        session.schemas.set(handle, tracker.schema ?? {});
        setSchema(tracker.schema ?? {});
      })
      .catch((error) => {
        // Without a connection the form is filled in as it was known last.
        if (session.schemas.has(handle)) setSchema(session.schemas.get(handle));
        else setProblem(error.message);
      });
  }, [run]);

  // With the drawing: later it would take the focus from a field in which somebody has begun to type.
  useLayoutEffect(() => {
    /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("[aria-invalid='true']"))?.focus();
  }, [errors]);

  useLayoutEffect(() => {
    // The fields came later than the dialog, which gave the focus to a button.
    /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("input, select, textarea"))?.focus();
  }, [schema]);

  const left = useRef(false);
  const close = () => {
    left.current = true;
    run.done(undefined);
    onDone();
  };

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (busy || !form.current) return;
    setBusy(true);
    try {
      const data = { ...unseen(schema, given), ...valuesOf(schema, form.current) };
      const result = await run.client.choose(run.entry, run.path.label, data);
      sessionStorage.removeItem(key);
      if (left.current) return;
      run.done(result);
      onDone();
    } catch (refusal) {
      const error = /** @type {any} */ (refusal);
      // Nobody looks at the form any more, which was sent later.
      if (left.current) return session.refused(error);
      const wrong = errorsOf(error);
      const hidden = Object.entries(wrong).filter(([name]) => !schema.properties?.[name]);
      setErrors(wrong);
      setProblem(Object.keys(wrong).length ? hidden.map(([name, text]) => `${name}: ${text}`).join(" ") : error.message);
    }
    setBusy(false);
  };

  const keep = () => {
    if (form.current && schema) sessionStorage.setItem(key, JSON.stringify(valuesOf(schema, form.current)));
  };

  return (
    <dialog
      class="dialog"
      aria-labelledby="form-title"
      ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())}
      onClose={close}
    >
      <form ref={form} onSubmit={submit} onInput={keep} noValidate>
        <h2 id="form-title">{run.path.label}</h2>
        <p class="quiet form-about">{run.entry.title}</p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {schema && <Fields schema={schema} values={values} errors={errors} />}
        <p class="quiet" role="status">
          {busy && run.client.state !== "online" && "Queued: it is sent when the server is back. You may close this."}
        </p>
        <div class="buttons">
          <button type="button" onClick={close}>
            {busy ? "Close" : "Cancel"}
          </button>
          <button class="primary" disabled={!schema || busy}>
            {run.path.label}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** What the behavior gives and the form has no field for goes along, where the schema lets it. @param {any} schema @param {Record<string, any>} given */
function unseen(schema, given) {
  if (schema.additionalProperties === false) return {};
  return Object.fromEntries(Object.entries(given).filter(([name]) => !schema.properties?.[name]));
}

/** @param {string} key @returns {Record<string, any>} */
function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "{}");
  } catch {
    return {};
  }
}

/** Leaving: what was typed is nobody else's. */
export function forgetForms() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
  forgetDrafts();
}
