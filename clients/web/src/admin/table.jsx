import { useMemo, useRef, useState } from "preact/hooks";
import { useCommands } from "../shell/commands.js";
import { Icon } from "../look/icons.jsx";
import "./table.css";

/** Rows that are drawn at first, and with each "Show more". */
const SHOWN = 200;

/**
 * @template T
 * @typedef {{
 *   key: string, title: string, value: (row: T) => string | number, cell?: (row: T) => any,
 *   number?: boolean, quiet?: boolean, first?: "most",
 * }} Column `value`: what it is sorted and found by. `number`: set to the right. `first`: what a first click on its head puts on top
 */

/**
 * A list of things: found by words, sorted by any column, walked through by key; on a phone each row is a card.
 * @template T
 * @param {{
 *   label: string, columns: Column<T>[], rows: T[] | null | undefined, id: (row: T) => string, href?: (row: T) => string,
 *   error?: string, onAgain?: () => void, empty: any, sort?: string, find?: string,
 *   picked?: Set<string>, onPick?: (picked: Set<string>) => void, actions?: (row: T) => any, tools?: any,
 * }} props `href`: what a row leads to. `sort`: the column it is sorted by at first (`-key`: the most first); none: as it came.
 *   `find`: what the filter is called; none: there is no filter. `picked`: the ids of chosen rows, if rows can be chosen
 */
