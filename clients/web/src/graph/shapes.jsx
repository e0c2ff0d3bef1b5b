import { outline, sign } from "../look/icons.jsx";
import { moment } from "../look/words.js";
import { wayKey } from "./live.js";
import { ICONS_LINE, MARK, NAME_LINE, PADDING, ROW, SMALL_LINE } from "./sizes.js";

/** @typedef {import("./graph.jsx").Running} Running */
/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./layout.js").Plan} Plan */

/** An icon in a picture, its upper left corner at a point. @param {{ name?: string, x: number, y: number, size?: number }} props */
function Mark({ name, x, y, size = 13 }) {
  return <path class="glyph" d={outline(name)} transform={`translate(${x} ${y}) scale(${size / 24})`} />;
}

/** A step as a box. @param {{ box: Box, running?: Running, selected: boolean, tabbed: boolean, onSelect?: (key: string) => void, onFocus: () => void, onPoint: () => void }} props */
export function StepView({ box, running, selected, tabbed, onSelect, onFocus, onPoint }) {
  const { step, width, height, name, scope, icons } = box;
  const { key } = step;
  const classes = [
    "step",
    step.style,
    step.retired && "end",
    step.missing && "missing",
    step.workflow && "other",
    selected && "selected",
    running && key === running.here && "here",
    running && !running.live.ahead.has(key) && (running.live.steps.has(key) ? "past" : "off"),
  ];
  const [left, top] = [-width / 2, -height / 2];
  const under = top + 11 + name.length * NAME_LINE;
  const round = step.retired ? Math.min(22, height / 2) : 11;
  return (
    <g class={classes.filter(Boolean).join(" ")} style={{ transform: `translate(${box.x}px, ${box.y}px)` }}>
      <g
        class="face"
        data-step={key}
        role="button"
        aria-label={said(step, running)}
        aria-pressed={onSelect && selected}
        tabindex={tabbed ? 0 : -1}
        onClick={() => onSelect?.(key)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          onSelect?.(key);
        }}
        onFocus={onFocus}
        onPointerEnter={onPoint}
      >
        <rect class="ring" x={left - 4} y={top - 4} width={width + 8} height={height + 8} rx={round + 4} />
        <rect class="ground" x={left} y={top} width={width} height={height} rx={round} />
      </g>
      {step.retired && <rect class="inner" x={left + 4} y={top + 4} width={width - 8} height={height - 8} rx={round - 4} />}
      <text class="name">
        {name.map((row, index) => (
          <tspan key={index} x={left + PADDING} y={top + 11 + index * NAME_LINE + 15}>
            {row}
          </tspan>
        ))}
      </text>
      <Mark name={step.missing ? "alert" : step.workflow ? "flow" : "people"} x={left + PADDING} y={under + 2} />
      <text class="scope">
        {scope.map((row, index) => (
          <tspan key={index} x={left + PADDING + MARK} y={under + index * SMALL_LINE + 13}>
            {row}
          </tspan>
        ))}
      </text>
      {icons.map((icon, index) => (
        <Mark key={icon} name={icon} x={left + PADDING + index * 20} y={top + height - 11 - ICONS_LINE + 8} size={14} />
      ))}
    </g>
  );
}

