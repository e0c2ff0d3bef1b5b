import { Icon } from "../look/icons.jsx";
import { useNews } from "../live/session.js";

/** Short news. @param {{ session: import("../live/session.js").Session, onOpen: (entry: string) => void }} props */
export function Toasts({ session, onOpen }) {
  useNews(session, "toasts");
  return (
    <div class="toasts" role="status" aria-live="polite">
      {session.toasts.map((toast) => (
        <div key={toast.id} class={`toast ${toast.tone}`}>
          <span>{toast.text}</span>
          {toast.entry && (
            <button
              class="link"
              onClick={() => {
                session.dismiss(toast.id);
                onOpen(/** @type {string} */ (toast.entry));
              }}
            >
              Open
            </button>
          )}
          <button class="plain" aria-label="Dismiss" onClick={() => session.dismiss(toast.id)}>
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  );
}
