import { useLayoutEffect, useState } from "preact/hooks";
import { choicesFrom, DEFAULTS, fromAddress, toAddress } from "./choices.js";

/** @typedef {import("./choices.js").Choices} Choices */

const KEPT = "lockstep.list.";

/**
 * How this user wants the list: as the address says, else as it was chosen last on this device.
 * @param {string | undefined} user @returns {[Choices, (more: Partial<Choices>) => void]}
 */
export function useChoices(user) {
  const [choices, set] = useState(DEFAULTS);

  useLayoutEffect(() => {
    if (!user) return;
    const kept = choicesFrom(read(user));
    set(fromAddress(new URLSearchParams(location.search), kept) ?? kept);
  }, [user]);

  /** @param {Partial<Choices>} more */
  const choose = (more) => {
    const next = { ...choices, ...more };
    set(next);
    // What was searched for is of the moment; it would hide things tomorrow.
    if (user) localStorage.setItem(KEPT + user, JSON.stringify({ ...next, text: "" }));
    const named = String(toAddress(next));
    history.replaceState(history.state, "", location.pathname + (named && `?${named}`) + location.hash);
  };
  return [choices, choose];
}

/** @param {string} user */
function read(user) {
  try {
    return JSON.parse(localStorage.getItem(KEPT + user) ?? "{}");
  } catch {
    return {};
  }
}
