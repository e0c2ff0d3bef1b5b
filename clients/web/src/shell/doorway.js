/**
 * @typedef {{ users: { id: string, name: string, groups: string[], token: string }[] } | { token: true } |
 *   { trouble: string, advice: string }} Doorway how one signs in here: the demo's people, a token, or why not
 */

/** What the server says of how to sign in. @returns {Promise<Doorway>} */
export async function doorway() {
  let answer;
  try {
    answer = await fetch("/v1/demo", { cache: "no-store" });
  } catch {
    return navigator.onLine
      ? { trouble: "The server does not answer.", advice: "It may be starting anew; nothing of yours is lost." }
      : { trouble: "This device has no network.", advice: "You can sign in when it is back." };
  }
  const said = await answer.json().catch(() => null);
  if (answer.ok && Array.isArray(said?.users)) return { users: said.users };
  // A server that is no demo says in its own words that it has no such door.
  if (said?.type === "refusal" && answer.status === 404) return { token: true };
  if (said?.type === "refusal") return { trouble: "The server cannot let anybody in now.", advice: said.message };
  return {
    trouble: answer.status >= 500 ? "The server is not there." : "This is not a Lockstep server.",
    advice: `What answers at ${location.host} says ${answer.status}${answer.statusText ? ` (${answer.statusText})` : ""}. Whoever runs it may know more.`,
  };
}
