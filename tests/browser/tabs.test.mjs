/** Several tabs of one user: one connection, whichever of them lives. */

import assert from "node:assert/strict";
import { house, path, row } from "./browser.mjs";

const { demo, journey, blank } = house();

const ask = async (user, address) =>
  (await fetch(`${demo.url}${address}`, { headers: { Authorization: `Bearer demo:${user}` } })).json();

/** The sessions of a user, as soon as there are so many. */
async function sessions(user, count) {
  for (;;) {
    const all = (await ask("sam", "/v1/sessions")).sessions.filter((session) => session.user === user);
    if (all.length === count) return all;
    await new Promise((later) => setTimeout(later, 100));
  }
}

async function tab(user, beside = undefined, ready = async () => {}) {
  const page = await blank(user, { beside });
  await ready(page);
  await page.goto(`${demo.url}/#token=demo:${user}`);
  await page.getByText("Live", { exact: true }).waitFor();
  return page;
}

const claims = async (entry) => (await ask("omar", `/v1/entries/${entry}/history`)).events.filter(({ cause }) => cause === "choose");

/** An entry that everybody of the team has. */
async function call(subject) {
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  return entries[0];
}

journey("tabs share a session; when the one that has it is killed, what was in flight is done and answered once", async () => {
  let deaf = false;
  const one = await tab("omar", undefined, (page) =>
    page.routeWebSocket(/\/v1\/ws$/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => server.send(message));
      server.onMessage((message) => deaf || socket.send(message));
    }),
  );
  const [two, three] = [await tab("omar", one), await tab("omar", one)];
  const [{ session }] = await sessions("omar", 1);
  const subject = "The gate is stuck";
  const entry = await call(subject);
  for (const page of [two, three]) await row(page, subject).click();
  await row(one, subject).waitFor();

  // The server does it, but its answer comes no further than the tab that has the connection.
  deaf = true;
  await two.bringToFront();
  await path(two, "Claim").click();
  while (!(await claims(entry)).length) await new Promise((later) => setTimeout(later, 50));
  await one.close();
  for (const page of [two, three]) await row(page, subject).getByText("Claimed").waitFor();
  await path(two, "Finish").waitFor();
  assert.equal((await claims(entry)).length, 1);
  const [after] = await sessions("omar", 1);
  assert.notEqual(after.session, session);

  // What one tab says, the others show; and they are one person to somebody else.
  await three.bringToFront();
  await three.getByLabel("Message").fill("Almost there");
  await three.getByRole("button", { name: "Send" }).click();
  await two.getByRole("region", { name: "Conversation" }).getByText("Almost there").waitFor();
  const mei = await tab("mei");
  await row(mei, subject).getByText("Claimed").waitFor();
  assert.equal((await sessions("mei", 1)).length, 1);
});

journey("a tab that does not answer is passed by, and follows when it runs again", async () => {
  const one = await tab("omar");
  const two = await tab("omar", one);
  await sessions("omar", 1);
  const subject = "The window is broken";
  const entry = await call(subject);
  await row(two, subject).click();
  const debug = await one.context().newCDPSession(one);
  await debug.send("Debugger.enable");
  const paused = new Promise((done) => debug.once("Debugger.paused", done));
  await debug.send("Debugger.pause");
  void one.evaluate(() => 1).catch(() => {});
  await paused;
  await path(two, "Claim").click();
  await path(two, "Finish").waitFor();
  await debug.send("Debugger.resume");
  await debug.send("Debugger.disable");
  await row(one, subject).getByText("Claimed").waitFor();
  await sessions("omar", 1);
  assert.equal((await claims(entry)).length, 1);
});
