// Before the first paint, so that nobody who chose dark colours is blinded: what `shell/settings.js` keeps.
try {
  const chosen = localStorage.getItem("lockstep.scheme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.scheme = chosen;
} catch {
  // A browser that keeps nothing follows the system.
}
