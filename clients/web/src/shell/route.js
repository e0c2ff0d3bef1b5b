import { useEffect, useRef, useState } from "preact/hooks";
import { mayLeave } from "./unsaved.js";

/**
 * @typedef {{ entry: string } | { room: string } | { page: string, name?: string } | null} Route
 * what is open; `page`: one of PAGES, `name`: what is opened there
 */

/** What is open besides entries and rooms, by the word in the address. */
export const PAGES = ["running", "workflows", "users", "trackers", "scripts", "incidents", "sessions"];

/** @returns {Route} */
function read() {
  const named = new URLSearchParams(location.hash.slice(1));
  const [entry, room] = [named.get("entry"), named.get("room")];
  if (entry) return { entry };
  if (room) return { room };
  const page = PAGES.find((known) => named.has(known));
  return page ? { page, name: named.get(page) || undefined } : null;
}

/** What leads there: for links. @param {Route} route */
export function address(route) {
  if (!route) return location.pathname + location.search;
  if ("page" in route) return `#${route.page}${route.name ? `=${encodeURIComponent(route.name)}` : ""}`;
  return `#${new URLSearchParams(route)}`;
}

/**
 * What is open, as the address says it: a link opens it, and the browser's back closes it.
 * @returns {[Route, (route: Route) => void]}
 */
export function useRoute() {
  const [route, setRoute] = useState(read);
  const now = useRef(route);
  now.current = route;
  useEffect(() => {
    const follow = () => {
      const next = read();
      if (address(next) === address(now.current)) return;
      // The browser went there already.
      if (!mayLeave()) return history.pushState(history.state, "", address(now.current));
      now.current = next;
      setRoute(next);
    };
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("popstate", follow);
      removeEventListener("hashchange", follow);
    };
  }, []);

  /** @param {Route} next */
  const go = (next) => {
    if (address(next) !== address(now.current) && !mayLeave()) return;
    // One step back leads to the list, however many entries were looked at one after another.
    if (!read() && next) history.pushState({ opened: true }, "", address(next));
    else history.replaceState(history.state, "", address(next));
    setRoute(next);
  };
  return [route, go];
}
