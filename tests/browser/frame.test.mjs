/** The frame around all pages: keys, palette, what waits, what others did. */

import assert from "node:assert/strict";
import { house, path, row } from "./browser.mjs";
import { choose } from "./scene.mjs";

const { demo, journey, windows } = house();

const call = async (subject) => (await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } })).entries[0];

journey("by the keyboard alone: a key in two parts, an entry and a path from the palette, help, colours", async () => {
  const [omar] = await windows("omar");
  await call("The pump leaks");
  await call("The lift hums");
  await row(omar, "The pump leaks").waitFor();

  const { keyboard } = omar;
  await keyboard.press("Control+k");
  const field = omar.getByRole("combobox", { name: "Find or do anything" });
  await field.fill("pmup leks");
  await omar.getByRole("option", { name: /The pump leaks/, selected: true }).waitFor();
  await keyboard.press("Enter");
  await omar.getByRole("heading", { name: /The pump leaks/ }).waitFor();

  await keyboard.press("Control+k");
  await field.fill("claim");
  await keyboard.press("Enter");
  await path(omar, "Finish").waitFor();

  await keyboard.press("g");
  await omar.getByText("Go to the inbox").waitFor();
  await keyboard.press("i");
  await omar.getByRole("heading", { name: /The pump leaks/ }).waitFor({ state: "detached" });
  await omar.getByText("Go to the inbox").waitFor({ state: "detached" });

  await keyboard.press("Control+k");
  await omar.getByRole("group", { name: "Recent" }).getByRole("option", { name: /The pump leaks/ }).waitFor();
  await field.fill("dark col");
  await keyboard.press("Enter");
  const colours = () => omar.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await colours(), "rgb(15, 17, 23)");
  await omar.reload();
  await omar.getByText("Live", { exact: true }).waitFor();
  assert.equal(await colours(), "rgb(15, 17, 23)", "the device keeps it");

  await keyboard.press("?");
  await omar.getByRole("dialog", { name: "Keyboard" }).getByText("Go to the inbox").waitFor();
  await keyboard.press("Escape");
  await keyboard.press("n");
  await omar.getByRole("dialog", { name: "What shall begin?" }).waitFor();
});

journey("what waits is listed in words, and goes when the server is back", async () => {
  const [omar] = await windows("omar");
  await call("The roof drips");
  await row(omar, "The roof drips").click();
  await path(omar, "Claim").waitFor();
  await demo.end("SIGKILL");
  await omar.getByText("No connection.", { exact: true }).waitFor();
  await path(omar, "Claim").click();
  await omar.keyboard.press("g");
  await omar.keyboard.press("q");
  const panel = omar.getByRole("region", { name: "Connection" });
  await panel.getByText(/Choose “Claim” in “.*The roof drips/).waitFor();
  await demo.run(demo.port);
  await panel.getByText("Nothing waits to be sent.").waitFor();
  await omar.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.equal(await omar.evaluate(() => document.activeElement.textContent), "Live", "the focus is back");
});

journey("what others do is told once for many, led to or dismissed by key; title and icon tell what waits", async () => {
  const [omar, mei] = await windows("omar", "mei");
  const entries = [];
  for (const subject of ["First", "Second", "Third"]) entries.push(await call(`${subject} door`));
  await row(omar, "Third door").waitFor();
  assert.match(await omar.title(), /^\(\d+\) Lockstep$/);
  assert.equal(await omar.locator("link[rel=icon]").getAttribute("href"), "/icon-new.svg");

  // Beside what the workflow itself has to say.
  const toast = omar.locator(".toast").filter({ hasText: "moved" });
  for (const entry of entries) await choose(demo, "mei", entry, "Claim");
  await toast.getByText("Mei Lin moved 3 entries").waitFor();
  await omar.keyboard.press(".");
  await toast.waitFor({ state: "detached" });

  await choose(demo, "mei", entries[0], "Release");
  await toast.getByText(/Mei Lin moved “.*First door.*” to/).waitFor();
  await omar.keyboard.press("g");
  await omar.keyboard.press("n");
  await omar.getByRole("heading", { name: /First door/ }).waitFor();
  await toast.waitFor({ state: "detached" });

  // What is looked at shows itself what happens to it, and one's own doing is no news.
  await choose(demo, "mei", entries[0], "Claim");
  await omar.getByText("Mei Lin holds this").waitFor();
  await choose(demo, "mei", entries[1], "Release");
  await toast.getByText(/Second door/).waitFor();
  assert.equal(await toast.count(), 1);
  assert.equal(await mei.locator(".toast").filter({ hasText: "moved" }).count(), 0);
});
