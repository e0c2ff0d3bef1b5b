import { useLayoutEffect, useRef } from "preact/hooks";
import "./source.css";

/**
 * Text with the numbers of its lines; the one that is wrong is marked. Tab leaves the field, as everywhere.
 * @param {{ id: string, label: string, value: string, rows?: number, wrong?: number, described?: string, invalid?: boolean, onText: (text: string) => void }} props
 *   `wrong`: the number of a line, from 1. `described`: the id of what says why
 */
export function Source({ id, label, value, rows = 18, wrong, described, invalid, onText }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const gutter = useRef(/** @type {HTMLDivElement | null} */ (null));
  const lines = value.split("\n").length;

  useLayoutEffect(() => {
    if (!wrong || !field.current) return;
    const start = value.split("\n").slice(0, wrong - 1).join("\n").length + (wrong > 1 ? 1 : 0);
    field.current.setSelectionRange(start, start);
    field.current.scrollTop = Math.max(0, (wrong - 5) * (field.current.scrollHeight / Math.max(1, lines)));
    field.current.focus();
  }, [wrong]);

  const follow = () => {
    if (gutter.current && field.current) gutter.current.scrollTop = field.current.scrollTop;
  };
  /** Enter keeps the indentation of the line. @param {KeyboardEvent & { currentTarget: HTMLTextAreaElement }} event */
  const key = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const { selectionStart: from, selectionEnd: to } = event.currentTarget;
    const indent = /^[ \t]*/.exec(value.slice(value.lastIndexOf("\n", from - 1) + 1, from))?.[0];
    if (!indent) return;
    event.preventDefault();
    event.currentTarget.setRangeText(`\n${indent}`, from, to, "end");
    onText(event.currentTarget.value);
  };
  return (
    <div class={invalid ? "source wrong" : "source"}>
      <div class="source-lines" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <span key={index} class={index + 1 === wrong ? "wrong" : ""}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        id={id}
        ref={field}
        aria-label={label}
        aria-invalid={invalid ? "true" : undefined}
        aria-describedby={described}
        rows={rows}
        spellcheck={false}
        autocomplete="off"
        wrap="off"
        value={value}
        onInput={(event) => onText(event.currentTarget.value)}
        onScroll={follow}
        onKeyDown={key}
      />
    </div>
  );
}

/**
 * JSON as it was written, and what is wrong with it, with its line.
 * @param {string} text @returns {{ value?: any, wrong?: string, line?: number }}
 */
export function read(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const said = /** @type {Error} */ (error).message;
    // Browsers name the place in words of their own; the line is what helps.
    const at = /line (\d+)/.exec(said)?.[1] ?? lineAt(text, /position (\d+)/.exec(said)?.[1]) ?? (/end of/.test(said) ? text.split("\n").length : undefined);
    return { wrong: "This is not JSON.", line: at === undefined ? undefined : Number(at) };
  }
}

/** @param {string} text @param {string | undefined} position */
const lineAt = (text, position) => (position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length);
