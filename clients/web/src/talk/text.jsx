import { useState } from "preact/hooks";
import { long, parts } from "./text.js";

/** @typedef {import("../live/session.js").Session} Session */

/** A text with its mentions and links. @param {{ session: Session, text: string }} props */
export function Text({ session, text }) {
  const { profile, store } = session.client;
  return (
    <>
      {parts(text).map(({ text: said, href, mention }, index) => {
        if (href) {
          return (
            <a key={index} href={href} target="_blank" rel="noopener noreferrer">
              {said}
            </a>
          );
        }
        if (!mention) return said;
        const person = store.people.get(mention) ?? [...store.people.values()].find((known) => known.email === mention);
        const me = mention === profile?.id || mention === profile?.email;
        return (
          <span key={index} class={me ? "mention me-too" : "mention"} title={said}>
            @{person?.name ?? mention}
          </span>
        );
      })}
    </>
  );
}

/** A text that is folded while it is long and nobody wants to see all of it. @param {{ session: Session, text: string }} props */
export function Folded({ session, text }) {
  const [all, setAll] = useState(false);
  const folds = long(text);
  return (
    <>
      <p class={folds && !all ? "folded" : ""}>
        <Text session={session} text={text} />
      </p>
      {folds && (
        <button class="link small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show less" : "Show all of it"}
        </button>
      )}
    </>
  );
}
