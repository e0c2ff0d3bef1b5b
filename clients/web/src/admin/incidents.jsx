import { useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";
import { address } from "../shell/route.js";
import { Page } from "./page.jsx";
import { at } from "./pages.js";
import { Loading } from "./table.jsx";

/** @typedef {import("../live/incidents.js").Incident} Incident */

/** What went wrong, and what to do about it, by the kind of the effect that was given up. @type {Record<string, [string, string]>} */
const KINDS = {
  script: ["A script failed", "Mend the script, then have it tried again."],
  notify: ["A notification was not sent", "Trying again sends it, however late it is by now."],
  push: ["A device could not be notified", "Its push service refused. Trying again helps if that was for a while only."],
  mail: ["A letter was not sent", "Look whether the mail server and its settings are right, then have it tried again."],
  webhook: ["The webhook did not get through", "Look whether its receiver is there and says yes, then have it tried again."],
  start: ["A workflow was not started", "Look whether it is published and open, and whether somebody is in its scope. Then have it tried again."],
  "": ["A step did not come out as it was meant", "The entry went on without it. Mend the workflow at this place and publish it; there is nothing to try again."],
};

/** @param {Incident} incident */
const kindOf = ({ kind = "" }) => (kind.startsWith("script") ? "script" : kind);

/** @param {import("./admin.jsx").PageProps} props */
export function Incidents({ incidents }) {
  const { list, before, older, act } = incidents;
  const [chosen, setChosen] = useState(/** @type {Set<string>} */ (new Set()));
  const [busy, setBusy] = useState(false);
  const picked = (list ?? []).filter(({ id }) => chosen.has(id));
  const again = picked.filter(({ retry }) => retry);
  const kinds = [...new Set((list ?? []).map(kindOf))];

  /** @param {Incident[]} some @param {"retry" | "dismiss"} how */
  const all = async (some, how) => {
    setBusy(true);
    await act(some, how);
    setChosen(new Set());
    setBusy(false);
  };
  /** @param {Incident[]} some @param {boolean} on */
  const choose = (some, on) => {
    const next = new Set(chosen);
    for (const { id } of some) on ? next.add(id) : next.delete(id);
    setChosen(next);
  };

  return (
    <Page
      title="Incidents"
      lead="What the server could not do. Nothing was undone by it."
      tools={
        picked.length > 0 && (
          <>
            <button class="primary" disabled={busy || !again.length} onClick={() => all(again, "retry")}>
              <Icon name="undo" />
              Try {again.length} again
            </button>
            <button disabled={busy} onClick={() => all(picked, "dismiss")}>
              Dismiss {picked.length}
            </button>
          </>
        )
      }
    >
      {!list && <Loading />}
      {list?.length === 0 && (
        <div class="admin-empty">
          <strong>Nothing went wrong.</strong>
          <p>What the server gives up is listed here, with what to do about it.</p>
        </div>
      )}
      {kinds.map((kind) => {
        const some = (list ?? []).filter((incident) => kindOf(incident) === kind);
        const [what, todo] = KINDS[kind] ?? [`“${kind}” was given up`, "Have it tried again once what stood in its way is gone."];
        const whole = some.every(({ id }) => chosen.has(id));
        return (
          <section key={kind} class="incident-kind" aria-labelledby={`kind-${kind}`}>
            <div class="incident-about">
              <input type="checkbox" aria-label={`Choose all: ${what}`} checked={whole} onChange={() => choose(some, !whole)} />
              <div class="grow">
                <h3 id={`kind-${kind}`}>
                  {what} <span class="count">{some.length}</span>
                </h3>
                <p class="quiet">{todo}</p>
              </div>
            </div>
            <ul class="incidents">
              {some.map((incident) => (
                <Row key={incident.id} incident={incident} chosen={chosen.has(incident.id)} busy={busy} onChoose={(on) => choose([incident], on)} onAct={(how) => all([incident], how)} />
              ))}
            </ul>
          </section>
        );
      })}
      {before !== undefined && (
        <button class="link" onClick={older}>
          Earlier ones
        </button>
      )}
    </Page>
  );
}

/** @param {{ incident: Incident, chosen: boolean, busy: boolean, onChoose: (on: boolean) => void, onAct: (how: "retry" | "dismiss") => void}} props */
function Row({ incident, chosen, busy, onChoose, onAct }) {
  const { title, entry, text, pointer, retry, script } = incident;
  const [, tries, said] = /^\w+ was given up after (\d+ tr(?:y|ies)): (.*)$/s.exec(text) ?? [null, "", text];
  return (
    <li class={chosen ? "picked" : ""}>
      <input type="checkbox" aria-label={`Choose ${title}`} checked={chosen} onChange={() => onChoose(!chosen)} />
      <div class="incident-body">
        <p class="incident-top">
          <a href={address({ entry })}>{title}</a>
          <time class="quiet" dateTime={incident.at} title={moment(incident.at)}>
            {age(incident.at)}
          </time>
        </p>
        <p class="incident-text">{said}</p>
        <p class="quiet small">
          {[tries && `Given up after ${tries}`, pointer && `at ${pointer} of its workflow`].filter(Boolean).join(", ")}
          {script && (
            <>
              {" · "}
              <a href={at("scripts", "script", script)}>Open the script “{script}”</a>
            </>
          )}
        </p>
      </div>
      <p class="incident-acts">
        {retry && (
          <button disabled={busy} onClick={() => onAct("retry")}>
            <Icon name="undo" />
            Try again
          </button>
        )}
        <button class="plain" disabled={busy} onClick={() => onAct("dismiss")}>
          Dismiss
        </button>
      </p>
    </li>
  );
}
