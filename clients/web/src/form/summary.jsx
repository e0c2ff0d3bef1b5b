import { title } from "../look/data.jsx";
import { idOf } from "./control.jsx";
import { kindOf, unescaped } from "./schema.js";

/** What a field is called, with what it is in. @param {any} schema @param {string} pointer */
export function calledAt(schema, pointer) {
  /** @type {string[]} */
  const words = [];
  let at = schema;
  for (const part of pointer ? pointer.split("/").map(unescaped) : []) {
    if (at?.properties) {
      at = at.properties[part];
      words.push(at?.title ?? title(part));
    } else if (at?.items) {
      at = at.items;
      words.push(String(Number(part) + 1));
    } else words.push(title(part));
  }
  return words.join(" › ");
}

/** The field that an error is shown at: the error may be about something within it. @param {any} schema @param {string} pointer */
function fieldAt(schema, pointer) {
  const parts = pointer.split("/");
  let at = schema;
  for (const [index, part] of parts.entries()) {
    at = at?.properties?.[unescaped(part)] ?? at?.items;
    const kind = at && !/^\d+$/.test(part) ? kindOf(part, at) : "group";
    if (!["group", "rows"].includes(kind)) return parts.slice(0, index + 1).join("/");
  }
  return pointer;
}

/** All that is wrong, in one place, each with a way to its field. @param {{ schema: any, errors: Record<string, string> }} props */
export function Summary({ schema, errors }) {
  const all = Object.entries(errors);
  if (!all.length) return null;
  return (
    <div class="problem summary" role="alert">
      <p>{all.length === 1 ? "One thing is not right yet:" : `${all.length} things are not right yet:`}</p>
      <ul>
        {all.map(([pointer, text]) => {
          const id = idOf(fieldAt(schema, pointer));
          return (
            <li key={pointer}>
              {pointer ? (
                <a
                  href={`#${id}`}
                  onClick={(event) => {
                    // The address is the page's; this only goes to the field.
                    event.preventDefault();
                    document.getElementById(id)?.focus();
                  }}
                >
                  {calledAt(schema, pointer)}
                </a>
              ) : (
                "All of it"
              )}
              : {text}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
