import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Graph } from "../graph/graph.jsx";
import { modelOf } from "../graph/model.js";
import { Icon } from "../look/icons.jsx";
import { useCommands } from "../shell/commands.js";
import { saveText } from "../live/http.js";
import { Code } from "./code.jsx";
import { Difference } from "./difference.jsx";
import { draftOf, keepDraft } from "./drafts.js";
import { Findings } from "./findings.jsx";
import { put, written } from "./publishing.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("./publishing.js").Told} Told */
/** @typedef {{ version: number, definition: any, by?: string | null, at?: string }} Published */

/** Pauses in writing after which the graph follows, and after which the server is asked. */
const [DRAW_MS, CHECK_MS] = [150, 450];

/**
 * A definition being written: its text, what the server finds in it, and its graph.
 * @param {{ session: Session, name: string, published?: Published, onPublished: () => void, onGone: () => void }} props
 * `published`: the newest version, if there is one; `onGone`: there is nothing left to show
 */
export function Editing({ session, name, published, onPublished, onGone }) {
  const user = session.client.profile?.id ?? "";
  const [own, setOwn] = useState(/** @type {{ version: number, known: string } | null} */ (null));
  // What was published here is known before it is read again.
  const newest = own && own.version > (published?.version ?? 0) ? own : null;
  const known = newest?.known ?? (published ? written(published.definition) : "");
  const version = newest?.version ?? published?.version ?? 0;
  const kept = useMemo(() => draftOf(user, name), []);
  const [text, setText] = useState(kept?.text ?? known);
  const [base, setBase] = useState(kept?.base ?? version);
  const [busy, setBusy] = useState(false);
  const [selected, setSelected] = useState(/** @type {string | undefined} */ (undefined));
  const [comparing, setComparing] = useState(false);
  const begun = useRef(known);
  const code = useRef(/** @type {import("./code.jsx").Handle | null} */ (null));
  const { told, asking } = useCheck(session, name, text);
  const { model, broken } = useModel(text);
  const at = useRef(-1);

  const changed = text !== known;
  const conflict = changed && version > base;
  const errors = told?.findings.filter(({ severity }) => severity === "error").length ?? 0;

  useEffect(() => {
    // Who has changed nothing sees what is published now.
    if (text === begun.current && known !== begun.current && !busy) {
      setText(known);
      setBase(version);
    }
    begun.current = known;
  }, [known]);
  useKeeping(user, name, changed ? text : null, base);

  const publish = async () => {
    if (busy || !changed) return;
    setBusy(true);
    try {
      const answer = await put(session, name, text, { base });
      if (answer.status === 200 || answer.status === 201) {
        const now = written(answer.definition);
        begun.current = now;
        setText(now);
        setBase(answer.version ?? base);
        setOwn({ version: answer.version ?? base, known: now });
        keepDraft(user, name, null);
        session.toast(answer.status === 201 ? `Version ${answer.version} of “${name}” is published.` : "That is what is published already.");
      } else if (answer.status !== 422 && answer.status !== 409) {
        session.toast(answer.message ?? "It could not be published.", "warning");
      }
      // Of a conflict, too: what the other published is shown then.
      onPublished();
    } catch {
      session.toast("There is no connection. What you wrote is kept.", "warning");
    }
    setBusy(false);
  };
  const discard = () => {
    keepDraft(user, name, null);
    if (!published) return onGone();
    setText(known);
    setBase(version);
    setComparing(false);
  };
  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  const open = async (event) => {
    const input = event.currentTarget;
    const [file] = input.files ?? [];
    if (file) setText(await file.text());
    input.value = "";
  };
  /** @param {number} by */
  const toFinding = (by) => () => {
    const findings = told?.findings ?? [];
    if (!findings.length) return;
    at.current = (at.current + by + findings.length) % findings.length;
    code.current?.goToFinding(/** @type {import("./publishing.js").Finding} */ (findings[at.current]));
  };
  useCommands([
    { title: "Publish the workflow", section: "Workflow", icon: "save", keys: ["mod+s"], run: () => void publish() },
    { title: "Next finding", section: "Workflow", keys: ["F8"], run: toFinding(1) },
  ]);

  const closed = broken ? "It is no JSON yet" : errors ? "There are errors in it" : "";
  return (
    <>
      <div class="workflow-bar">
        <p class="grow" role="status">
          {asking ? "Checking…" : verdict(told, broken)}
          {changed && <span class="quiet"> · Not published: the draft is kept in this browser</span>}
        </p>
        <button class="primary" disabled={!changed || busy || Boolean(closed) || conflict} title={closed || undefined} onClick={publish}>
          {published ? `Publish as version ${version + 1}` : "Publish"}
        </button>
        {changed && published && (
          <button aria-pressed={comparing} onClick={() => setComparing(!comparing)}>
            {comparing ? "Back to the text" : "What I changed"}
          </button>
        )}
        {changed && <button onClick={discard}>Discard</button>}
        <label class="button file">
          <Icon name="up" />
          Import
          <input type="file" class="visually-hidden" accept=".json,application/json" onChange={open} />
        </label>
        <button onClick={() => saveText(text, `${name}.json`, "application/json")}>
          <Icon name="save" />
          Export
        </button>
      </div>
      {conflict && published && (
        <Conflict
          session={session}
          published={published}
          name={name}
          base={base}
          onKeep={() => setBase(version)}
          onTake={discard}
        />
      )}
      {comparing && published && changed ? (
        <Difference before={known} after={text} names={[`Version ${version}`, "Your draft"]} />
      ) : (
        <div class="workflow-panes">
          <div class="workflow-text">
            <Code handle={code} text={text} label={`Definition of ${name} as JSON`} findings={told?.text === text ? told.findings : null} onText={setText} onStep={setSelected} />
            <Findings findings={told?.findings ?? []} onOpen={(finding) => code.current?.goToFinding(finding)} />
          </div>
          <div class="workflow-graph">
            {broken && <p class="workflow-broken quiet small">The graph shows the last text that could be read.</p>}
            <Graph
              greedy
              model={model}
              label={`The graph of ${name}`}
              selected={selected}
              onSelect={(key) => {
                setSelected(key);
                code.current?.goToStep(key);
              }}
            />
          </div>
        </div>
      )}
    </>
  );
}

