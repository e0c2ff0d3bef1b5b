import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Arrangement } from "./arrangement.js";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */

/**
 * The inbox as it is chosen to be seen, followed change by change, and what left it while it was shown.
 * @param {Session} session @param {import("./choices.js").Choices} choices
 */
export function useEntries(session, choices) {
  const [, draw] = useState(0);
  const kept = useRef(/** @type {{ session: Session, choices: any, arrangement: Arrangement, left: Map<string, Entry> } | null} */ (null));
  if (kept.current?.session !== session) {
    const arrangement = new Arrangement(
      {
        me: () => session.client.profile?.id ?? "",
        unread: (entry) => (!entry.guest && !entry.seen) || session.unread(entry.id, entry.chat) > 0,
        name: (id) => session.client.store.name(id),
      },
      choices,
    );
    arrangement.fill(session.client.store.entries.values());
    kept.current = { session, choices, arrangement, left: new Map() };
  }
  const { arrangement, left } = kept.current;
  if (kept.current.choices !== choices) {
    kept.current.choices = choices;
    arrangement.choose(choices);
  }
  const { brought } = session;

  useLayoutEffect(() => {
    const { store } = session.client;
    /** @param {Set<string> | null} told */
    const follow = (told) => {
      arrangement.change(told ?? arrangement.differing(store.entries), (id) => store.entries.get(id), left);
      draw((times) => times + 1);
    };
    const stop = session.watch(follow, "list");
    if (session.brought !== brought) follow(null);
    // Ages are said anew, and with time an entry comes into another group.
    const timer = setInterval(() => {
      arrangement.tick();
      draw((times) => times + 1);
    }, 30_000);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [session]);

  return { arrangement, left };
}
