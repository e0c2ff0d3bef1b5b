/** Shows what the server pushes to this device, and opens the entry when it is clicked. */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

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
    icon: "/icon.svg",
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
