import { useId, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";

/** @typedef {import("../live/session.js").Session} Session */

/**
 * Whom something is for: by name, of those whom this user knows, or by id.
 * @param {{ session: Session, chosen: string[], onChosen: (ids: string[]) => void, label: string }} props
 */
export function People({ session, chosen, onChosen, label }) {
  const [text, setText] = useState("");
  const list = useId();
  const people = [...session.client.store.people.values()].filter(({ id }) => !chosen.includes(id)).sort((a, b) => a.name.localeCompare(b.name));

  /** @param {string} said */
  const add = (said) => {
    const wanted = said.trim().toLowerCase();
    if (!wanted) return;
    const found = people.find(({ id, name, email }) => [id, name, email].some((known) => known?.toLowerCase() === wanted));
    onChosen([...chosen, found?.id ?? said.trim()]);
    setText("");
  };
  /** @param {string} said */
  const typed = (said) => {
    // A proposal that was taken is whole at once; what is typed is whole with a comma.
    const whole = people.some(({ name }) => name === said);
    if (whole || /[,;]$/.test(said)) add(said.replace(/[,;]$/, ""));
    else setText(said);
  };
  return (
    <div class="field">
      <label for={`${list}-field`}>{label}</label>
      {chosen.length > 0 && (
        <ul class="chosen">
          {chosen.map((id) => (
            <li key={id}>
              {session.client.store.people.get(id)?.name ?? id}
              <button type="button" class="plain" aria-label={`Without ${session.client.store.people.get(id)?.name ?? id}`} onClick={() => onChosen(chosen.filter((one) => one !== id))}>
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id={`${list}-field`}
        list={list}
        value={text}
        autocomplete="off"
        placeholder="A name or a user id"
        autofocus
        onInput={(event) => typed(event.currentTarget.value)}
        onBlur={() => add(text)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && text.trim()) {
            event.preventDefault();
            add(text);
          } else if (event.key === "Backspace" && !text) onChosen(chosen.slice(0, -1));
        }}
      />
      <datalist id={list}>
        {people.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </div>
  );
}