/** @param {Told | null} told @param {boolean} broken */
function verdict(told, broken) {
  if (!told) return "";
  if (told.message) return told.message;
  const errors = told.findings.filter(({ severity }) => severity === "error").length;
  const warnings = told.findings.length - errors;
  if (!told.findings.length) return broken ? "It is no JSON yet." : "No findings.";
  const count = (/** @type {number} */ many, /** @type {string} */ what) => (many ? `${many} ${what}${many > 1 ? "s" : ""}` : "");
  return `${[count(errors, "error"), count(warnings, "warning")].filter(Boolean).join(", ")}.`;
}

/**
 * Somebody else published since the draft was begun. Nothing is lost: the author looks at both and says which goes on.
 * @param {{ session: Session, published: Published, name: string, base: number, onKeep: () => void, onTake: () => void }} props
 */
function Conflict({ session, published, name, base, onKeep, onTake }) {
  const [before, setBefore] = useState(/** @type {string | null} */ (null));
  const show = async () => {
    if (before !== null) return setBefore(null);
    if (!base) return setBefore("");
    try {
      setBefore(written((await session.read(`/v1/workflows/${encodeURIComponent(name)}?version=${base}`)).definition));
    } catch (error) {
      session.refused(error);
    }
  };
  return (
    <section class="conflict" role="alert" aria-label="Published meanwhile">
      <p class="grow">
        <strong>
          {published.by ? session.name(published.by) : "Somebody"} published version {published.version} meanwhile.
        </strong>{" "}
        {base ? `You began with version ${base}.` : "There was none when you began."} Your draft is kept.
      </p>
      <div class="conflict-acts">
        <button aria-expanded={before !== null} onClick={show}>
          What they changed
        </button>
        <button onClick={onKeep}>Go on with mine</button>
        <button onClick={onTake}>Take theirs</button>
      </div>
      {before !== null && <Difference before={before} after={written(published.definition)} names={[`Version ${base}`, `Version ${published.version}`]} />}
    </section>
  );
}

/** The graph's model of a text; the last good one while it cannot be read. @param {string} text */
function useModel(text) {
  const [drawn, setDrawn] = useState(() => read(text) ?? { model: modelOf({}), broken: true });
  useEffect(() => {
    const timer = setTimeout(() => setDrawn((before) => read(text) ?? { ...before, broken: true }), DRAW_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return drawn;
}

/** @param {string} text */
function read(text) {
  try {
    return { model: modelOf(JSON.parse(text)), broken: false };
  } catch {
    return null;
  }
}

/** What the server finds in a text, some time after it was changed last. @param {Session} session @param {string} name @param {string} text */
function useCheck(session, name, text) {
  const [told, setTold] = useState(/** @type {(Told & { text: string }) | null} */ (null));
  const online = session.client.state === "online";
  useEffect(() => {
    let left = false;
    const timer = setTimeout(async () => {
      try {
        const found = await put(session, name, text, { dry: true });
        if (!left) setTold({ ...found, text });
      } catch {
        if (!left) setTold({ status: 0, findings: [], message: "Not checked: there is no connection.", text });
      }
    }, told ? CHECK_MS : 0);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [text, name, online]);
  return { told, asking: told !== null && told.text !== text };
}

/** Keep what was written, also when the page goes away at once. @param {string} user @param {string} name @param {string | null} text @param {number} base */
function useKeeping(user, name, text, base) {
  const now = useRef(() => {});
  const said = useRef(/** @type {string | null} */ (null));
  now.current = () => {
    if (said.current === `${base} ${text}`) return;
    said.current = `${base} ${text}`;
    keepDraft(user, name, text === null ? null : { text, base });
  };
  useEffect(() => {
    const timer = setTimeout(() => now.current(), DRAW_MS);
    return () => clearTimeout(timer);
  }, [text, base]);
  useEffect(() => {
    const leave = () => now.current();
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
}
