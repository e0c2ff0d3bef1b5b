import { useEffect, useState } from "preact/hooks";
import { useCommands } from "./commands.js";
import { useNews } from "../live/session.js";

/** The build that this page is of; a page that was not built by `make web` is of none. */
const OWN = document.querySelector("meta[name=build]")?.getAttribute("content");

/**
 * The server may have another page than this one: an old one from this device's cache, or a window that was open
 * while the server was renewed. Says so, and never loads anything away by itself.
 * @param {{ session: import("../live/session.js").Session }} props
 */
export function Newer({ session }) {
  useNews(session, "state");
  const [newer, setNewer] = useState(false);
  const online = session.client.state === "online";

  useEffect(() => {
    if (!online || !OWN) return;
    const look = () => {
      if (document.hidden) return;
      fetch("/build.json", { cache: "no-store" })
        .then((answer) => (answer.ok ? answer.json() : null))
        .then((found) => found && found.build !== OWN && setNewer(true))
        .catch(() => {});
    };
    look();
    addEventListener("visibilitychange", look);
    return () => removeEventListener("visibilitychange", look);
  }, [online]);
  useEffect(() => {
    // A part of this page that the server does not have any more.
    const missing = () => setNewer(true);
    addEventListener("vite:preloadError", missing);
    return () => removeEventListener("vite:preloadError", missing);
  }, []);
  useCommands(newer ? [{ title: "Reload for the new version", section: "General", icon: "undo", run: () => location.reload() }] : []);

  if (!newer) return null;
  return (
    <div class="bar newer" role="region" aria-label="New version">
      <p class="grow" role="status">
        <strong>A new version of this page is here.</strong> What you write is kept until you reload.
      </p>
      <button class="primary" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}
