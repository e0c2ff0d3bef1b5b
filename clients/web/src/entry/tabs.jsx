/**
 * @typedef {{ id: string, name: string, count?: number, fresh?: number }} Tab
 * `count`: how much there is in it; `fresh`: how much of that is new.
 */

/**
 * Tabs by the pattern: one of them is in the tab order, arrows go from one to the next.
 * @param {{ tabs: Tab[], chosen: string, label: string, onChoose: (id: string) => void }} props
 */
export function Tabs({ tabs, chosen, label, onChoose }) {
  /** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
  const onKey = (event) => {
    const at = tabs.findIndex(({ id }) => id === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at + tabs.length - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[to % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChoose(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKey}>
      {tabs.map(({ id, name, count, fresh }) => (
        <button
          key={id}
          id={`tab-${id}`}
          class="tab"
          role="tab"
          aria-selected={id === chosen}
          aria-controls={id === chosen ? `panel-${id}` : undefined}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {name}
          {count ? <span class="count"> {count}</span> : null}
          {fresh ? <span class="badge">{fresh} new</span> : null}
        </button>
      ))}
    </div>
  );
}

/** What the chosen tab is for. @param {{ id: string, children: any }} props */
export function Panel({ id, children }) {
  return (
    <div class="panel" role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`}>
      {children}
    </div>
  );
}
