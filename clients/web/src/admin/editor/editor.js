import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { HighlightStyle, bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { placesOf, rangeOf, stepAt } from "./places.js";

/** @typedef {{ code: string, severity: "error" | "warning", pointer: string, text: string, hint?: string, step?: string, line?: number, column?: number }} Finding */

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--text)", backgroundColor: "var(--panel)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--text)", paddingBottom: "4rem" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hover) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 16%, transparent)" },
  ".cm-matchingBracket": { outline: "1px solid var(--quiet)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--hover)", border: "1px solid var(--line)", color: "var(--quiet)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: "8px", maxWidth: "28rem" },
  ".cm-diagnostic": { padding: ".4rem .7rem", fontFamily: "system-ui, sans-serif" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--danger)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warning)" },
  ".cm-panels": { backgroundColor: "var(--bg)", color: "var(--text)" },
  ".cm-panels input, .cm-panels button": { color: "var(--text)", backgroundColor: "var(--raised)", backgroundImage: "none", border: "1px solid var(--line)", borderRadius: "6px" },
  ".cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "color-mix(in srgb, var(--success-bg) 60%, transparent) !important" },
  ".cm-deletedChunk": { backgroundColor: "color-mix(in srgb, var(--danger-bg) 60%, transparent) !important" },
  "&.cm-merge-a .cm-changedLine": { backgroundColor: "color-mix(in srgb, var(--danger-bg) 60%, transparent) !important" },
  ".cm-changedText": { background: "var(--success-bg) !important" },
  "&.cm-merge-a .cm-changedText, .cm-deletedText": { background: "var(--danger-bg) !important" },
  ".cm-collapsedLines": { background: "var(--hover)", color: "var(--quiet)" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"…"' },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--info)" },
  { tag: tags.string, color: "var(--success)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warning)" },
  { tag: tags.invalid, color: "var(--danger)" },
]);

const shown = [json(), syntaxHighlighting(colours), lineNumbers(), theme, EditorView.lineWrapping];

/**
 * A place for editors: the style sheets of the editor are adopted there, since the page's
 * Content-Security-Policy allows no style elements.
 * @param {HTMLElement} host
 */
function rootIn(host) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  const parent = document.createElement("div");
  parent.style.height = "100%";
  root.append(parent);
  return { root, parent };
}

/**
 * An editor for the JSON of a definition.
 * @param {HTMLElement} host
 * @param {{ text: string, label: string, onText: (text: string) => void, onStep: (key: string) => void }} options
 * `onStep`: the caret was moved to another step
 */
export function openEditor(host, { text, label, onText, onStep }) {
  let at = "";
  const { root, parent } = rootIn(host);
  const view = new EditorView({
    root,
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        ...shown,
        foldGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        // Tab is not the editor's: who comes in by key gets out by key.
        keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onText(update.state.doc.toString());
          if (!update.selectionSet && !update.docChanged) return;
          const key = stepAt(placesOf(update.state.doc.toString()), update.state.selection.main.head) ?? "";
          if (key === at) return;
          at = key;
          if (key && view.hasFocus) onStep(key);
        }),
      ],
    }),
  });

  /** @param {number} from @param {number} to @param {boolean} focus */
  const show = (from, to, focus) => {
    const length = view.state.doc.length;
    const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
    // First, so that the graph follows the caret.
    if (focus) view.focus();
    view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "start", yMargin: 40 }) });
  };
  return {
    /** @param {string} next */
    setText(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    /** @param {Finding[]} findings of the text as it is */
    setFindings(findings) {
      const doc = view.state.doc.toString();
      const told = findings.map((finding) => ({
        ...rangeOf(doc, finding),
        severity: finding.severity,
        source: finding.code,
        message: finding.hint ? `${finding.text} ${finding.hint}` : finding.text,
      }));
      view.dispatch(setDiagnostics(view.state, told));
    },
    /** @param {Finding} finding */
    goToFinding(finding) {
      const { from, to } = rangeOf(view.state.doc.toString(), finding);
      show(from, to, true);
    },
    /** @param {string} key */
    goToStep(key) {
      const place = placesOf(view.state.doc.toString()).find((each) => each.key === key);
      if (!place) return;
      at = key;
      show(place.from, place.from + JSON.stringify(key).length, false);
    },
    close: () => view.destroy(),
  };
}

/** What differs between two texts: beside one another, or, where there is little room, one in the other. @param {HTMLElement} host @param {string} before @param {string} after @param {boolean} narrow */
export function openDifference(host, before, after, narrow) {
  const { root, parent } = rootIn(host);
  const fixed = [...shown, EditorView.editable.of(false), EditorState.readOnly.of(true), EditorView.contentAttributes.of({ tabindex: "0" })];
  const collapseUnchanged = { margin: 3, minSize: 6 };
  if (narrow) {
    const merge = unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged });
    const view = new EditorView({ root, parent, state: EditorState.create({ doc: after, extensions: [...fixed, merge, EditorView.contentAttributes.of({ "aria-label": "Difference" })] }) });
    return () => view.destroy();
  }
  /** @param {string} doc @param {string} label */
  const side = (doc, label) => ({ doc, extensions: [...fixed, EditorView.contentAttributes.of({ "aria-label": label })] });
  const view = new MergeView({ a: side(before, "Before"), b: side(after, "After"), root, parent, collapseUnchanged });
  return () => view.destroy();
}
