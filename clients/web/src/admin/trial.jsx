import { useState } from "preact/hooks";
import { Icon } from "../look/icons.jsx";
import { Problem } from "./access.jsx";
import { useDoing } from "./reading.js";
import { duration } from "./words.js";

/** What `param` can be asked for, with what a run is likely to have. @type {[string, string, string][]} */
const PARAMS = [
  ["userId", "the user it runs for", "omar"],
  ["from", "who made the step active", "omar"],
  ["to", "the recipient fixed at the start", ""],
  ["step", "the step, by its key", "start"],
  ["rule", "the workflow", ""],
  ["payload", "the data of the entry", "{}"],
  ["entity", "the dispatch", ""],
  ["body", "what the action gives along", ""],
];

/** @typedef {{ intents: Record<string, any>[], log: string[], value: any, error?: { kind: string, text: string, line?: number }, ms: number }} Tried */

/**
 * Runs the script as it stands in the editor, with values made up, and shows what it would do.
 * @param {{ session: import("../live/session.js").Session, handle: string, source: string, onLine: (message: string, line: number | undefined) => void }} props
 */
export function Trial({ session, handle, source, onLine }) {
  const [given, setGiven] = useState(/** @type {Record<string, string>} */ (Object.fromEntries(PARAMS.map(([name, , value]) => [name, value]))));
  const [tried, setTried] = useState(/** @type {Tried | null} */ (null));
  const { busy, problem, run } = useDoing();
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const params = Object.fromEntries(Object.entries(given).filter(([, text]) => text.trim()).map(([name, text]) => [name, valueOf(text)]));
    run(async () => {
      const told = await session.read(`/v1/scripts/${encodeURIComponent(handle)}/try`, "POST", { source, params });
      setTried(told);
      if (told.error) onLine(told.error.text, told.error.line);
    });
  };
  return (
    <form class="card trial" aria-labelledby="trial" onSubmit={submit}>
      <h3 id="trial">Try it out</h3>
      <p class="quiet small">Nothing of it is carried out. What is JSON is taken as such, all else as text.</p>
      <div class="params">
        {PARAMS.map(([name, about]) => (
          <label key={name}>
            <span class="code" title={about}>
              {name}
            </span>
            <input class="code" value={given[name]} placeholder={about} spellcheck={false} autocomplete="off" onInput={(event) => setGiven({ ...given, [name]: event.currentTarget.value })} />
          </label>
        ))}
      </div>
      <Problem problem={problem} />
      <div class="buttons">
        <button disabled={busy}>
          <Icon name="send" />
          Try it
        </button>
      </div>
      {tried && <Outcome tried={tried} />}
    </form>
  );
}

/** @param {{ tried: Tried }} props */
function Outcome({ tried }) {
  const { intents, log, value, error, ms } = tried;
  return (
    <div class="outcome" role="status">
      {error ? (
        <p class="error">
          {error.line ? `Line ${error.line}: ` : ""}
          {error.text}
        </p>
      ) : (
        <p>
          <span class="label success">ran</span> <span class="quiet small">in {duration(ms / 1000)}</span>
        </p>
      )}
      {log.length > 0 && <pre class="script-log">{log.join("\n")}</pre>}
      {!error && (
        <ul class="intents">
          {intents.map((intent, index) => (
            <li key={index}>
              <strong>{WANTS[intent.intent] ?? intent.intent}</strong> <span class="code">{detail(intent)}</span>
            </li>
          ))}
          {!intents.length && <li class="quiet">It wants nothing done.</li>}
          {value !== null && value !== undefined && (
            <li>
              <strong>Returns</strong> <span class="code">{JSON.stringify(value)}</span>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

/** @type {Record<string, string>} */
const WANTS = { chat: "Writes", notify: "Notifies", start: "Starts", trigger: "Triggers", task: "Sets the task to", data: "Fills in" };

/** @param {Record<string, any>} intent */
function detail({ intent, ...more }) {
  const told = Object.entries(more).filter(([, value]) => value !== null && value !== undefined && value !== "text.json");
  return told.map(([name, value]) => (told.length === 1 && typeof value === "string" ? value : `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)).join(", ");
}

/** @param {string} text */
function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
