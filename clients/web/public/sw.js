/**
 * Opens the page without the network, shows what the server pushes to this device, and opens the entry when that is
 * clicked. The page itself always comes from the server if there is one: what is kept here is older or the same.
 */

/** Filled in by the build: which one it is, and what the page needs to open. */
const BUILD = "BUILD";
const SHELL = ["SHELL"];
const KEPT = "shell-";
/** The one before stays: windows that were opened with it may still load parts of it. */
const BUILDS = 2;
/** A server that says nothing for so long is not there. */
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), forget()])));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/") event.respondWith(page(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (SHELL.includes(pathname)) event.respondWith(fetch(request).catch(() => caches.match(pathname).then(there)));
});

async function keep() {
  const cache = await caches.open(KEPT + BUILD);
  await cache.addAll(SHELL);
}

async function forget() {
  const builds = (await caches.keys()).filter((name) => name.startsWith(KEPT) && name !== KEPT + BUILD);
  await Promise.all(builds.slice(0, Math.max(0, builds.length - BUILDS + 1)).map((name) => caches.delete(name)));
}

/** The page from the server, or what is kept of it. */
async function page(request) {
  const late = new Promise((_, no) => setTimeout(no, PATIENCE_MS, new Error("the server says nothing")));
  const kept = () => caches.open(KEPT + BUILD).then((cache) => cache.match("/"));
  try {
    return await Promise.race([fetch(request), late]);
  } catch {
    return (await kept()) ?? Response.error();
  }
}

/** A file whose name changes with its content: once is enough. */
async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(KEPT + BUILD)).put(request, answer.clone());
  return answer;
}

const there = (kept) => kept ?? Response.error();

self.addEventListener("push", (event) => {
  event.waitUntil(show(read(event.data)));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data ?? {}));
});

/** @returns {{ entry?: string, title?: string, body?: string, url?: string }} */
function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data.text() };
  }
}

/** The newest about an entry takes the place of the one before. */
function show({ entry, title, body, url }) {
  return self.registration.showNotification(title || "Lockstep", {
    body: body ?? "",
    tag: entry,
    renotify: Boolean(entry),
    icon: "/icon-192.png",
    badge: "/badge.png",
    data: { entry, url },
  });
}

async function lead({ entry, url }) {
  const address = new URL(place(entry, url), self.location.origin);
  if (address.origin !== self.location.origin) return self.clients.openWindow(address.href);
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((found) => found.focused) ?? windows[0];
  if (!there) return self.clients.openWindow(address.href);
  // Within the page only what comes after the # changes, so nothing is loaded again.
  there.postMessage({ open: address.hash });
  return there.focus();
}

/** Where a click leads: the address that the workflow named, if a browser may be sent there. */
function place(entry, url) {
  if (url && /^(https?:\/\/|\/(?!\/)|#)/.test(url)) return url;
  return entry ? `/#${new URLSearchParams({ entry })}` : "/";
}
