/** @typedef {import("./session.js").Session} Session */
/** @typedef {"unsupported" | "blocked" | "off" | "on"} PushState */

const WORKER = "/sw.js";
const SUBSCRIPTIONS = "/v1/push/subscriptions";
/** Whose notifications this device shows: a browser has one subscription, whoever signs in. */
const FOR_WHOM = "lockstep.push";

const supported = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Have the page open without the network; a browser that cannot does without. */
export function keepPage() {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(WORKER, { scope: "/" }).catch(() => {});
}

/** @param {Session} session @returns {Promise<PushState>} */
export async function pushState(session) {
  if (!supported()) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  if (Notification.permission !== "granted" || localStorage.getItem(FOR_WHOM) !== session.client.profile?.id) return "off";
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  return subscription ? "on" : "off";
}

/** Ask for permission (only ever on a click), subscribe, tell the server. @param {Session} session @returns {Promise<PushState>} */
export async function turnOn(session) {
  if ((await Notification.requestPermission()) !== "granted") return pushState(session);
  await navigator.serviceWorker.register(WORKER, { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  const { publicKey } = await session.read("/v1/push");
  const subscription = await subscribe(registration, publicKey);
  await session.read(SUBSCRIPTIONS, "POST", subscription.toJSON());
  localStorage.setItem(FOR_WHOM, session.client.profile?.id ?? "");
  return "on";
}

/** Take this device back, at the server and in the browser. @param {Session} session @returns {Promise<PushState>} */
export async function turnOff(session) {
  localStorage.removeItem(FOR_WHOM);
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  if (!subscription) return "off";
  const { endpoint } = subscription;
  // The browser first: without its subscription nothing arrives, even if the server is away.
  await subscription.unsubscribe();
  await session.read(SUBSCRIPTIONS, "DELETE", { endpoint });
  return "off";
}

/** Leaving: the next user of this device gets none of it. @param {Session} session */
export async function forget(session) {
  if ((await pushState(session)) === "on") await turnOff(session);
}

/** Say again that this device is on: the server may have lost it, the browser may have renewed it. @param {Session} session */
export async function renew(session) {
  if ((await pushState(session)) === "on") await turnOn(session);
}

/** @param {ServiceWorkerRegistration} registration @param {string} key the server's, base64url */
async function subscribe(registration, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await registration.pushManager.subscribe(options);
  } catch (error) {
    // There is one for another key: the server has a new one since.
    const old = await registration.pushManager.getSubscription();
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError" || !old) throw error;
    await old.unsubscribe();
    return await registration.pushManager.subscribe(options);
  }
}

/** Open what a notification was about when it is clicked. @returns {() => void} to stop */
export function followClicks() {
  if (!("serviceWorker" in navigator)) return () => {};
  /** @param {MessageEvent} event */
  const follow = (event) => {
    if (typeof event.data?.open === "string" && event.data.open) location.hash = event.data.open;
  };
  navigator.serviceWorker.addEventListener("message", follow);
  return () => navigator.serviceWorker.removeEventListener("message", follow);
}
