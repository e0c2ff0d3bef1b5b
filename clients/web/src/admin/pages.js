import { address } from "../shell/route.js";

/**
 * @typedef {{ page: string, title: string, icon: string, keys: string, lead: string }} AdminPage
 */

/** The pages for administrators, in the order of their navigation. What is here comes with the first page. @type {AdminPage[]} */
export const ADMIN_PAGES = [
  { page: "running", title: "Running", icon: "pulse", keys: "g r", lead: "What is under way, step by step." },
  { page: "incidents", title: "Incidents", icon: "alert", keys: "g x", lead: "What the server could not do. Nothing was undone by it." },
  { page: "workflows", title: "Workflows", icon: "branch", keys: "g w", lead: "What can be started, and in which versions." },
  { page: "trackers", title: "Trackers", icon: "clipboard", keys: "g t", lead: "The forms, and what a new dispatch starts." },
  { page: "scripts", title: "Scripts", icon: "script", keys: "g s", lead: "What actions run, and how that went." },
  { page: "users", title: "Users", icon: "people", keys: "g u", lead: "Who there is, and what they belong to." },
  { page: "sessions", title: "Sessions", icon: "plug", keys: "g o", lead: "Who is connected now." },
];

/**
 * What an administrator can do from anywhere, for `useCommands`.
 * @param {import("../live/session.js").Session} session @param {(route: import("../shell/route.js").Route) => void} go
 * @returns {import("../shell/commands.js").Command[]}
 */
export function adminCommands(session, go) {
  if (!session.client.profile?.roles?.includes("admin")) return [];
  return ADMIN_PAGES.map(({ page, title, icon, keys }) => ({
    title: `Go to ${title.toLowerCase()}`,
    section: "Administration",
    keys: [keys],
    icon,
    run: () => go({ page }),
  }));
}

/** What leads to something on a page: `kind` and its name, either of which may have any letters. @param {string} page @param {string[]} parts */
export const at = (page, ...parts) => address({ page, name: place(...parts) });

/** @param {string[]} parts */
export const place = (...parts) => parts.map(encodeURIComponent).join("/");

/** What `place` was made of. @param {string | undefined} name @returns {string[]} */
export function parts(name) {
  try {
    return (name ?? "").split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return [];
  }
}
