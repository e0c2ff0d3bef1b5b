import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** @typedef {import("lockstep-client").ChatMessage} ChatMessage */

/** Nearer to the end than this one is there. */
const NEAR = 48;

/**
 * Where one reads in a conversation: at its end new messages come into sight, further up nothing
 * moves, and it is told how many came below.
 * @param {ChatMessage[]} messages @param {string} me @param {number} [fresh] the first that was not read
 */
export function useScroll(messages, me, fresh) {
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  const [atEnd, setAtEnd] = useState(true);
  /** What is at the bottom and the top, and how high all was, when this was drawn before. */
  const drawn = useRef({ first: 0, last: 0, height: 0 });
  /** The last message when one went up. */
  const [left, setLeft] = useState(0);
  const first = messages[0]?.m ?? 0;
  const last = messages.at(-1)?.m ?? 0;

  const look = () => {
    const area = list.current;
    if (!area) return;
    const end = area.scrollHeight - area.scrollTop - area.clientHeight < NEAR;
    setAtEnd(end);
    if (end) setLeft(drawn.current.last);
  };
  const toEnd = () => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
    look();
  };

  useLayoutEffect(() => {
    const area = list.current;
    const was = drawn.current;
    drawn.current = { first, last, height: area?.scrollHeight ?? 0 };
    if (!area || (first === was.first && last === was.last)) return;
    const mine = messages.at(-1)?.from === me;
    if (!was.last) {
      area.scrollTop = area.scrollHeight;
      // From where one left off, if that is further up than the end shows.
      const line = fresh === undefined ? null : area.querySelector(".unread-line");
      if (line) area.scrollTop = Math.min(area.scrollTop, offset(area, line) - area.clientHeight / 4);
    } else if (last !== was.last && (atEnd || mine)) area.scrollTop = area.scrollHeight;
    else if (first < was.first) area.scrollTop += area.scrollHeight - was.height;
    look();
  }, [first, last]);

  useEffect(() => {
    const area = list.current;
    if (!area) return;
    area.addEventListener("scroll", look, { passive: true });
    // The room for it changes with the window and with what one writes below.
    const sizes = new ResizeObserver(() => {
      if (stays.current) area.scrollTop = area.scrollHeight;
    });
    sizes.observe(area);
    return () => {
      area.removeEventListener("scroll", look);
      sizes.disconnect();
    };
  }, []);
  const stays = useRef(true);
  stays.current = atEnd;

  const away = atEnd ? 0 : messages.filter(({ m, from }) => m > left && from !== me).length;
  return { list, atEnd, away, toEnd };
}

/** @param {HTMLElement} area @param {Element} part */
const offset = (area, part) => part.getBoundingClientRect().top - area.getBoundingClientRect().top + area.scrollTop;
