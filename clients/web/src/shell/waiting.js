import { useEffect } from "preact/hooks";
import { useNews } from "../live/session.js";

/** The window's title, its icon and the installed app's badge tell what waits. @param {{ session: import("../live/session.js").Session }} props */
export function Waiting({ session }) {
  useNews(session, "state", "list");
  const { entries, rooms } = session.client.store;
  const unread = [...rooms.values()].filter((room) => session.unread({ room: room.id }, room.chat)).length;
  let fresh = unread > 0;
  for (const { seen, guest } of entries.values()) fresh ||= !seen && !guest;
  const count = entries.size + unread;

  useEffect(() => {
    document.title = count ? `(${count}) Lockstep` : "Lockstep";
    if (count) void navigator.setAppBadge?.(count).catch(() => {});
    else void navigator.clearAppBadge?.().catch(() => {});
  }, [count]);
  useEffect(() => mark(fresh), [fresh]);
  useEffect(
    () => () => {
      document.title = "Lockstep";
      mark(false);
      void navigator.clearAppBadge?.().catch(() => {});
    },
    [],
  );
  return null;
}

/** @param {boolean} fresh whether there is something that was not looked at yet */
function mark(fresh) {
  document.querySelector("link[rel=icon]")?.setAttribute("href", fresh ? "/icon-new.svg" : "/icon.svg");
}
