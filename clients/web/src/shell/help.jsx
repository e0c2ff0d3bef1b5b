import { Caps } from "./caps.jsx";
import { commands } from "./commands.js";
import { rank } from "./keys.js";

/** What is done by key without being a command of the page. @type {{ title: string, section: string, keys: string[] }[]} */
const ALWAYS = [
  { title: "Send the message", section: "Conversation", keys: ["Enter"] },
  { title: "A new line in the message", section: "Conversation", keys: ["Shift+Enter"] },
  { title: "Change your last message, in an empty field", section: "Conversation", keys: ["ArrowUp"] },
];
/** What the keyboard does, here and now. @param {{ onClose: () => void, onPalette: () => void }} props */
export function Help({ onClose, onPalette }) {
  const known = [...commands(), ...ALWAYS].filter(({ keys }) => keys?.length);
  const sections = [...new Set(known.map(({ section }) => section))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return (
    <dialog class="dialog help" aria-labelledby="help-title" ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())} onClose={onClose}>
      <form method="dialog" class="help-head">
        <h2 id="help-title">Keyboard</h2>
        <button class="primary">Close</button>
      </form>
      <p class="quiet">
        All of this can be done by name, too:{" "}
        <button
          class="link"
          onClick={(event) => {
            event.currentTarget.closest("dialog")?.close();
            onPalette();
          }}
        >
          find it in the palette
        </button>{" "}
        <Caps keys="mod+k" />
      </p>
      <div class="help-sections">
        {sections.map((name) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl class="keys">
              {known
                .filter(({ section }) => section === name)
                .map(({ title, keys }) => (
                  <div key={title}>
                    <dt>{title}</dt>
                    <dd>
                      {keys?.map((key, index) => (
                        <span key={key}>
                          {index > 0 && <span class="quiet"> or </span>}
                          <Caps keys={key} />
                        </span>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
