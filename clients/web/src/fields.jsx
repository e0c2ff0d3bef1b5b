/** Fields for the members of a JSON Schema object. @param {{ schema: any, errors: Record<string, string> }} props */
export function Fields({ schema, errors }) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, property], index) => {
    const error = errors[name];
    return (
      <label key={name} class={error ? "field wrong" : "field"}>
        <span>
          {property.title ?? words(name)}
          {!required.has(name) && <span class="quiet"> optional</span>}
        </span>
        <Control name={name} property={property} first={index === 0} error={error} />
        {property.description && <span class="quiet">{property.description}</span>}
        {error && (
          <span class="error" id={`error-${name}`} role="alert">
            {error}
          </span>
        )}
      </label>
    );
  });
}

/** @param {{ name: string, property: any, first: boolean, error?: string }} props */
function Control({ name, property, first, error }) {
  const common = {
    name,
    autofocus: first,
    "aria-invalid": error ? /** @type {const} */ ("true") : undefined,
    "aria-describedby": error ? `error-${name}` : undefined,
  };
  if (property.enum) {
    return (
      <select {...common}>
        <option value="" />
        {property.enum.map((/** @type {any} */ value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    );
  }
  if (property.type === "boolean") return <input type="checkbox" {...common} />;
  if (property.type === "integer" || property.type === "number") {
    const step = property.type === "integer" ? 1 : "any";
    return <input type="number" step={step} min={property.minimum} max={property.maximum} {...common} />;
  }
  return <input type="text" {...common} />;
}

/** What was filled in, with the types that the schema names; empty fields are left out. @param {any} schema @param {HTMLFormElement} form */
export function valuesOf(schema, form) {
  const filled = new FormData(form);
  /** @type {Record<string, any>} */
  const values = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = filled.get(name);
    if (property.type === "boolean") values[name] = value !== null;
    else if (value === null || value === "") continue;
    else values[name] = property.type === "integer" || property.type === "number" ? Number(value) : String(value);
  }
  return values;
}

/** What is wrong, by field, of a refusal. @param {any} refusal @returns {Record<string, string>} */
export function errorsOf(refusal) {
  const errors = refusal.details?.errors ?? [];
  return Object.fromEntries(
    errors.map((/** @type {{ pointer: string, text: string }} */ { pointer, text }) => [
      pointer.split("/").pop(),
      text.endsWith("is a required property") ? "Please fill this in." : text,
    ]),
  );
}

/** `visitTracker` as people write it. @param {string} name */
function words(name) {
  const spaced = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