/** A step for who hears it. @param {import("./model.js").Step} step @param {Running} [running] */
function said(step, running) {
  const here = running?.live.people.get(step.key) ?? [];
  const times = running?.live.steps.get(step.key)?.length ?? 0;
  return [
    step.name,
    step.missing ? "there is no such step" : step.workflow ? "another workflow" : `for ${step.scope}`,
    step.retired && "an end",
    step.paths.length && `${step.paths.length} ${step.paths.length === 1 ? "path" : "paths"}`,
    here.length && `here: ${here.slice(0, 5).map(({ id }) => running?.name(id)).join(", ")}${here.length > 5 ? ` and ${here.length - 5} more` : ""}`,
    times && `taken ${times === 1 ? "once" : `${times} times`}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A line with its head. @param {{ line: import("./layout.js").Line, running?: Running, pointed: boolean }} props */
export function LineView({ line, running, pointed }) {
  const { edge, d, head } = line;
  const keys = edge.ways.map(({ label }) => wayKey(edge.id, label));
  const taken = running && keys.some((key) => running.live.ways.has(key));
  const off = running && !taken && !running.live.ahead.has(edge.source);
  const open = running && keys.some((key) => running.choices.has(key));
  const fresh = running?.fresh && keys.includes(running.fresh);
  const classes = ["edge", edge.kind, taken && "taken", off && "off", open && "open", pointed && "pointed", fresh && "fresh"];
  return (
    <g class={classes.filter(Boolean).join(" ")}>
      <path class="way" d={d} />
      {fresh && <path key={running.live.hops.length} class="run" d={d} pathLength={1} />}
      <path class="head" d="M0 0L-5 9L5 9Z" transform={`translate(${head.x} ${head.y}) rotate(${head.turn})`} />
    </g>
  );
}

/** Where it begins. @param {{ box?: Box }} props */
export function StartMark({ box }) {
  if (!box) return null;
  const top = box.y - box.height / 2;
  return (
    <g class="edge">
      <circle class="origin" cx={box.x} cy={top - 17} r="4.5" />
      <path class="way" d={`M${box.x} ${top - 12}V${top}`} />
    </g>
  );
}

/**
 * The label of a path.
 * @param {{ row: import("./layout.js").Row, kind: string, target: string, choose?: () => void, running?: Running, hops?: import("./live.js").Hop[] }} props
 */
export function LabelView({ row, kind, target, choose, running, hops = [] }) {
  const { way, text, x, y, width } = row;
  const [left, tall] = [x - width / 2, ROW - 3];
  const numbers = hops.map(({ number }) => number);
  const count = numbers.length > 2 ? `×${numbers.length}` : numbers.join(", ");
  const told = [`${way.label}: to ${target}`, ...hops.map(({ number, by, at }) => `${number}. ${running?.name(by)}, ${moment(at)}`)];
  const badge = 10 + count.length * 6.5;
  const button = choose && {
    role: /** @type {const} */ ("button"),
    tabindex: 0,
    "aria-label": `${way.label}: to ${target}`,
    onClick: choose,
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      choose();
    },
  };
  return (
    <g class={`way-label ${kind}${choose ? " open" : ""}${hops.length ? " taken" : ""}`} aria-hidden={choose ? undefined : "true"}>
      <g class="face" {...button}>
        <title>{told.join("\n")}</title>
        <rect x={left} y={y - tall / 2} width={width} height={tall} rx={tall / 2} />
      </g>
      <Mark name={kind === "trigger" ? "bolt" : way.icon} x={left + 8} y={y - 6.5} />
      <text x={left + 8 + MARK} y={y + 4.5}>
        {text}
      </text>
      {count && (
        <g class="count" aria-hidden="true">
          <rect x={left + width - 8} y={y - tall / 2 - 7} width={badge} height={15} rx={7.5} />
          <text x={left + width - 8 + badge / 2} y={y - tall / 2 + 4}>
            {count}
          </text>
        </g>
      )}
    </g>
  );
}

/** How many people are shown at a step one by one. */
const PINS = 4;

/** Where everyone stands. @param {{ plan: Plan, running: Running }} props */
export function Pins({ plan, running }) {
  const pins = [...running.live.people].flatMap(([key, people]) => {
    const box = plan.boxes.get(key);
    if (!box) return [];
    const [x, y] = [box.x - box.width / 2 + 15, box.y - box.height / 2];
    const sorted = [...people].sort((a, b) => Number(b.id === running.me) - Number(a.id === running.me));
    const shown = sorted.slice(0, sorted.length > PINS ? PINS - 1 : PINS);
    const rest = sorted.length - shown.length;
    const each = shown.map(({ id, name, status }, index) => ({ id, ...sign(name), status, x: x + index * 19, y }));
    return rest ? [...each, { id: ` ${key}`, initials: `+${rest}`, hue: -1, status: "active", x: x + shown.length * 19, y }] : each;
  });
  // In one order, whoever moved: what stays in the page can be seen to move.
  pins.sort((a, b) => (a.id < b.id ? -1 : 1));
  return (
    <g class="pins" aria-hidden="true">
      {pins.map(({ id, initials, hue, status, x, y }) => (
        <g key={id} class={`pin hue-${hue} ${status ?? ""}`} style={{ transform: `translate(${x}px, ${y}px)` }}>
          <circle r="12" />
          <text y="3.6">{initials}</text>
        </g>
      ))}
    </g>
  );
}
