import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { Card } from "./card.jsx";
import { layout } from "./layout.js";
import { wayKey } from "./live.js";
import { measured } from "./measuring.js";
import { LabelView, LineView, Pins, StartMark, StepView } from "./shapes.jsx";
import { Steps } from "./steps.jsx";
import { useView } from "./view.js";
import { walk } from "./walking.js";
import "./graph.css";

/**
 * @typedef {{
 *   live: import("./live.js").Live, here?: string, fresh?: string, name: (id: string) => string, me?: string,
 *   choices: Map<string, () => void>,
 * }} Running what an entry adds to its workflow. `here`: where the user stands; `fresh`: the way (`wayKey`) that was
 * just taken; `choices`: what the user can choose now, by `wayKey`
 */

/**
 * A workflow as a picture that can be moved, and walked through by keys; the same as a list.
 * @param {{
 *   model: import("./model.js").Model, label: string, selected?: string, onSelect?: (key: string) => void,
 *   running?: Running, greedy?: boolean,
 * }} props `selected`: a step's key; `greedy`: the wheel is for the picture at any time
 */
export function Graph({ model, label, selected, onSelect, running, greedy = false }) {
  const measure = useMemo(measured, []);
  const plan = useMemo(() => layout(model, measure), [model]);
  const [focused, setFocused] = useState("");
  const [pointed, setPointed] = useState("");
  const [listed, setListed] = useState(false);
  const printing = usePrinting();
  const first = model.steps.keys().next().value ?? "";
  const known = (/** @type {string | undefined} */ key) => (key && plan.boxes.has(key) ? key : undefined);
  const tabbed = known(focused) ?? known(selected) ?? known(running?.here) ?? first;
  const { canvas, view, on, larger, smaller, fit, reveal } = useView(
    plan,
    () => plan.boxes.get(known(selected) ?? known(running?.here) ?? first) ?? { x: 0, y: 0 },
    greedy,
  );

  const shown = useRef(selected);
  useEffect(() => {
    const box = selected && plan.boxes.get(selected);
    if (box && shown.current !== selected) reveal(box);
    shown.current = selected;
  }, [selected, plan]);

  /** @param {string} key */
  const focus = (key) => {
    const box = plan.boxes.get(key);
    if (!box) return;
    setFocused(key);
    reveal(box);
    /** @type {SVGElement | null | undefined} */ (canvas.current?.querySelector(`[data-step="${CSS.escape(key)}"]`))?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = event.key === "Home" ? first : walk(plan, tabbed, event.key);
    const doing = /** @type {Record<string, () => void>} */ ({ "+": larger, "=": larger, "-": smaller, "0": fit })[event.key];
    if (!to && !doing && !event.key.startsWith("Arrow")) return;
    // The arrows are for the graph also where nothing lies that way.
    event.preventDefault();
    if (to) focus(to);
    else doing?.();
  };

  const steps = [...plan.boxes.values()];
  const about = known(pointed) ?? known(selected) ?? known(running?.here) ?? first;
  const { x, y, scale } = printing ? { x: 0, y: 0, scale: 1 } : view;
  return (
    <div class={`graph${listed ? " listed" : ""}`}>
      <div class="graph-tools" role="toolbar" aria-label="Graph">
        <button class="plain" onClick={smaller} aria-label="Smaller" title="Smaller (-)" disabled={listed}>
          <Icon name="minus" />
        </button>
        <button class="plain" onClick={larger} aria-label="Larger" title="Larger (+)" disabled={listed}>
          <Icon name="plus" />
        </button>
        <button class="plain" onClick={fit} aria-label="Show all" title="Show all (0)" disabled={listed}>
          <Icon name="fit" />
        </button>
        <button class="plain" onClick={() => setListed(!listed)} aria-pressed={listed} aria-label="As a list" title="As a list">
          <Icon name="list" />
        </button>
      </div>
      {!listed && (
        <svg
          ref={canvas}
          class="graph-canvas"
          role="group"
          aria-label={label}
          aria-roledescription="graph"
          viewBox={printing ? `0 0 ${plan.width} ${plan.height}` : undefined}
          style={{ "--tall": `${plan.height}px` }}
          onKeyDown={onKey}
          onPointerLeave={() => setPointed("")}
          {...on}
        >
          <g class="graph-world" style={{ transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
            <g aria-hidden="true">
              {plan.lines.map((line) => (
                <LineView key={line.edge.id} line={line} running={running} pointed={line.edge.source === about} />
              ))}
              <StartMark box={plan.boxes.get("start")} />
            </g>
            {steps.map((box) => (
              <StepView
                key={box.step.key}
                box={box}
                running={running}
                selected={box.step.key === selected}
                tabbed={box.step.key === tabbed}
                onSelect={onSelect}
                onFocus={() => {
                  setFocused(box.step.key);
                  setPointed(box.step.key);
                }}
                onPoint={() => setPointed(box.step.key)}
              />
            ))}
            <Choices plan={plan} running={running} />
            {running && <Pins plan={plan} running={running} />}
          </g>
        </svg>
      )}
      {!listed && about && <Card step={/** @type {import("./model.js").Step} */ (model.steps.get(about))} running={running} scrolls={greedy} />}
      <Steps model={model} running={running} seen={listed} />
    </div>
  );
}

/** The labels of paths; those that can be chosen now are buttons. @param {{ plan: import("./layout.js").Plan, running?: Running }} props */
function Choices({ plan, running }) {
  return (
    <>
      {plan.lines.flatMap(({ edge, rows }) =>
        rows.map((row) => {
          const key = wayKey(edge.id, row.way.label);
          const choose = running?.choices.get(key);
          const target = plan.boxes.get(edge.target)?.step.name ?? edge.target;
          const hops = running?.live.ways.get(key);
          return <LabelView key={key} row={row} kind={edge.kind} target={target} choose={choose} running={running} hops={hops} />;
        }),
      )}
    </>
  );
}

/** Whether the page is being printed: all of a picture is shown then. */
function usePrinting() {
  const [printing, setPrinting] = useState(false);
  useLayoutEffect(() => {
    const [begin, end] = [() => setPrinting(true), () => setPrinting(false)];
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return printing;
}
