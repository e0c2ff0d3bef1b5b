import { useState } from "preact/hooks";
import { useModal } from "../look/modal.js";
import { useDoing } from "./reading.js";

/**
 * Refuse what a user signs in with, after a word on what that means and why.
 * @param {{ session: import("../live/session.js").Session, user: string, name: string, onDone: () => void }} props
 */
export function Revoke({ session, user, name, onDone }) {
  const [reason, setReason] = useState("");
  const { busy, problem, run } = useDoing();
  const me = session.client.profile?.id === user;

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    const address = `/v1/users/${encodeURIComponent(user)}/revoke`;
    if (await run(() => session.read(address, "POST", { reason }))) onDone();
  };
  return (
    <Dialog title={`Sign ${name} out everywhere?`} onClose={onDone}>
      <form onSubmit={submit}>
        <p>All sessions end, and what {name} signs in with counts no more: every token made until this moment, and all API keys until they are accepted again. A token made later is good.</p>
        {me && <p class="problem">This is you. You are signed out as well.</p>}
        <label class="field">
          <span>
            Why<span class="quiet"> for administrators to read</span>
          </span>
          <input maxLength={500} value={reason} onInput={(event) => setReason(event.currentTarget.value)} autofocus />
        </label>
        <Problem problem={problem} />
        <div class="buttons">
          <button type="button" onClick={onDone}>
            Cancel
          </button>
          <button class="danger" disabled={busy}>
            Sign out everywhere
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A question before something that cannot be taken back. @param {{ title: string, text: any, act: string, onAct: () => Promise<any>, onClose: () => void }} props */
export function Sure({ title, text, act, onAct, onClose }) {
  const { busy, problem, run } = useDoing();
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (await run(onAct)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{text}</p>
        <Problem problem={problem} />
        <div class="buttons">
          <button type="button" onClick={onClose} autofocus>
            Cancel
          </button>
          <button class="danger" disabled={busy}>
            {act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The focus goes back to where it was when it closes. @param {{ title: string, onClose: () => void, children?: any }} props */
export function Dialog({ title, onClose, children }) {
  const dialog = useModal();
  return (
    <dialog class="dialog admin-dialog" aria-labelledby="dialog-title" ref={dialog} onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

/** Why something was refused. @param {{ problem: any }} props */
export function Problem({ problem }) {
  if (!problem) return null;
  return (
    <p class="problem" role="alert">
      {problem.message ?? String(problem)}
    </p>
  );
}
