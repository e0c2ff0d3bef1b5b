import { useEffect, useRef, useState } from "react";

/** The form of a path, by its tracker's schema. @param {{ run: import("lockstep-client").Run, onDone: (values?: any) => void }} props */
export function Form({ run, onDone }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [schema, setSchema] = useState(/** @type {any} */ (null));

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    const token = new URLSearchParams(location.hash.slice(1)).get("token");
    const headers = { Authorization: `Bearer ${token}` };
    void fetch(`/v1/trackers/${encodeURIComponent(run.behavior.fields)}`, { headers })
      .then((answer) => answer.json())
      .then((tracker) => setSchema(tracker.schema));
  }, [run]);

  /** @param {React.FormEvent<HTMLFormElement>} event */
  const submit = (event) => {
    event.preventDefault();
    /** @type {Record<string, any>} */
    const values = {};
    for (const [name, text] of new FormData(event.currentTarget)) {
      if (text === "") continue;
      values[name] = isNumber(schema.properties[name]) ? Number(text) : text;
    }
    onDone(values);
  };

  const fields = /** @type {[string, any][]} */ (Object.entries(schema?.properties ?? {}));
  return (
    <dialog ref={dialog} onCancel={() => onDone()} aria-label={run.path.label}>
      <form onSubmit={submit}>
        <h2>{run.path.label}</h2>
        {fields.map(([name, field]) => (
          <label key={name}>
            {field.title ?? name.charAt(0).toUpperCase() + name.slice(1)}
            <input
              name={name}
              required={schema.required?.includes(name)}
              type={isNumber(field) ? "number" : "text"}
              min={field.minimum}
              max={field.maximum}
              step={field.type === "number" ? "any" : undefined}
            />
          </label>
        ))}
        <button type="button" onClick={() => onDone()}>
          Cancel
        </button>
        <button className="primary" disabled={!schema}>
          {run.path.label}
        </button>
      </form>
    </dialog>
  );
}

/** @param {any} field */
const isNumber = (field) => ["integer", "number"].includes(field?.type);
