import { useEffect, useState } from "preact/hooks";
import { Fields, errorsOf, valuesOf } from "./fields.jsx";

/** @typedef {import("./session.js").Session} Session */

/**
 * The form of a behavior, filled in before its path is chosen. Cancelling leaves the step.
 * @param {{ session: Session, run: any, onDone: () => void }} props
 */
export function Form({ session, run, onDone }) {
  const [schema, setSchema] = useState(/** @type {any} */ (null));
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");

  useEffect(() => {
    const handle = encodeURIComponent(String(run.behavior.fields));
    session
      .read(`/v1/trackers/${handle}`)
      .then((tracker) => setSchema(tracker.schema))
      .catch((error) => setProblem(error.message));
  }, [run]);

  const close = () => {
    run.done(undefined);
    onDone();
  };

  /** @param {any} event */
  const submit = async (event) => {
    event.preventDefault();
    try {
      const result = await run.client.choose(run.entry, run.path.label, valuesOf(schema, event.currentTarget));
      run.done(result);
      onDone();
    } catch (refusal) {
      const error = /** @type {any} */ (refusal);
      if (error.code === "invalid" && error.details?.errors) {
        setErrors(errorsOf(error));
      } else {
        session.refused(error);
        close();
      }
    }
  };

  return (
    <dialog
      class="dialog"
      aria-labelledby="form-title"
      ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())}
      onClose={close}
    >
      <form onSubmit={submit} noValidate>
        <h2 id="form-title">{run.behavior.data?.title || run.path.label}</h2>
        {problem && <p class="problem">{problem}</p>}
        {schema && <Fields schema={schema} errors={errors} />}
        <div class="buttons">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button class="primary" disabled={!schema}>
            {run.path.label}
          </button>
        </div>
      </form>
    </dialog>
  );
}
