import { useEffect, useErrorBoundary, useMemo, useState } from "preact/hooks";
import { title } from "../look/data.jsx";
import { Fields } from "../form/fields.jsx";
import { errorsOf } from "../form/problems.js";
import { resolved } from "../form/schema.js";
import { valuesOf } from "../form/values.js";
import { Problem } from "./access.jsx";
import { Page, Saved } from "./page.jsx";
import { at, place } from "./pages.js";
import { useDoing } from "./reading.js";
import { forgetUnsaved } from "../shell/unsaved.js";
import { Source, read } from "./source.jsx";
import { Loading } from "./table.jsx";
import "../form/form.css";

/** @typedef {import("./trackers.jsx").TrackerRecord} TrackerRecord */

const EMPTY = { type: "object", properties: { subject: { type: "string", title: "Subject", minLength: 1 } }, required: ["subject"] };

/**
 * One tracker, or a new one: its schema beside the form that comes of it.
 * @param {{
 *   session: import("../live/session.js").Session, trackers: TrackerRecord[] | undefined, workflows: string[], handle?: string,
 *   go: import("./admin.jsx").Go, onSaved: () => void,
 * }} props
 */
export function Tracker({ session, trackers, workflows, handle, go, onSaved }) {
  const known = trackers?.find((tracker) => tracker.handle === handle);
  const [name, setName] = useState(handle ?? "");
  const [display, setDisplay] = useState("");
  const [workflow, setWorkflow] = useState("");
  const [text, setText] = useState(handle === undefined ? JSON.stringify(EMPTY, null, 2) : "");
  const [filled, setFilled] = useState(handle === undefined);
  const { busy, problem, setProblem, run } = useDoing();

  useEffect(() => {
    if (!known || filled) return;
    setText(JSON.stringify(known.schema, null, 2));
    setDisplay(known.display ?? "");
    setWorkflow(known.workflow ?? "");
    setFilled(true);
  }, [known]);

  const { value, wrong, line } = useMemo(() => read(text), [text]);
  const back = { href: at("trackers"), title: "Trackers" };
  const heading = handle === undefined ? "New tracker" : title(handle);
  if (!filled) {
    return (
      <Page title={heading} back={back}>
        {trackers ? <p class="admin-empty">There is no tracker with this handle.</p> : <Loading />}
      </Page>
    );
  }

  const was = known ?? { handle: "", schema: EMPTY, display: "", workflow: "" };
  const unsaved =
    Boolean(wrong) || JSON.stringify([value, name, display, workflow]) !== JSON.stringify([was.schema, was.handle, was.display ?? "", was.workflow ?? ""]);
  /** @param {Event} event */
  const save = (event) => {
    event.preventDefault();
    const to = name.trim();
    run(async () => {
      await session.read(`/v1/trackers/${encodeURIComponent(to)}`, "PUT", { schema: value, display, workflow: workflow || null });
      forgetUnsaved();
      session.toast("Saved.");
      onSaved();
      if (handle === undefined) go({ page: "trackers", name: place("tracker", to) });
    });
  };
  const pointer = String(problem?.details?.pointer ?? "");
  const inSchema = problem && pointer.startsWith("/schema");
  const inDisplay = problem && pointer.startsWith("/display");
  /** @param {(next: string) => void} set */
  const typed = (set) => (/** @type {any} */ event) => {
    setProblem(null);
    set(event.currentTarget.value);
  };
  return (
    <Page title={heading} lead={handle} back={back}>
      <div class="beside">
        <Saved onSubmit={save} unsaved={unsaved}>
          {handle === undefined && (
            <label class="field">
              <span class="field-name">Handle</span>
              <input required maxLength={200} value={name} autofocus onInput={typed(setName)} />
              <span class="quiet small">What workflows name it by, such as “service-request”.</span>
            </label>
          )}
          <div class="field">
            <label class="field-name" for="schema">
              JSON Schema
            </label>
            <Source id="schema" label="JSON Schema" value={text} rows={20} wrong={line} invalid={Boolean(wrong || inSchema)} described="schema-problem" onText={(next) => { setProblem(null); setText(next); }} />
            <span id="schema-problem" class="error" role={wrong || inSchema ? "alert" : undefined}>
              {wrong ? `${wrong}${line ? ` Look at line ${line}.` : ""}` : inSchema ? problem.message : ""}
            </span>
          </div>
          <div class="two">
            <label class="field">
              <span class="field-name">How a dispatch is called</span>
              <input class="code" value={display} spellcheck={false} aria-invalid={inDisplay ? "true" : undefined} placeholder="Service call: {{ data.subject }}" onInput={typed(setDisplay)} />
              {inDisplay ? (
                <span class="error" role="alert">
                  {problem.message}
                </span>
              ) : (
                <span class="quiet small">A server template.</span>
              )}
            </label>
            <label class="field">
              <span class="field-name">A dispatch starts</span>
              <select value={workflow} onChange={typed(setWorkflow)}>
                <option value="">nothing: it is a form only</option>
                {[...new Set([...workflows, ...(workflow ? [workflow] : [])])].map((each) => (
                  <option key={each} value={each}>
                    {title(each)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          {problem && !inSchema && !inDisplay && <Problem problem={problem} />}
          <div class="buttons">
            <button class="primary" disabled={busy || Boolean(wrong) || !name.trim()}>
              {handle === undefined ? "Add the tracker" : "Save"}
            </button>
          </div>
        </Saved>
        <Preview session={session} schema={value} known={known} changed={known !== undefined && JSON.stringify(known.schema) !== JSON.stringify(value)} />
      </div>
    </Page>
  );
}

/** The form as users get it; from what is saved a dispatch can be made. @param {{ session: import("../live/session.js").Session, schema: any, known?: TrackerRecord, changed: boolean }} props */
function Preview({ session, schema, known, changed }) {
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const { busy, problem, run } = useDoing();
  const last = useMemo(() => ({ schema: /** @type {any} */ (undefined) }), []);
  // While something else is typed the form stays as it was.
  if (schema && typeof schema === "object") last.schema = schema;
  const shown = last.schema;
  const empty = !Object.keys(shown?.properties ?? {}).length;
  /** @param {any} event */
  const submit = (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    setErrors({});
    run(async () => {
      try {
        const made = await session.client.dispatch(known?.handle ?? "", valuesOf(shown, form));
        session.toast("The dispatch was made.", "info", made.entries?.[0]);
        form.reset();
      } catch (refusal) {
        const found = errorsOf(refusal);
        setErrors(found);
        if (!Object.keys(found).length) throw refusal;
      }
    });
  };
  return (
    <form class="card preview" aria-labelledby="preview" onSubmit={submit} noValidate>
      <h3 id="preview">As a form</h3>
      {empty && <p class="quiet">The schema names no properties: any data fits.</p>}
      {shown && <Drawn key={JSON.stringify(shown)} schema={shown} errors={errors} />}
      <Problem problem={problem} />
      <div class="buttons">
        <span class="quiet small grow">{!known ? "Save it first to make a dispatch." : changed ? "A dispatch goes by what is saved." : known.workflow ? `A dispatch starts “${title(known.workflow)}”.` : "A dispatch starts nothing."}</span>
        <button disabled={!known || busy}>Make a dispatch</button>
      </div>
    </form>
  );
}

/** The fields, of a schema that somebody is in the middle of writing. @param {{ schema: any, errors: Record<string, string> }} props */
function Drawn({ schema, errors }) {
  const [wrong] = useErrorBoundary();
  const whole = useMemo(() => {
    try {
      return resolved(schema);
    } catch {
      return null;
    }
  }, [schema]);
  if (wrong || !whole) return <p class="quiet">This cannot be shown as a form yet.</p>;
  return <Fields schema={whole} errors={errors} />;
}
