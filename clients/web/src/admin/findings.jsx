import { Icon } from "../look/icons.jsx";

/** @typedef {import("./publishing.js").Finding} Finding */

/** What the server has to say about a definition. @param {{ findings: Finding[], onOpen?: (finding: Finding) => void }} props */
export function Findings({ findings, onOpen }) {
  if (!findings.length) return null;
  return (
    <ol class="findings" aria-label="Findings" tabIndex={onOpen ? undefined : 0}>
      {findings.map((finding, index) => {
        const said = (
          <>
            <Icon name={finding.severity === "error" ? "cross" : "alert"} />
            <span class="grow">
              <span class="visually-hidden">{finding.severity}: </span>
              <Said text={finding.text} />
              {finding.hint && (
                <span class="quiet">
                  {" "}
                  <Said text={finding.hint} />
                </span>
              )}
            </span>
            <span class="quiet small">
              <code>{finding.code}</code>
              {finding.line !== undefined && ` · line ${finding.line}`}
            </span>
          </>
        );
        return (
          <li key={index} class={`finding-${finding.severity}`}>
            {onOpen ? (
              <button class="finding" onClick={() => onOpen(finding)}>
                {said}
              </button>
            ) : (
              <p class="finding">{said}</p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** A text with what stands in backticks as code. @param {{ text: string }} props */
function Said({ text }) {
  return <>{text.split("`").map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part))}</>;
}
