import { Avatar, Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";

/** @typedef {import("./graph.jsx").Running} Running */

/** How many of those who stand at a step, and of the times it was taken, are told. */
const [PEOPLE, TIMES] = [12, 4];

/** What there is to know about a step. @param {{ step: import("./model.js").Step, running?: Running, scrolls: boolean }} props `scrolls`: it has only so much room */
export function Card({ step, running, scrolls }) {
  const people = running?.live.people.get(step.key) ?? [];
  const hops = (running?.live.steps.get(step.key) ?? []).slice(-TIMES).reverse();
  return (
    <section class="graph-card" aria-label={`Step: ${step.name}`} tabIndex={scrolls ? 0 : undefined}>
      <p class="graph-card-head">
        <span class={`label ${step.style}`}>{step.name}</span>
        {!step.workflow && !step.missing && (
          <span class="quiet">
            {step.key !== step.name && <code>{step.key}</code>} for {step.scope}
            {step.retired && ", and it ends here"}
          </span>
        )}
        {step.missing && <span class="quiet">There is no such step.</span>}
        {step.workflow && <span class="quiet">Another workflow.</span>}
      </p>
      {step.description && <p class="quiet">{step.description}</p>}
      {people.length > 0 && (
        <p class="graph-people">
          {people.slice(0, PEOPLE).map(({ id, name, status }) => (
            <span key={id} class={status === "active" ? "" : "quiet"}>
              <Avatar name={name} />
              {running?.name(id)}
              {status === "retired" && " (put away)"}
            </span>
          ))}
          {people.length > PEOPLE && <span class="quiet">and {people.length - PEOPLE} more</span>}
        </p>
      )}
      {(hops.length > 0 || step.doings.length > 0) && (
        <ul class="graph-facts">
          {hops.map((hop) => (
            <li key={`${hop.n} ${hop.number}`}>
              <span class="graph-number">{hop.number}</span>
              <span>
                {arrival(hop, running)}{" "}
                <time class="quiet" dateTime={hop.at} title={moment(hop.at)}>
                  {age(hop.at)}
                </time>
              </span>
            </li>
          ))}
          {step.doings.map((doing, index) => (
            <li key={index} class="quiet">
              <Icon name={doing.icon} />
              <span>{doing.text}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** @param {import("./live.js").Hop} hop @param {Running} [running] */
export function arrival(hop, running) {
  const who = running?.name(hop.by) ?? hop.by;
  if (hop.path) return `${who} chose “${hop.path}”`;
  return hop.from ? "followed by itself" : `${who} started it`;
}
