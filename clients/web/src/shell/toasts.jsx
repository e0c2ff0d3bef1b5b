import { useCommands } from "./commands.js";
import { Icon } from "../look/icons.jsx";
import { useNews } from "../live/session.js";

/** Short news. @param {{ session: import("../live/session.js").Session, onOpen: (entry: string) => void }} props */
export function Toasts({ session, onOpen }) {
  useNews(session, "toasts");
  const { toasts } = session;
  const newest = toasts.shown.at(-1);
  /** @param {import("../live/toasts.js").Toast} toast */
  const open = (toast) => {
    toasts.dismiss(toast.id);
    if (toast.entry) onOpen(toast.entry);
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key !== "Escape" || !newest) return;
    event.preventDefault();
    event.stopPropagation();
    toasts.dismiss(newest.id);
  };
  useCommands(
    newest
      ? [
          { title: "Dismiss the notice", section: "General", icon: "cross", keys: ["."], run: () => toasts.dismiss(newest.id) },
          ...(newest.entry ? [{ title: "Go to what the notice is about", section: "Go to", keys: ["g n"], run: () => open(newest) }] : []),
        ]
      : [],
  );
  const hold = () => void (toasts.held = true);
  const letGo = () => void (toasts.held = false);
  return (
    <div class="toasts" role="status" aria-live="polite" onPointerEnter={hold} onPointerLeave={letGo} onFocusIn={hold} onFocusOut={letGo} onKeyDown={onKey}>
      {toasts.shown.map((toast) => (
        <div key={toast.key ?? toast.id} class={`toast ${toast.tone}`}>
          {toast.tone === "warning" && <Icon name="alert" />}
          <span>{toast.text}</span>
          {toast.entry && (
            <button class="link" onClick={() => open(toast)}>
              Open
            </button>
          )}
          <button class="plain" aria-label="Dismiss" title="Dismiss (.)" onClick={() => toasts.dismiss(toast.id)}>
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  );
}
