const TOKEN = "lockstep.token";

/**
 * The token of this window: given, or from the address (`#token=…`, taken out of it), or kept.
 * @param {string} [given]
 */
export function takeToken(given) {
  const named = new URLSearchParams(location.hash.slice(1));
  const inAddress = named.get("token");
  if (inAddress) {
    named.delete("token");
    const rest = named.size ? `#${named}` : "";
    history.replaceState(null, "", location.pathname + location.search + rest);
  }
  const token = given ?? inAddress ?? sessionStorage.getItem(TOKEN);
  if (token) sessionStorage.setItem(TOKEN, token);
  return token;
}

export function forgetToken() {
  sessionStorage.removeItem(TOKEN);
}
