import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeKey } from "lockstep-client";
import { Avatar, Icon } from "../look/icons.jsx";
import { draftOf, keepDraft } from "../live/drafts.js";
import { say } from "./own.jsx";
import { begun, candidates, completed } from "./mentions.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Place} Place */

/** How often others are told that somebody is writing. */
const TELL_MS = 2000;

/** Where one writes. `@` proposes whom to bring in. @param {{ session: Session, place: Place, hint: string }} props */
export function Say({ session, place, hint }) {
  const { client } = session;
  const key = placeKey(place);
  const told = useRef(0);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const [chosen, setChosen] = useState(0);
  const text = session.drafts.get(key) ?? "";
  const found = typed === null ? [] : candidates(client.store.people.values(), typed, client.profile?.id);

  /** @param {string} written */
  const draft = (written) => {
    session.draft(place, written);
    keepDraft(client.profile?.id ?? "", `chat.${key}`, written);
  };
  useEffect(() => {
    // What was written before the page was loaded anew.
    const kept = draftOf(client.profile?.id ?? "", `chat.${key}`);
    if (kept && !session.drafts.has(key)) session.draft(place, kept.value);
  }, [key]);

  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.style.height = "auto";
    field.current.style.height = `${Math.min(field.current.scrollHeight + 2, 140)}px`;
  }, [text]);

  useEffect(() => {
    const area = field.current;
    const around = area?.closest(".chat");
    if (!area || !around) return;
    // On a phone the page is as long as what was said: who writes goes on seeing where.
    const sizes = new ResizeObserver(() => document.activeElement === area && area.scrollIntoView({ block: "nearest" }));
    sizes.observe(around);
    return () => sizes.disconnect();
  }, []);

  /** @param {HTMLTextAreaElement} area */
  const look = (area) => {
    setTyped(begun(area.value, area.selectionStart));
    setChosen(0);
  };

  /** @param {HTMLTextAreaElement} area */
  const type = (area) => {
    draft(area.value);
    look(area);
    if (!area.value || Date.now() - told.current < TELL_MS) return;
    told.current = Date.now();
    client.typing(place);
  };

  /** @param {string} id */
  const mention = (id) => {
    const area = field.current;
    if (!area) return;
    const next = completed(area.value, area.selectionStart, id);
    area.value = next.text;
    area.setSelectionRange(next.caret, next.caret);
    area.focus();
    draft(next.text);
    setTyped(null);
  };

  /** @param {Event} [event] */
  const send = async (event) => {
    event?.preventDefault();
    // Not what was drawn last: a quick Enter comes before the page is drawn again.
    const body = (field.current?.value ?? text).trim();
    if (!body || client.state === "closed") return;
    if (field.current) field.current.value = "";
    draft("");
    await say(session, place, body);
  };

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the proposals */
  const proposing = (event) => {
    const person = found[chosen];
    if (!person) return false;
    const step = { ArrowDown: 1, ArrowUp: found.length - 1 }[event.key];
    if (step) setChosen((chosen + step) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") mention(person.id);
    else if (event.key === "Escape") setTyped(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.isComposing || proposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey) void send(event);
    else if (event.key === "ArrowUp" && !field.current?.value) {
      const mine = (client.store.conversations.messages.get(key) ?? []).findLast(
        ({ from, deleted, kind }) => from === client.profile?.id && !deleted && !kind,
      );
      if (mine) session.edit({ key, m: mine.m });
      event.preventDefault();
    } else if (event.key === "Escape") field.current?.blur();
  };

  return (
    <form class="say" onSubmit={send}>
      {found.length > 0 && (
        <ul class="proposals" id="proposals" role="listbox" aria-label="Mention">
          {found.map((person, index) => (
            <li
              key={person.id}
              id={`proposal-${index}`}
              role="option"
              aria-selected={index === chosen}
              // Before the field would lose the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                mention(person.id);
              }}
            >
              <Avatar name={person.name} />
              {person.name}
              <span class="quiet small">@{person.id}</span>
            </li>
          ))}
        </ul>
      )}
      <textarea
        id="say"
        ref={field}
        rows={1}
        aria-label="Message"
        aria-autocomplete="list"
        aria-controls={found.length ? "proposals" : undefined}
        aria-activedescendant={found.length ? `proposal-${chosen}` : undefined}
        placeholder={hint}
        title="@ and a user's id or e-mail brings somebody in"
        autocomplete="off"
        value={text}
        onInput={(event) => type(event.currentTarget)}
        onClick={(event) => look(event.currentTarget)}
        onBlur={() => setTyped(null)}
        onKeyDown={onKey}
      />
      <button class="primary" disabled={!text.trim() || client.state === "closed"} aria-label="Send">
        <Icon name="send" />
      </button>
    </form>
  );
}
