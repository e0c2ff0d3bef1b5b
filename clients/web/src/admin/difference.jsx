import { useEffect, useMemo, useRef } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { changesBetween } from "./changes.js";

const editor = () => import("./editor/editor.js");
/** Below this width two texts do not fit beside one another. */
const NARROW = 720;

/** What differs between two texts of a definition: in words, and line by line. @param {{ before: string, after: string, names: [string, string] }} props */
export function Difference({ before, after, names }) {
  const host = useRef(/** @type {HTMLDivElement | null} */ (null));
  const changes = useMemo(() => {
    try {
      return changesBetween(before ? JSON.parse(before) : {}, JSON.parse(after));
    } catch {
      return null;
    }
  }, [before, after]);
  useEffect(() => {
    let close = () => {};
    let left = false;
    void editor().then(({ openDifference }) => {
      if (!left && host.current) close = openDifference(host.current, before, after, host.current.clientWidth < NARROW);
    });
    return () => {
      left = true;
      close();
    };
  }, [before, after]);
  return (
    <section class="difference" aria-label={`From ${names[0]} to ${names[1]}`}>
      {changes?.length === 0 && <p class="quiet">They say the same.</p>}
      {changes && changes.length > 0 && (
        <ul class="changes">
          {changes.map(({ kind, step, text }, index) => (
            <li key={index} class={kind}>
              <Icon name={{ added: "plus", removed: "minus", changed: "edit" }[kind]} />
              <span>
                <span class="visually-hidden">{kind}: </span>
                <code>{step}</code> {text}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div class="difference-names quiet small" aria-hidden="true">
        <span>{names[0]}</span>
        <span>{names[1]}</span>
      </div>
      <div class="code-pane" ref={host} onKeyDown={(event) => event.stopPropagation()} />
    </section>
  );
}
