import { caps } from "./keys.js";

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** Keys as they are printed on a keyboard. @param {{ keys: string }} props */
export function Caps({ keys }) {
  return (
    <span class="caps">
      {caps(keys, apple).map((cap, index) => (
        <kbd key={index}>{cap}</kbd>
      ))}
    </span>
  );
}

/** While a sequence waits for its next key: what may follow. @param {{ waiting: { keys: string, next: import("./keys.js").Command[] } | null }} props */
export function NextKey({ waiting }) {
  if (!waiting) return null;
  const rest = (/** @type {string[] | undefined} */ keys) =>
    keys?.find((known) => known.startsWith(`${waiting.keys} `))?.slice(waiting.keys.length + 1) ?? "";
  return (
    <div class="next-key" role="status">
      <p>
        <Caps keys={waiting.keys} /> <span class="quiet">then</span>
      </p>
      <ul>
        {waiting.next.map(({ title, keys }) => (
          <li key={title}>
            <Caps keys={rest(keys)} /> {title}
          </li>
        ))}
      </ul>
    </div>
  );
}
