import { blank, said, wide } from "./values.js";

/** `visitTracker` as people write it: "Visit tracker". @param {string} name */
export function title(name) {
  const spaced = name.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/**
 * Any data, to be read by people: names and values, lists as lists. `schema`: what describes it, where
 * that is known. `mark`: a class for a member, by its name.
 * @param {{ data: Record<string, any>, schema?: any, mark?: (name: string) => string }} props
 */
export function Data({ data, schema, mark }) {
  const members = Object.entries(data).filter(([, value]) => !blank(value));
  if (!members.length) return null;
  return (
    <dl class="data">
      {members.map(([name, value]) => {
        const property = schema?.properties?.[name];
        return (
          <div key={name} class={`${wide(value) ? "wide" : ""} ${mark?.(name) ?? ""}`}>
            <dt title={property?.description}>{property?.title ?? title(name)}</dt>
            <dd>
              <Value value={value} schema={property} name={name} beside={data} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** @param {{ value: any, schema?: any, name?: string, beside?: Record<string, any> }} props @returns {any} */
export function Value({ value, schema, name, beside }) {
  if (Array.isArray(value)) {
    const parts = value.map((part, index) => <Value key={index} value={part} schema={schema?.items} />);
    if (value.every((part) => typeof part !== "object")) return parts.flatMap((part, index) => (index ? [", ", part] : [part]));
    return (
      <ul>
        {parts.map((part, index) => (
          <li key={index}>{part}</li>
        ))}
      </ul>
    );
  }
  if (value !== null && typeof value === "object") return <Data data={value} schema={schema} />;
  const { text, href } = said(value, { schema, name, beside });
  if (!href) return <>{text}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  );
}
