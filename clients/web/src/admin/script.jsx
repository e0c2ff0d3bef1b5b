import { useEffect, useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { Problem } from "./access.jsx";
import { Page, Saved } from "./page.jsx";
import { at, place } from "./pages.js";
import { useDoing } from "./reading.js";
import { forgetUnsaved } from "../shell/unsaved.js";
import { Runs } from "./runs.jsx";
import { Source } from "./source.jsx";
import { Loading } from "./table.jsx";
import { Trial } from "./trial.jsx";
import { counted } from "./words.js";

const START = `-- What it is for, in a sentence.
log.info("running for", param("userId"))
`;

/**
 * One script: its Lua, a run that does nothing, and the runs that did.
 * @param {{
 *   session: import("../live/session.js").Session, scripts: import("./scripts.jsx").ScriptRecord[] | undefined, handle?: string,
 *   failing: Map<string, number>, go: import("./admin.jsx").Go, onSaved: () => void, incidents: import("./admin.jsx").OpenIncidents,
 * }} props
 */
export function Script({ session, scripts, handle, failing, go, onSaved, incidents }) {
  const known = scripts?.find((script) => script.handle === handle);
  const [name, setName] = useState(handle ?? "");
  const [source, setSource] = useState(/** @type {string | null} */ (handle === undefined ? START : null));
  const { busy, problem, setProblem, run } = useDoing();

  useEffect(() => {
    if (source === null && scripts) setSource(known?.source ?? START);
  }, [scripts]);

  const back = { href: at("scripts"), title: "Scripts" };
  const heading = handle ?? "New script";
  if (source === null) {
    return (
      <Page title={heading} back={back}>
        <Loading />
      </Page>
    );
  }
  const line = problem?.details?.line;
  /** @param {Event} event */
  const save = (event) => {
    event.preventDefault();
    const to = name.trim();
    run(async () => {
      await session.read(`/v1/scripts/${encodeURIComponent(to)}`, "PUT", { source });
      forgetUnsaved();
      session.toast("Saved. What runs from now on runs this.");
      onSaved();
      if (handle === undefined) go({ page: "scripts", name: place("script", to) });
    });
  };
  const open = (incidents.list ?? []).filter(({ script }) => script === handle);
  const count = failing.get(handle ?? "") ?? 0;
  return (
    <Page title={heading} lead={known || handle === undefined ? "Lua, run in a process of its own." : "A workflow names it, and it is not there yet."} back={back}>
      {count > 0 && (
        <div class="notice line">
          <p class="grow">
            <Icon name="alert" /> {counted(count, "run")} of this script {count === 1 ? "was" : "were"} given up. Mend it, save it, then try again.
          </p>
          <button disabled={!known} onClick={() => incidents.act(open.filter(({ retry }) => retry), "retry")}>
            <Icon name="undo" />
            Try {counted(count, "run")} again
          </button>
        </div>
      )}
      <div class="beside wide">
        <Saved onSubmit={save} unsaved={source !== (known?.source ?? START) || (handle === undefined && name !== "")}>
          {handle === undefined && (
            <label class="field">
              <span class="field-name">Handle</span>
              <input required maxLength={200} value={name} autofocus onInput={(event) => setName(event.currentTarget.value)} />
              <span class="quiet small">What actions name it by, such as “call-closed”.</span>
            </label>
          )}
          <div class="field">
            <label class="field-name" for="source">
              Lua
            </label>
            <Source id="source" label="Lua" value={source} rows={18} wrong={line} invalid={Boolean(problem)} described="source-problem" onText={(text) => { setProblem(null); setSource(text); }} />
          </div>
          <div id="source-problem">
            <Problem problem={problem} />
          </div>
          <div class="buttons">
            {known && known.source !== source && <span class="quiet small grow">Not saved yet.</span>}
            <button class="primary" disabled={busy || !name.trim()}>
              {known || handle === undefined ? "Save" : "Add the script"}
            </button>
          </div>
        </Saved>
        <Trial session={session} handle={name.trim() || "new"} source={source} onLine={(message, wrong) => setProblem({ message, details: { line: wrong } })} />
      </div>
      {handle !== undefined && <Runs session={session} handle={handle} />}
    </Page>
  );
}
