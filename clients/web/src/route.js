import { useEffect, useState } from "preact/hooks";

/** @typedef {{ entry: string } | { room: string } | { page: "incidents" } | null} Route what the pane shows */

/** @returns {Route} */
function read() {
  const named = new URLSearchParams(location.hash.slice(1));
  const [entry, room] = [named.get("entry"), named.get("room")];
  if (entry) return { entry };
  if (room) return { room };
  return named.has("incidents") ? { page: "incidents" } : null;
}

/** @param {Route} route */
function address(route) {
  if (!route) return location.pathname + location.search;
  if ("page" in route) return `#${route.page}`;
  return `#${new URLSearchParams(route)}`;
}

/**
 * What is open, as the address says it: a link opens it, and the browser's back closes it.
 * @returns {[Route, (route: Route) => void]}
 */
export function useRoute() {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const follow = () => setRoute(read());
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("popstate", follow);
      removeEventListener("hashchange", follow);
    };
  }, []);

  /** @param {Route} next */
  const go = (next) => {
    // One step back leads to the list, however many entries were looked at one after another.
    if (!read() && next) history.pushState({ opened: true }, "", address(next));
    else history.replaceState(history.state, "", address(next));
    setRoute(next);
  };
  return [route, go];
}
