/** `visitTracker` as people write it: "Visit tracker". @param {string} name */
export function title(name) {
  const spaced = name.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Any data, to be read by people: names and values, lists as lists. @param {{ data: Record<string, any>, titles?: Record<string, string> }} props */
export function Data({ data, titles = {} }) {
  const members = Object.entries(data).filter(([, value]) => !blank(value));
  if (!members.length) return null;
  return (
    <dl class="data">
      {members.map(([name, value]) => (
        <div key={name} class={wide(value) ? "wide" : ""}>
          <dt>{titles[name] ?? title(name)}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** @param {{ value: any }} props @returns {any} */
export function Value({ value }) {
  if (Array.isArray(value)) {
    if (value.every((part) => typeof part !== "object")) return <>{value.map(plain).join(", ")}</>;
    return (
      <ul>
        {value.map((part, index) => (
          <li key={index}>
            <Value value={part} />
          </li>
        ))}
      </ul>
    );
  }
  if (value !== null && typeof value === "object") return <Data data={value} />;
  return <>{plain(value)}</>;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** @param {any} value */
function plain(value) {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value !== "string" || !(DATE.test(value) || TIME.test(value))) return String(value ?? "");
  // A day has no time zone: read as midnight in UTC it could be shown as the day before.
  const date = new Date(DATE.test(value) ? `${value}T00:00` : value);
  if (Number.isNaN(date.getTime())) return value;
  return DATE.test(value) ? date.toLocaleDateString() : date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

/** @param {any} value */
const blank = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** @param {any} value */
const wide = (value) => {
  const simple = Array.isArray(value) ? value.every((part) => typeof part !== "object") : typeof value !== "object";
  return !simple || String(value).length > 60;
};
