import { useState } from "preact/hooks";
import { title } from "../look/data.jsx";
import { Fields } from "../form/fields.jsx";
import { Icon } from "../look/icons.jsx";
import { errorsOf, valuesOf } from "../form/values.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {{ title: string, tracker?: any, workflow?: string }} Kind */

/** Beginning something: a dispatch by its tracker's form, or a workflow for somebody. @param {{ session: Session }} props */
export function StartMenu({ session }) {
  const [kinds, setKinds] = useState(/** @type {Kind[] | null} */ (null));
  const [kind, setKind] = useState(/** @type {Kind | null} */ (null));

  const open = async () => {
    try {
      const [{ trackers }, { workflows }] = await Promise.all([
        session.read("/v1/trackers"),
        session.read("/v1/workflows"),
      ]);
      const starting = trackers.filter((/** @type {any} */ tracker) => tracker.workflow);
      const covered = new Set(starting.map((/** @type {any} */ tracker) => tracker.workflow));
      setKinds([
        ...starting.map((/** @type {any} */ tracker) => ({ title: title(tracker.handle), tracker })),
        ...workflows
          .filter((/** @type {any} */ workflow) => !workflow.closed && !covered.has(workflow.name))
          .map((/** @type {any} */ workflow) => ({ title: title(workflow.name), workflow: workflow.name })),
      ]);
    } catch (error) {
      session.refused(error);
    }
  };
  const close = () => {
    setKinds(null);
    setKind(null);
  };

  return (
    <>
      <button class="primary" onClick={open} disabled={session.client.state !== "online"}>
        <Icon name="plus" />
        New
      </button>
      {kinds && (
        <dialog
          class="dialog"
          aria-labelledby="new-title"
          ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())}
          onClose={close}
        >
          {kind ? (
            <StartForm session={session} kind={kind} onDone={close} />
          ) : (
            <>
              <h2 id="new-title">What shall begin?</h2>
              <ul class="kinds">
                {kinds.map((found) => (
                  <li key={found.title}>
                    <button onClick={() => setKind(found)}>{found.title}</button>
                  </li>
                ))}
              </ul>
              <form method="dialog" class="buttons">
                <button>Cancel</button>
              </form>
            </>
          )}
        </dialog>
      )}
    </>
  );
}

/** @param {{ session: Session, kind: Kind, onDone: () => void }} props */
function StartForm({ session, kind, onDone }) {
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");

  /** @param {any} event */
  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    try {
      if (kind.tracker) await session.client.dispatch(kind.tracker.handle, valuesOf(kind.tracker.schema, form));
      else {
        const filled = new FormData(form);
        const to = String(filled.get("to") ?? "").split(/[\s,]+/).filter(Boolean);
        const data = JSON.parse(String(filled.get("data") || "{}"));
        await session.client.start(kind.workflow ?? "", { to, data });
      }
      session.toast(`Started: ${kind.title}`);
      onDone();
    } catch (refusal) {
      const error = /** @type {any} */ (refusal);
      setProblem(error.message);
      setErrors(errorsOf(error));
    }
  };

  return (
    <form onSubmit={submit} noValidate>
      <h2 id="new-title">{kind.title}</h2>
      {problem && !Object.keys(errors).length && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {kind.tracker ? (
        <Fields schema={kind.tracker.schema} errors={errors} />
      ) : (
        <>
          <label class="field">
            <span>For whom (user ids)</span>
            <input name="to" autofocus />
          </label>
          <label class="field">
            <span>
              Data<span class="quiet"> JSON, optional</span>
            </span>
            <textarea name="data" rows={6} spellcheck={false} />
          </label>
        </>
      )}
      <div class="buttons">
        <button type="button" onClick={onDone}>
          Cancel
        </button>
        <button class="primary">Start</button>
      </div>
    </form>
  );
}
