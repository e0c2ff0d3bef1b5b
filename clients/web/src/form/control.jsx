import { kindOf, optionsOf } from "./schema.js";
import { shown } from "./values.js";

/** The id of what belongs to a field: an id has no spaces. @param {string} pointer @param {string} [what] */
export const idOf = (pointer, what = "field") => `${what}-${pointer.replace(/\s/g, "_")}`;

/**
 * What one field is filled in with.
 * @param {{
 *   pointer: string, name: string, property: any, value: any, first: boolean, error?: string, doubt?: string, hinted: boolean,
 *   required: boolean,
 * }} props
 */
export function Control({ pointer, name, property, value, first, error, doubt, hinted, required }) {
  const kind = kindOf(name, property);
  const described = [(error || doubt) && idOf(pointer, "error"), hinted && idOf(pointer, "hint")].filter(Boolean).join(" ");
  const common = {
    id: idOf(pointer),
    name: pointer,
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
                name={pointer}
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
          inputMode={kind === "integer" ? "numeric" : "decimal"}
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