export function Table({ label, columns, rows, id, href, error, onAgain, empty, sort, find, picked, onPick, actions, tools }) {
  const [words, setWords] = useState("");
  const [order, setOrder] = useState(sort ?? "");
  const [most, setMost] = useState(SHOWN);
  const whole = useRef(/** @type {HTMLDivElement | null} */ (null));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));

  const found = useMemo(() => sorted(matching(rows ?? [], columns, words), columns, order), [rows, columns, words, order]);
  const drawn = found.slice(0, most);

  /** @param {number} by */
  const step = (by) => () => {
    // Of all lists of the page: where there are several, one goes on from the last row of one to the first of the next.
    const page = whole.current?.closest(".page") ?? document;
    const links = [.../** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll(".table-open"))];
    const here = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
    links[Math.min(Math.max(here + by, 0), links.length - 1)]?.focus();
  };
  useCommands([
    { title: "Next row", section: "Administration", keys: ["j", "ArrowDown"], run: step(1), quiet: true },
    { title: "Previous row", section: "Administration", keys: ["k", "ArrowUp"], run: step(-1), quiet: true },
    ...(find ? [{ title: "Find in this list", section: "Administration", keys: ["/"], run: () => field.current?.focus(), quiet: true }] : []),
  ]);

  const all = picked && drawn.length > 0 && drawn.every((row) => picked.has(id(row)));
  return (
    <div class="table" ref={whole}>
      {(find || tools) && (
        <div class="table-tools">
          {find && (
            <label class="table-find">
              <Icon name="search" />
              <span class="visually-hidden">{find}</span>
              <input
                type="search"
                ref={field}
                placeholder={find}
                value={words}
                onInput={(event) => setWords(event.currentTarget.value)}
                onKeyDown={(event) => leave(event, words, setWords, step(1))}
              />
            </label>
          )}
          {find && rows && (
            <span class="quiet small" role="status">
              {words ? `${found.length} of ${rows.length}` : rows.length}
            </span>
          )}
          <span class="grow" />
          {tools}
        </div>
      )}
      {error && (
        <p class="problem" role="alert">
          {error}{" "}
          {onAgain && (
            <button class="link" onClick={onAgain}>
              Try again
            </button>
          )}
        </p>
      )}
      {!rows && !error && <Loading />}
      {rows && found.length === 0 && <div class="admin-empty">{words ? <p>Nothing here has “{words}” in it.</p> : empty}</div>}
      {found.length > 0 && (
        <table role="table" aria-label={label}>
          <thead role="rowgroup">
            <tr role="row">
              {picked && (
                <th role="columnheader" scope="col" class="table-pick">
                  <input
                    type="checkbox"
                    aria-label="Choose all"
                    checked={all}
                    onChange={() => onPick?.(all ? new Set() : new Set(drawn.map(id)))}
                  />
                </th>
              )}
              {columns.map((column) => (
                <Head key={column.key} column={column} order={order} onOrder={setOrder} />
              ))}
              {actions && (
                <th role="columnheader" scope="col">
                  <span class="visually-hidden">What can be done</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {drawn.map((row) => (
              <Row key={id(row)} {...{ row, columns, id: id(row), href: href?.(row), picked, onPick, actions }} />
            ))}
          </tbody>
        </table>
      )}
      {found.length > most && (
        <button class="link table-more" onClick={() => setMost(most + SHOWN)}>
          Show {Math.min(SHOWN, found.length - most)} more of {found.length}
        </button>
      )}
    </div>
  );
}

/** @param {{ column: Column<any>, order: string, onOrder: (order: string) => void }} props */
function Head({ column, order, onOrder }) {
  const { key, title, number, first } = column;
  const up = order === key;
  const down = order === `-${key}`;
  const next = up ? `-${key}` : down ? key : first === "most" ? `-${key}` : key;
  return (
    <th role="columnheader" scope="col" class={number ? "number" : ""} aria-sort={up ? "ascending" : down ? "descending" : "none"}>
      <button class={up || down ? "sort on" : "sort"} onClick={() => onOrder(next)}>
        {title}
        <Icon name={up ? "up" : "down"} />
      </button>
    </th>
  );
}

/**
 * @param {{
 *   row: any, columns: Column<any>[], id: string, href?: string, picked?: Set<string>,
 *   onPick?: (picked: Set<string>) => void, actions?: (row: any) => any,
 * }} props
 */
function Row({ row, columns, id, href, picked, onPick, actions }) {
  /** @param {any} event */
  const open = (event) => {
    if (!href || event.target.closest("a, button, input, label") || String(getSelection())) return;
    location.hash = href;
  };
  const pick = () => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    onPick?.(next);
  };
  const name = String(columns[0]?.value(row) ?? id);
  return (
    <tr role="row" class={`${href ? "opens" : ""} ${picked?.has(id) ? "picked" : ""}`} onClick={open}>
      {picked && (
        <td role="cell" class="table-pick">
          <input type="checkbox" aria-label={`Choose ${name}`} checked={picked.has(id)} onChange={pick} />
        </td>
      )}
      {columns.map((column, place) => {
        const shown = column.cell ? column.cell(row) : column.value(row);
        return (
          <td key={column.key} role="cell" data-title={column.title} class={`${column.number ? "number" : ""} ${column.quiet ? "quiet" : ""} ${place ? "" : "name"}`}>
            {place === 0 && href ? (
              <a class="table-open" href={href}>
                {shown}
              </a>
            ) : place === 0 && !picked ? (
              <span class="table-open" tabIndex={-1}>
                {shown}
              </span>
            ) : (
              shown
            )}
          </td>
        );
      })}
      {actions && (
        <td role="cell" class="table-actions">
          {actions(row)}
        </td>
      )}
    </tr>
  );
}

/** Where something will be. */
export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">Loading</span>
      {[0, 1, 2].map((row) => (
        <span key={row} class="bone" />
      ))}
    </div>
  );
}

/** Out of the filter: with Escape it is emptied, then left; with an arrow or Enter to the rows. @param {any} event @param {string} words @param {(words: string) => void} setWords @param {() => void} toRows */
function leave(event, words, setWords, toRows) {
  if (event.key === "Escape") {
    event.preventDefault();
    if (words) setWords("");
    else event.currentTarget.blur();
  } else if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    toRows();
  }
}

/** @template T @param {T[]} rows @param {Column<T>[]} columns @param {string} words @returns {T[]} */
function matching(rows, columns, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return rows;
  return rows.filter((row) => {
    const text = columns.map((column) => column.value(row)).join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** @template T @param {T[]} rows @param {Column<T>[]} columns @param {string} order @returns {T[]} */
function sorted(rows, columns, order) {
  const column = columns.find(({ key }) => key === order.replace(/^-/, ""));
  if (!column) return rows;
  const sign = order.startsWith("-") ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [column.value(a), column.value(b)];
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * String(left).localeCompare(String(right), undefined, { numeric: true, sensitivity: "base" });
  });
}
