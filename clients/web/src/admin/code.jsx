import { useEffect, useRef } from "preact/hooks";

/** @typedef {import("./editor/editor.js").Finding} Finding */
/** @typedef {{ goToFinding: (finding: Finding) => void, goToStep: (key: string) => void }} Handle */

const editor = () => import("./editor/editor.js");

/**
 * The editor, loaded when it is drawn first. `handle`: what can be done with it once it is there.
 * @param {{
 *   handle: { current: Handle | null }, text: string, label: string, findings: Finding[] | null,
 *   onText: (text: string) => void, onStep: (key: string) => void,
 * }} props `findings`: of this very text; null: they are not known yet
 */
export function Code({ handle, text, label, findings, onText, onStep }) {
  const host = useRef(/** @type {HTMLDivElement | null} */ (null));
  const opened = useRef(/** @type {ReturnType<typeof import("./editor/editor.js").openEditor> | null} */ (null));
  const now = useRef({ text, findings, onText, onStep });
  now.current = { text, findings, onText, onStep };

  useEffect(() => {
    let left = false;
    void editor().then(({ openEditor }) => {
      if (left || !host.current) return;
      const made = openEditor(host.current, {
        text: now.current.text,
        label,
        onText: (next) => now.current.onText(next),
        onStep: (key) => now.current.onStep(key),
      });
      opened.current = made;
      handle.current = made;
      if (now.current.findings) made.setFindings(now.current.findings);
    });
    return () => {
      left = true;
      handle.current = null;
      opened.current?.close();
      opened.current = null;
    };
  }, []);
  useEffect(() => opened.current?.setText(text), [text]);
  useEffect(() => {
    if (findings) opened.current?.setFindings(findings);
  }, [findings]);

  /** Letters are for the text, not for commands. @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  };
  return <div class="code-pane" ref={host} onKeyDown={onKey} />;
}
