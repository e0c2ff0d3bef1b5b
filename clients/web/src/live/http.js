import { RefusalError } from "lockstep-client";

/**
 * A request in the name of `token`. Rejects with a `RefusalError` when the server says no.
 * @param {string} token @param {string} address @param {string} [method] @param {any} [body]
 */
export async function ask(token, address, method = "GET", body) {
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  if (answer.ok) return answer;
  const refusal = await answer.json().catch(() => ({}));
  throw new RefusalError({ type: "refusal", message: answer.statusText, ...refusal });
}

/** Have the browser save what is at `address` as the file `name`. @param {string} token @param {string} address @param {string} name */
export async function save(token, address, name) {
  const answer = await ask(token, address);
  saveBlob(await answer.blob(), name);
}

/** Have the browser save a text as a file. @param {string} text @param {string} name @param {string} type */
export function saveText(text, name, type) {
  saveBlob(new Blob([text], { type }), name);
}

/** @param {Blob} blob @param {string} name */
function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has to begin before the address ends.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
