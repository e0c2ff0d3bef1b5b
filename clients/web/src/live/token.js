const TOKEN = "lockstep.token";

/**
 * The token of this window: given, or from the address (`#token=…`, taken out of it), or kept in this window or on this device.
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
  const token = given ?? inAddress ?? sessionStorage.getItem(TOKEN) ?? localStorage.getItem(TOKEN);
  if (token) sessionStorage.setItem(TOKEN, token);
  return token;
}

/** Stay signed in on this device, or not any more. @param {string | null} token */
export function keepToken(token) {
  if (token) localStorage.setItem(TOKEN, token);
  else localStorage.removeItem(TOKEN);
}

/** Whether this device keeps this token. @param {string} token */
export function isKept(token) {
  return localStorage.getItem(TOKEN) === token;
}

/** Whether somebody who signs in here is likely to want to stay. */
export function wouldStay() {
  // The installed app is opened anew each time, and by one user.
  return matchMedia("(display-mode: standalone)").matches;
}

/** Leave: the window's token, and the device's if it is the same. */
export function forgetToken() {
  const token = sessionStorage.getItem(TOKEN);
  if (token && isKept(token)) keepToken(null);
  sessionStorage.removeItem(TOKEN);
}
