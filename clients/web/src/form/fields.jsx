import { title } from "../look/data.jsx";
import { kindOf, optionsOf, shown } from "./values.js";

/**
 * Fields for the members of a JSON Schema object. `values`: what is in them at first.
 * @param {{ schema: any, values?: Record<string, any>, errors: Record<string, string> }} props
 */
export function Fields({ schema, values = {}, errors }) {
  const required = new Set(schema.required ?? []);
  const first = Object.keys(schema.properties ?? {}).find((name) => errors[name]);
  return Object.entries(schema.properties ?? {}).map(([name, property], index) => {
    const error = errors[name];
    const kind = kindOf(name, property);
    const needed = required.has(name) && kind !== "boolean" && (
      <span class="needed" title="Needed" aria-hidden="true">
        *
      </span>
    );
    const words = property.title ?? title(name);
    const hint = property.description ?? (kind === "lines" ? "One on each line" : kind === "json" ? "As JSON" : "");
    const control = (
      <Control
        name={name}
        kind={kind}
        property={property}
        value={values[name] ?? property.default}
        first={index === 0}
        error={error}
        hinted={Boolean(hint)}
        required={required.has(name)}
      />
    );
    const below = (
      <>
        {hint && (
          <span class="quiet small" id={`hint-${name}`}>
            {hint}
          </span>
        )}
        {error && (
          <span class="error" id={`error-${name}`} role={name === first ? "alert" : undefined}>
            {error}
          </span>
        )}
      </>
    );
    const looks = `field ${error ? "wrong" : ""} ${kind === "boolean" ? "yes-no" : ""}`;
    // Several boxes have labels of their own; theirs together is a legend.
    if (kind === "several") {
      return (
        <fieldset key={name} class={looks} aria-invalid={error ? "true" : undefined} tabIndex={error ? -1 : undefined}>
          <legend class="field-name">
            {words}
            {needed}
          </legend>
          {control}
          {below}
        </fieldset>
      );
    }
    const label = (
      <label class="field-name" for={`field-${name}`}>
        {words}
        {needed}
      </label>
    );
    return (
      <div key={name} class={looks}>
        {kind === "boolean" ? (
          <span class="box">
            {control}
            {label}
          </span>
        ) : (
          <>
            {label}
            {control}
          </>
        )}
        {below}
      </div>
    );
  });
}

/** @param {{ name: string, kind: string, property: any, value: any, first: boolean, error?: string, hinted: boolean, required: boolean }} props */
function Control({ name, kind, property, value, first, error, hinted, required }) {
  const described = [error && `error-${name}`, hinted && `hint-${name}`].filter(Boolean).join(" ");
  const common = {
    id: `field-${name}`,
    name,
    autofocus: first,
    "aria-invalid": error ? /** @type {const} */ ("true") : undefined,
    "aria-required": required,
    "aria-describedby": described || undefined,
  };
  const text = shown(kind, value);
  switch (kind) {
    case "one":
      return (
        <select {...common}>
          {(!required || value === undefined) && <option value="" />}
          {optionsOf(property).map((option) => (
            <option key={option.text} value={String(option.value)} selected={option.value === value}>
              {option.text}
            </option>
          ))}
        </select>
      );
    case "several":
      return (
        <span class="boxes">
          {optionsOf(property.items).map((option) => (
            <label key={option.text} class="box">
              <input
                type="checkbox"
                name={name}
                value={String(option.value)}
                defaultChecked={Array.isArray(value) && value.includes(option.value)}
              />
              {option.text}
            </label>
          ))}
        </span>
      );
    case "boolean":
      return <input type="checkbox" {...common} defaultChecked={value === true} />;
    case "integer":
    case "number":
      return (
        <input
          type="number"
          step={kind === "integer" ? 1 : "any"}
          min={property.minimum}
          max={property.maximum}
          defaultValue={text}
          {...common}
        />
      );
    case "long":
    case "lines":
    case "json":
      return <textarea rows={3} spellcheck={kind === "long"} class={kind === "json" ? "code" : ""} defaultValue={text} {...common} />;
    default:
      return <input type={kind} autocomplete="off" defaultValue={text} {...common} />;
  }
}
