import { useState } from "preact/hooks";
import { useCommands } from "./commands.js";

/** @typedef {"system" | "light" | "dark"} Scheme */

const SCHEME = "lockstep.scheme";
/** What the top of the window is coloured with, where the system lets the page say it. */
const BARS = { light: "#ffffff", dark: "#161922" };

/** The colours that this device shows. @returns {Scheme} */
export function scheme() {
  const kept = localStorage.getItem(SCHEME);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Show the colours that the device keeps; the system's where it keeps none. */
export function applyScheme() {
  const chosen = scheme();
  if (chosen === "system") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = chosen;
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const own = meta.getAttribute("media")?.includes("dark") ? "dark" : "light";
    meta.setAttribute("content", BARS[chosen === "system" ? own : chosen]);
  }
}

/** @returns {[Scheme, (chosen: Scheme) => void]} */
export function useScheme() {
  const [shown, setShown] = useState(scheme);
  return [
    shown,
    (chosen) => {
      if (chosen === "system") localStorage.removeItem(SCHEME);
      else localStorage.setItem(SCHEME, chosen);
      applyScheme();
      setShown(chosen);
    },
  ];
}

/** Each of the schemes that is not shown, as something to do. */
export function useSchemeCommands() {
  const [shown, show] = useScheme();
  useCommands(
    /** @type {[Scheme, string][]} */ ([
      ["light", "Light colours"],
      ["dark", "Dark colours"],
      ["system", "Colours as the system has them"],
    ])
      .filter(([scheme]) => scheme !== shown)
      .map(([scheme, title]) => ({ title, section: "Settings", icon: "contrast", run: () => show(scheme) })),
  );
}
