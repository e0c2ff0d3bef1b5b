import { commands } from "./commands.js";

/** @type {Record<string, string>} */
const SHOWN = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };

/** What the keyboard does, here and now. @param {{ onClose: () => void }} props */
export function Help({ onClose }) {
  const known = [
    ...commands(),
    { title: "Change your last message, in an empty field", section: "Conversation", keys: ["ArrowUp"] },
  ].filter(({ keys }) => keys?.length);
  const sections = [...new Set(known.map(({ section }) => section))].sort();
  return (
    <dialog class="dialog" aria-labelledby="help-title" ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())} onClose={onClose}>
      <h2 id="help-title">Keyboard</h2>
      {sections.map((name) => (
        <section key={name}>
          <h3>{name}</h3>
          <dl class="keys">
            {known
              .filter(({ section }) => section === name)
              .map(({ title, keys }) => (
                <div key={title}>
                  <dt>
                    {keys?.map((key) => (
                      <kbd key={key}>{SHOWN[key] ?? key}</kbd>
                    ))}
                  </dt>
                  <dd>{title}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <form method="dialog">
        <button class="primary">Close</button>
      </form>
    </dialog>
  );
}
