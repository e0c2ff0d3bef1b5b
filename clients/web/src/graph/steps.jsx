import { arrival } from "./card.jsx";
import { wayKey } from "./live.js";
import { edgeId } from "./model.js";

/**
 * The graph in words: its steps, and where each leads. Who does not see the picture reads this.
 * @param {{ model: import("./model.js").Model, running?: import("./graph.jsx").Running, seen: boolean }} props `seen`: in place of the picture
 */
export function Steps({ model, running, seen }) {
  const name = (/** @type {string} */ key) => model.steps.get(key)?.name ?? key;
  return (
    <ol class={seen ? "graph-steps" : "visually-hidden"} aria-label="Steps and paths">
      {[...model.steps.values()].map((step) => {
        const people = running?.live.people.get(step.key) ?? [];
        const last = running?.live.steps.get(step.key)?.at(-1);
        return (
          <li key={step.key} aria-current={running && step.key === running.here ? "step" : undefined}>
            <p>
              <span class={`label ${step.style}`}>{step.name}</span>{" "}
              <span class="quiet">
                {step.missing ? "there is no such step" : step.workflow ? "another workflow" : `for ${step.scope}`}
                {step.retired && ", an end"}
              </span>
            </p>
            {people.length > 0 && (
              <p>
                Here: {people.slice(0, 8).map(({ id }) => running?.name(id)).join(", ")}
                {people.length > 8 && ` and ${people.length - 8} more`}
              </p>
            )}
            {last && (
              <p class="quiet">
                {last.number}. {arrival(last, running)}
              </p>
            )}
            {step.doings.length > 0 && <p class="quiet">{step.doings.map(({ text }) => text).join("; ")}</p>}
            <ul>
              {model.edges
                .filter(({ source }) => source === step.key)
                .flatMap((edge) =>
                  edge.ways.map((way, index) => (
                    <li key={`${edge.id} ${index}`}>
                      {way.label} → {name(edge.target)}
                      {running?.live.ways.has(wayKey(edgeId(edge.source, edge.target, edge.kind), way.label)) && " (taken)"}
                    </li>
                  )),
                )}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}
