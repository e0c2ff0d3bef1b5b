/** What is kept on the device: the page opens without a server, a newer one is told of, and it can be installed. */

import assert from "node:assert/strict";
import { house, row } from "./browser.mjs";

const { demo, journey, windows, blank } = house();

/** The page is kept once its worker is active. */
const kept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(async () => {
  while (!(await caches.match("/"))) await new Promise(requestAnimationFrame);
}));

journey("it can be installed: the manifest, its icons and shortcuts are there", async () => {
  const [omar] = await windows("omar");
  const devtools = await omar.context().newCDPSession(omar);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  for (const { src, type, sizes } of manifest.icons) {
    const answer = await fetch(demo.url + src);
    assert.equal(answer.headers.get("content-type"), type);
    if (type !== "image/png") continue;
    const picture = Buffer.from(await answer.arrayBuffer());
    assert.equal(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`, sizes, src);
  }
  await kept(omar);
  await omar.waitForFunction(() => navigator.serviceWorker.controller);
  assert.deepEqual((await devtools.send("Page.getInstallabilityErrors")).installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  await omar.goto(`${demo.url}/#new`);
  await omar.getByRole("dialog", { name: "What shall begin?" }).waitFor();
});

journey("without the server the page opens, says so, and goes on when the server is back", async () => {
  const [omar] = await windows("omar");
  await kept(omar);
  await demo.end("SIGKILL");
  await omar.getByText("No connection.", { exact: true }).waitFor();
  await omar.reload();
  await omar.getByRole("button", { name: /^(Offline|Connecting)/ }).waitFor();
  await omar.getByText("Your inbox is not here yet.").waitFor();
  await omar.getByRole("region", { name: "No connection" }).getByRole("button", { name: "Try now" }).waitFor();
  assert.equal(await omar.getByRole("group", { name: "View" }).textContent(), "InboxRoomsDone", "nothing is counted that is not known");
  await demo.run(demo.port);
  await omar.getByText("Live", { exact: true }).waitFor();
});

journey("a page that is older than the server's says so, and loads the new one when asked", async () => {
  const [omar] = await windows("omar");
  const build = await omar.locator("meta[name=build]").getAttribute("content");
  await omar.route("**/build.json", (route) => route.fulfill({ json: { build: "another" } }));
  assert.equal(await omar.getByText("A new version of this page is here.").count(), 0);
  await omar.evaluate(() => dispatchEvent(new Event("visibilitychange")));
  await omar.getByText("A new version of this page is here.").waitFor();
  await omar.unroute("**/build.json");
  await omar.getByRole("button", { name: "Reload" }).click();
  await omar.getByText("Live", { exact: true }).waitFor();
  assert.match(build, /^[0-9a-f]{16}$/);
  assert.equal(await omar.getByText("A new version of this page is here.").count(), 0);
});

journey("who stays signed in finds the last inbox without a server; signing out takes it away", async () => {
  const subject = "The gutter leaks";
  const entries = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  const omar = await blank("omar");
  // A link survives signing in.
  await omar.goto(`${demo.url}/#entry=${entries.entries[0]}`);
  await omar.getByText("what your link leads to").waitFor();
  await omar.getByLabel("Stay signed in on this device").check();
  await omar.getByRole("button", { name: /Omar Haddad/ }).click();
  await omar.getByRole("heading", { name: subject }).waitFor();
  await omar.getByText("Live", { exact: true }).waitFor();
  await kept(omar);
  await omar.evaluate(() => dispatchEvent(new Event("pagehide")));
  await omar.waitForFunction(() => caches.match("/known.json"));
  await demo.end("SIGKILL");

  const later = await omar.context().newPage();
  await later.goto(demo.url);
  await row(later, subject).waitFor();
  await later.getByText(/What you see is as it was on/).waitFor();
  await later.getByRole("button", { name: "Omar Haddad: menu" }).click();
  await later.getByRole("button", { name: "Sign out" }).click();
  await later.getByText("The server does not answer.").waitFor();
  assert.equal(await later.evaluate(async () => Boolean(await caches.match("/known.json")) || "lockstep.token" in localStorage), false);
  await demo.run(demo.port);
  await later.getByRole("button", { name: "Try again" }).click();
  await later.getByText("Sign in to the demo as").waitFor();
});

journey("the page says why one cannot sign in, and why one has to again", async () => {
  const page = await blank("nobody");
  await page.route("**/v1/demo", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Welcome to the router</h1>" }));
  await page.goto(demo.url);
  await page.getByText("This is not a Lockstep server.").waitFor();
  await page.route("**/v1/demo", (route) => route.fulfill({ status: 404, json: { type: "refusal", code: "not_found", class: "fix", message: "none" } }));
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Your token").fill("Bearer not-a-token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("You are not signed in any more.").waitFor();
  await page.getByLabel("Your token").fill("Bearer demo:omar");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
});
