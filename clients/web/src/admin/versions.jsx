import { useEffect, useMemo, useState } from "preact/hooks";
import { Graph } from "../graph/graph.jsx";
import { modelOf } from "../graph/model.js";
import { Icon } from "../look/icons.jsx";
import { age, moment } from "../look/words.js";
import { Difference } from "./difference.jsx";
import { Findings } from "./findings.jsx";
import { put, written } from "./publishing.js";
import { useReading } from "./reading.js";
import { Loading } from "./table.jsx";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {{ version: number, hash: string, at: string, by: string | null, warnings: number | null }} Version */

/**
 * All versions of a workflow, and one of them: its graph, what the server finds in it today, and how it differs from another.
 * @param {{ session: Session, name: string, newest: number, onTake: (definition: any) => void }} props
 * `newest`: the version published last; `onTake`: go on from this definition
 */
export function Versions({ session, name, newest, onTake }) {
  const address = `/v1/workflows/${encodeURIComponent(name)}`;
  const list = useReading(session, `${address}/versions`, 15_000);
  /** @type {Version[] | undefined} */
  const versions = list.data?.versions;
  const [chosen, setChosen] = useState(newest);
  const [other, setOther] = useState(/** @type {number | null} */ (null));
  const before = other ?? versions?.find(({ version }) => version < chosen)?.version ?? 0;
  const definition = useReading(session, `${address}?version=${chosen}`).data?.definition;
  const earlier = useReading(session, before ? `${address}?version=${before}` : null).data?.definition;
  const model = useMemo(() => modelOf(definition), [definition]);
  const findings = useFindings(session, name, definition);
  const [selected, setSelected] = useState(/** @type {string | undefined} */ (undefined));
  if (!versions) return list.error ? <p class="problem">{list.error}</p> : <Loading />;
  return (
    <div class="versions">
      <ol class="versions-list" aria-label="Versions">
        {versions.map(({ version, at, by, warnings }) => (
          <li key={version}>
            <button
              aria-current={version === chosen ? "true" : undefined}
              onClick={() => {
                setChosen(version);
                setOther(null);
              }}
            >
              <strong>Version {version}</strong>
              {warnings ? (
                <span class="badge warn" title={`Published with ${warnings} ${warnings === 1 ? "warning" : "warnings"}`}>
                  {warnings}
                </span>
              ) : null}
              <span class="quiet small">
                {by ? session.name(by) : "Somebody"}, <time dateTime={at} title={moment(at)}>{age(at)}</time>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <section class="version" aria-label={`Version ${chosen}`}>
        <div class="line">
          <h3 class="grow">Version {chosen}</h3>
          {versions.length > 1 && (
            <label class="line">
              <span class="quiet">compared with</span>
              <select value={String(before)} onChange={(event) => setOther(Number(event.currentTarget.value))}>
                <option value="0">nothing</option>
                {versions
                  .filter(({ version }) => version !== chosen)
                  .map(({ version }) => (
                    <option key={version} value={String(version)}>
                      Version {version}
                    </option>
                  ))}
              </select>
            </label>
          )}
          {chosen !== newest && definition && (
            <button onClick={() => onTake(definition)}>
              <Icon name="undo" />
              Take it back as a draft
            </button>
          )}
        </div>
        <Findings findings={findings} />
        {definition && before > 0 && earlier && (
          <Difference before={written(earlier)} after={written(definition)} names={[`Version ${before}`, `Version ${chosen}`]} />
        )}
        {definition && <Graph model={model} label={`Version ${chosen} of ${name}`} selected={selected} onSelect={setSelected} />}
      </section>
    </div>
  );
}

/** @param {Session} session @param {string} name @param {any} definition */
function useFindings(session, name, definition) {
  const [findings, setFindings] = useState(/** @type {import("./publishing.js").Finding[]} */ ([]));
  useEffect(() => {
    setFindings([]);
    if (!definition) return;
    let left = false;
    put(session, name, written(definition), { dry: true }).then(
      (told) => void (left || setFindings(told.findings)),
      // They are an extra here.
      () => {},
    );
    return () => void (left = true);
  }, [definition]);
  return findings;
}
