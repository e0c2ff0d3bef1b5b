import { useState } from "preact/hooks";
import { age, moment } from "../look/words.js";
import { address } from "../shell/route.js";
import { Fresh } from "./page.jsx";
import { useDoing, useReading } from "./reading.js";
import { Loading } from "./table.jsx";
import { duration } from "./words.js";

/** @typedef {{ n: number, at: string, entry: string, title: string, user: string, step: string, ms: number, ok: boolean, text?: string, log?: string[] }} Run */

const EVERY_MS = 5_000;

/** The last runs of a script, the newest first. @param {{ session: import("../live/session.js").Session, handle: string }} props */
export function Runs({ session, handle }) {
  const door = `/v1/scripts/${encodeURIComponent(handle)}/runs`;
  const { data, error, at } = useReading(session, door, EVERY_MS);
  const [older, setOlder] = useState(/** @type {{ runs: Run[], before?: number } | null} */ (null));
  const { busy, problem, run } = useDoing();
  const first = /** @type {Run[]} */ (data?.runs ?? []);
  const last = first.at(-1)?.n ?? Infinity;
  const runs = [...first, ...(older?.runs ?? []).filter(({ n }) => n < last)];
  const before = older ? older.before : data?.before;
  const more = () =>
    run(async () => {
      const page = await session.read(`${door}?before=${before}`);
      setOlder({ runs: [...(older?.runs ?? []), ...page.runs], before: page.before });
    });
  return (
    <section class="runs" aria-labelledby="runs">
      <div class="line">
        <h3 id="runs" class="grow">
          Last runs
        </h3>
        <Fresh at={at} every={EVERY_MS} />
      </div>
      {(error || problem) && (
        <p class="problem" role="alert">
          {error || problem.message}
        </p>
      )}
      {!data && !error && <Loading />}
      {data && !runs.length && <p class="admin-empty">It has not run yet. What it writes down with log.info is listed here.</p>}
      {runs.length > 0 && (
        <ol>
          {runs.map((each) => (
            <li key={each.n} class={each.ok ? "" : "failed"}>
              <p class="run-top">
                <span class={each.ok ? "label success" : "label danger"}>{each.ok ? "done" : "failed"}</span>
                <a class="grow" href={address({ entry: each.entry })}>
                  {each.title || each.entry}
                </a>
                <span class="quiet small">
                  for {session.name(each.user)} · {duration(each.ms / 1000)} ·{" "}
                  <time dateTime={each.at} title={moment(each.at)}>
                    {age(each.at)}
                  </time>
                </span>
              </p>
              {each.text && <p class={each.ok ? "quiet small" : "error"}>{each.ok ? wants(each.text) : each.text}</p>}
              {each.log && each.log.length > 0 && <pre class="script-log">{each.log.join("\n")}</pre>}
            </li>
          ))}
        </ol>
      )}
      {before !== undefined && (
        <button class="link table-more" disabled={busy} onClick={more}>
          Earlier runs
        </button>
      )}
    </section>
  );
}

/** @param {string} text */
const wants = (text) => (text.startsWith("0 ") ? "It wanted nothing done." : `It wanted ${text.replace("intents", "things done").replace("intent", "thing done")}.`);
