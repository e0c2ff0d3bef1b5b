import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useCommands } from "./commands.js";
import { Fields } from "../form/fields.jsx";
import { Icon } from "../look/icons.jsx";
import { People } from "./people.jsx";
import { kindsOf } from "./starting.js";
import { useModal } from "../look/modal.js";
import { errorsOf } from "../form/problems.js";
import { valuesOf } from "../form/values.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("./starting.js").Kind} Kind */

/**
 * Beginning something: a dispatch by its tracker's form, or a workflow for somebody.
 * @param {{ session: Session, kind: Kind | "any" | null, onKind: (kind: Kind | "any" | null) => void }} props
 * `kind`: what is being begun; `any`: that is to be chosen
 */
export function StartMenu({ session, kind, onKind }) {
  const [kinds, setKinds] = useState(/** @type {Kind[] | null} */ (null));
  const online = session.client.state === "online";
  const choosing = kind === "any";

  useEffect(() => {
    if (!choosing) return setKinds(null);
    kindsOf(session).then(setKinds, (error) => {
      session.refused(error);
      onKind(null);
    });
  }, [choosing]);
  useCommands(online ? [{ title: "Start something new", section: "Start", icon: "plus", keys: ["n"], run: () => onKind("any") }] : []);

  return (
    <>
      <button class="primary" onClick={() => onKind("any")} disabled={!online}>
        <Icon name="plus" />
        <span class="new-text">New</span>
      </button>
      {(kinds || (kind && !choosing)) && (
        <Modal onClose={() => onKind(null)}>
          {kind && kind !== "any" ? (
            <StartForm session={session} kind={kind} onDone={() => onKind(null)} />
          ) : (
            <>
              <h2 id="new-title">What shall begin?</h2>
              <ul class="kinds">
                {kinds?.map((found) => (
                  <li key={found.title}>
                    <button onClick={() => onKind(found)}>{found.title}</button>
                  </li>
                ))}
              </ul>
              <form method="dialog" class="buttons">
                <button>Cancel</button>
              </form>
            </>
          )}
        </Modal>
      )}
    </>
  );
}

/** @param {{ onClose: () => void, children?: any }} props */
function Modal({ onClose, children }) {
  const dialog = useModal();
  return (
    <dialog class="dialog" aria-labelledby="new-title" ref={dialog} onClose={onClose}>
      {children}
    </dialog>
  );
}

/** @param {{ session: Session, kind: Kind, onDone: () => void }} props */
function StartForm({ session, kind, onDone }) {
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState("");
  const [to, setTo] = useState(/** @type {string[]} */ ([]));
  const [refusals, setRefusals] = useState(0);
  const [busy, setBusy] = useState(false);
  const whole = useRef(/** @type {HTMLFormElement | null} */ (null));

  useLayoutEffect(() => {
    // At first to the first field: the button that led here is gone. Then to what is wrong.
    const wrong = whole.current?.querySelector("[aria-invalid='true']");
    const first = refusals ? wrong : whole.current?.querySelector("input:not([type='hidden']), select, textarea");
    /** @type {HTMLElement | null | undefined} */ (first)?.focus();
  }, [refusals]);

  /** @param {any} event */
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    setBusy(true);
    try {
      const { entries } = kind.tracker
        ? await session.client.dispatch(kind.tracker.handle, valuesOf(kind.tracker.schema, form))
        : await session.client.start(kind.workflow ?? "", { to, data: objectOf(String(new FormData(form).get("data") ?? "")) });
      const own = entries.find((id) => session.client.store.entries.has(id));
      session.toast(`${kind.title}: begun${entries.length > 1 ? ` ${entries.length} times` : ""}`, "info", own);
      onDone();
    } catch (refusal) {
      const error = /** @type {any} */ (refusal);
      setProblem(error.message);
      setErrors(errorsOf(error));
      setRefusals(refusals + 1);
      setBusy(false);
    }
  };

  return (
    <form ref={whole} onSubmit={submit} noValidate>
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
          <People session={session} label="For whom" chosen={to} onChosen={setTo} />
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
        <button class="primary" disabled={busy}>Start</button>
      </div>
    </form>
  );
}

/** @param {string} text @returns {Record<string, any>} */
function objectOf(text) {
  if (!text.trim()) return {};
  try {
    const read = JSON.parse(text);
    if (read && typeof read === "object" && !Array.isArray(read)) return read;
  } catch {
    // Said below, in words.
  }
  throw new Error('The data is no JSON object, such as {"amount": 12}.');
}
