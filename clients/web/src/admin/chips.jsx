import { useId, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";

/**
 * Several short names: each is a chip that can be taken out; Enter or a comma makes one of what was typed.
 * @param {{ label: string, hint?: string, names: string[], known: string[], onChange: (names: string[]) => void }} props `known`: what is offered
 */
export function Chips({ label, hint, names, known, onChange }) {
  const [typed, setTyped] = useState("");
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();

  /** @param {string} text */
  const add = (text) => {
    const made = text.split(",").map((name) => name.trim()).filter(Boolean);
    setTyped("");
    if (made.length) onChange([...new Set([...names, ...made])]);
  };
  /** @param {string} name */
  const drop = (name) => {
    onChange(names.filter((other) => other !== name));
    field.current?.focus();
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.key === "Enter" && typed.trim()) {
      event.preventDefault();
      add(typed);
    } else if (event.key === "Backspace" && !typed && names.length) {
      event.preventDefault();
      drop(names.at(-1) ?? "");
    }
  };
  return (
    <div class="field">
      <label class="field-name" for={id}>
        {label}
      </label>
      <div class="chips">
        {names.map((name) => (
          <span key={name} class="tag">
            {name}
            <button type="button" class="plain" aria-label={`Take ${name} out of ${label.toLowerCase()}`} onClick={() => drop(name)}>
              <Icon name="cross" />
            </button>
          </span>
        ))}
        <input
          id={id}
          ref={field}
          list={`${id}-known`}
          value={typed}
          autocomplete="off"
          aria-describedby={hint && `${id}-hint`}
          placeholder={names.length ? "" : "Type a name"}
          onInput={(event) => {
            const text = event.currentTarget.value;
            // One that was chosen from those offered is complete.
            const chosen = /** @type {any} */ (event).inputType === "insertReplacementText" || !/** @type {any} */ (event).inputType;
            if (text.includes(",") || (chosen && known.includes(text))) add(text);
            else setTyped(text);
          }}
          onKeyDown={key}
          onBlur={() => add(typed)}
        />
        <datalist id={`${id}-known`}>
          {known
            .filter((name) => !names.includes(name))
            .map((name) => (
              <option key={name} value={name} />
            ))}
        </datalist>
      </div>
      {hint && (
        <span class="quiet small" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}
