import { useState } from "preact/hooks";
import { title } from "../look/data.jsx";
import { Icon } from "../look/icons.jsx";
import { Control, idOf } from "./control.jsx";
import { errorAt } from "./problems.js";
import { asks, kindOf, within } from "./schema.js";
import { countOf } from "./values.js";

/** @typedef {import("./problems.js").Errors} Errors */

/** Fields that stand for all that is in them: an error further down is theirs. */
const WHOLE = new Set(["several", "lines", "json"]);

/**
 * Fields for the members of a JSON Schema object. `values`: what is in them at first. `errors` and `doubts`: by
 * pointer. `summed`: they are told together above the fields, so none of them calls by itself.
 * @param {{
 *   schema: any, values?: Record<string, any>, errors: Errors, doubts?: Errors, prefix?: string, summed?: boolean,
 * }} props
 */
export function Fields({ schema, values = {}, errors, doubts = {}, prefix = "", summed = false }) {
  const required = new Set(schema.required ?? []);
  const asked = Object.entries(schema.properties ?? {}).filter(([name, property]) => kindOf(name, property) !== "fixed");
  const first = asked.map(([name]) => within(prefix, name)).find((pointer) => errorAt(errors, pointer, true));
  return (
    <>
      {asked.map(([name, property], index) => (
        <Field
          key={name}
          name={name}
          pointer={within(prefix, name)}
          property={property}
          value={values?.[name] ?? property.default}
          required={required.has(name)}
          first={index === 0 && !prefix}
          errors={errors}
          doubts={doubts}
          calls={!summed && first === within(prefix, name)}
          summed={summed}
        />
      ))}
    </>
  );
}

/**
 * @param {{
 *   name: string, pointer: string, property: any, value: any, required: boolean, first: boolean, errors: Errors, doubts: Errors,
 *   calls: boolean, summed: boolean,
 * }} props
 */
function Field({ name, pointer, property, value, required, first, errors, doubts, calls, summed }) {
  const kind = kindOf(name, property);
  const error = errorAt(errors, pointer, WHOLE.has(kind));
  const doubt = error ? undefined : errorAt(doubts, pointer, WHOLE.has(kind));
  const hint = [property.description, kind === "lines" ? "One on each line." : kind === "json" ? "As JSON." : "", asks(property)]
    .filter(Boolean)
    .join(" ");
  const words = property.title ?? title(name);
  const needed = required && kind !== "boolean" && (
    <span class="needed" title="Needed" aria-hidden="true">
      *
    </span>
  );
  const below = (
    <>
      {hint && (
        <span class="quiet small" id={idOf(pointer, "hint")}>
          {hint}
        </span>
      )}
      {(error || doubt) && (
        <span class={error ? "error" : "doubt"} id={idOf(pointer, "error")} role={error && calls ? "alert" : undefined}>
          {error ?? doubt}
        </span>
      )}
    </>
  );
  const looks = `field ${error ? "wrong" : ""} ${kind === "boolean" ? "yes-no" : ""}`;
  const control = <Control {...{ pointer, name, property, value, first, error, doubt, required }} hinted={Boolean(hint)} />;

  // Several fields or boxes have labels of their own; theirs together is a legend.
  if (kind === "group" || kind === "rows" || kind === "several") {
    const inner = { errors, doubts, summed };
    return (
      <fieldset
        class={`${looks} ${kind === "several" ? "" : "group"}`}
        id={idOf(pointer)}
        aria-invalid={error ? "true" : undefined}
        tabIndex={error ? -1 : undefined}
      >
        <legend class="field-name">
          {words}
          {needed}
        </legend>
        {kind === "group" && <Fields schema={property} values={value} prefix={pointer} {...inner} />}
        {kind === "rows" && <Rows property={property} values={value} pointer={pointer} what={words} {...inner} />}
        {kind === "several" && control}
        {below}
      </fieldset>
    );
  }
  const label = (
    <label class="field-name" for={idOf(pointer)}>
      {words}
      {needed}
    </label>
  );
  return (
    <div class={looks}>
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
}

let made = 0;
/** A row keeps what is typed in it wherever it moves to. @param {any} value */
const row = (value) => ({ id: ++made, value });

/** A list of groups. @param {{ property: any, values: any, pointer: string, what: string, errors: Errors, doubts: Errors, summed: boolean }} props */
function Rows({ property, values, pointer, what, errors, doubts, summed }) {
  const [rows, setRows] = useState(() => {
    const given = Array.isArray(values) ? values : [];
    // What is needed at least is there to be filled in.
    const missing = Array.from({ length: Math.max(0, (property.minItems ?? 0) - given.length) }, () => ({}));
    return [...given, ...missing].map(row);
  });
  const one = property.items?.title ?? what;
  const full = rows.length >= (property.maxItems ?? Infinity);

  /** @param {number} index */
  const remove = (index) => {
    setRows(rows.filter((_, at) => at !== index));
    // The focus goes to a neighbour, not to nowhere.
    document.getElementById(idOf(pointer, "add"))?.focus();
  };
  const add = () => {
    setRows([...rows, row({})]);
    const next = rows.length;
    requestAnimationFrame(() => {
      const begun = document.getElementById(idOf(within(pointer, String(next)), "row"));
      /** @type {HTMLElement | null | undefined} */ (begun?.querySelector("input, select, textarea"))?.focus();
    });
  };
  return (
    <>
      <input type="hidden" name={countOf(pointer)} value={rows.length} />
      {rows.map(({ id, value }, index) => (
        <div key={id} class="row-fields" id={idOf(within(pointer, String(index)), "row")} role="group" aria-label={`${one} ${index + 1}`}>
          <div class="row-head">
            <span class="quiet small">
              {one} {index + 1}
            </span>
            <button type="button" class="plain" aria-label={`Remove ${one} ${index + 1}`} onClick={() => remove(index)}>
              <Icon name="cross" />
            </button>
          </div>
          <Fields schema={property.items} values={value} prefix={within(pointer, String(index))} {...{ errors, doubts, summed }} />
        </div>
      ))}
      <button type="button" class="add" id={idOf(pointer, "add")} disabled={full} onClick={add}>
        <Icon name="plus" />
        Add {rows.length ? "another" : "one"}
      </button>
    </>
  );
}
