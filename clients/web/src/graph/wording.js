/** Scopes and actions of a definition in words. */

/** @type {Record<string, string>} */
const FIXED = { $sink: "the recipient", $source: "who chose", $all: "everybody so far" };
/** @type {Record<string, string>} */
const PREFIX = { users: "", groups: "group ", "user-labels": "label ", roles: "role " };

/**
 * A scope as people say it: `given groups [on-call], except users [ivo]` is “group on-call, not ivo”.
 * What is no scope is given back as it is.
 * @param {string} scope
 */
export function scopeWords(scope) {
  const trimmed = scope.trim();
  if (FIXED[trimmed]) return FIXED[trimmed];
  const parts = split(trimmed, /^\s*,\s*/).map((part) => split(part, /^\s+and\s+/).map(qualifier).join(" and "));
  return parts.some((part) => part.includes("\0")) ? trimmed : parts.join(", ");
}

/** Cut at what `separator` finds outside of brackets and quotation marks. @param {string} text @param {RegExp} separator */
function split(text, separator) {
  const parts = [""];
  let [quote, depth] = ["", 0];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote) quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "[") depth++;
    else if (letter === "]") depth--;
    const found = !quote && depth === 0 && separator.exec(text.slice(at));
    if (found && found[0]) {
      parts.push("");
      at += found[0].length - 1;
    } else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** One qualifier; with a NUL when it is none. @param {string} part */
function qualifier(part) {
  const said = part.trim().replace(/\s+/g, " ");
  if (said === "all users") return "all users";
  if (said === "current user") return "who chose";
  const found = /^(given|except) (users|groups|user-labels|roles) ?\[(.*)\]$/s.exec(said);
  if (!found) return "\0";
  const [, how, kind = "", names = ""] = found;
  const each = split(names, /^\s*,\s*/).map((name) => name.trim().replace(/^(["'])(.*)\1$/, "$2"));
  const listed = each.length > 1 ? `${each.slice(0, -1).join(", ")} or ${each.at(-1)}` : each.join("");
  return `${how === "except" ? "not " : ""}${PREFIX[kind]}${listed}`;
}

/**
 * What an action does, in a few words, with its icon; null for what is no action.
 * @param {Record<string, any>} action @returns {import("./model.js").Doing | null}
 */
export function actionWords({ action, args, scope }) {
  const named = args !== null && typeof args === "object" ? args : {};
  const alone = typeof args === "string" || typeof args === "number" ? String(args) : "";
  const users = typeof scope === "string" && scope.trim() ? scopeWords(scope) : "";
  const whom = users ? ` for ${users}` : "";
  switch (action) {
    case "lock":
      return { icon: "lock", text: `Lock, held by ${users && scope.trim() !== "$all" ? users : "who chose"}` };
    case "unlock":
      return { icon: "unlock", text: users && scope.trim() !== "$all" ? `Let in ${users}` : "Free the lock" };
    case "notify":
      return { icon: "bell", text: quoted(`Notify ${users || "everybody so far"}`, alone || named.body || named.title) };
    case "script":
      return { icon: "script", text: quoted(`Run the script`, alone || named.handle) + whom };
    case "task":
      return { icon: "clipboard", text: quoted("Set the task to", alone || named.state) };
    case "chat":
      return { icon: "chat", text: quoted(`Write to ${users || "everybody so far"}`, alone || named.body) };
    case "status":
      return { icon: alone === "retired" ? "archive" : "check", text: (alone === "retired" ? "Put away" : "Keep in the inbox") + whom };
    case "trigger":
      return { icon: "bolt", text: named.rule ? quoted("Start", named.rule) + whom : quoted("Go on to", alone || named.step) };
    default:
      return null;
  }
}

/** @param {string} what @param {any} said */
const quoted = (what, said) => (said ? `${what}: ${String(said).replace(/\s+/g, " ")}` : what);
