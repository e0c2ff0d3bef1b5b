import { useRef } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { useCommands } from "../shell/commands.js";
import { useUnsaved } from "../shell/unsaved.js";

/**
 * What every page has: its title, what it is about, and what can be done.
 * @param {{ title: string, lead?: any, back?: { href: string, title: string }, tools?: any, children?: any }} props
 */
export function Page({ title, lead, back, tools, children }) {
  return (
    <article class="page" aria-labelledby="page-title">
      {back && (
        <a class="page-back" href={back.href}>
          <Icon name="back" />
          {back.title}
        </a>
      )}
      <header class="page-head">
        <div class="grow">
          <h2 id="page-title" tabIndex={-1}>
            {title}
          </h2>
          {lead && <p class="page-lead">{lead}</p>}
        </div>
        {tools && <div class="page-tools">{tools}</div>}
      </header>
      {children}
    </article>
  );
}

/** When a page that reads itself again did so last. @param {{ at: number, every: number }} props */
export function Fresh({ at: read, every }) {
  if (!read) return null;
  return (
    <span class="fresh quiet small" title={`Read again every ${every / 1000} seconds`}>
      <span class="fresh-dot" key={read} />
      as of {new Date(read).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })}
    </span>
  );
}

/**
 * A form that is also sent with Ctrl or ⌘ and S. Who goes elsewhere before that is asked.
 * @param {{ onSubmit: (event: Event) => void, unsaved: boolean, children?: any }} props
 */
export function Saved({ onSubmit, unsaved, children }) {
  useUnsaved(unsaved);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useCommands([{ title: "Save", section: "Administration", icon: "save", keys: ["mod+s"], run: () => form.current?.requestSubmit() }]);
  return (
    <form class="card" ref={form} onSubmit={onSubmit}>
      {children}
    </form>
  );
}
