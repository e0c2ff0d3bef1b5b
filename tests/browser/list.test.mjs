/** The list: its order under a real pointer, what narrows it, the keyboard. */

import assert from "node:assert/strict";
import { assertAccessibleInBoth } from "./axe.mjs";
import { house, path, row } from "./browser.mjs";

const { demo, journey, windows } = house();

const call = (subject) =>
  demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } }).then(({ entries }) => entries[0]);
const rows = (page) => page.locator(".row .title");
const retire = (user, entry) => demo.command(user, { type: "status", entry, status: "retired" });

/** An empty inbox for a journey. */
async function emptied(user, ...pages) {
  const answer = await fetch(`${demo.url}/v1/inbox`, { headers: { Authorization: `Bearer demo:${user}` } });
  const frames = [await answer.json()].flat(3);
  const views = frames.flatMap((frame) => frame.entries ?? frame.messages?.flatMap((message) => message.entries ?? []) ?? []);
  for (const { id, guest } of views) if (!guest) await retire(user, id);
  for (const page of pages) await page.getByText("All done.").waitFor();
}

journey("no row moves under the pointer: what comes waits, what leaves says why and stays until the pointer is gone", async () => {
  const [omar, mei] = await windows("omar", "mei");
  await emptied("omar", omar);
  for (const subject of ["Alpha", "Bravo", "Charlie"]) await call(subject);
  await row(omar, "Charlie").waitFor();
  const place = async (title) => (await row(omar, title).boundingBox()).y;
  await row(omar, "Bravo").hover();
  const before = await place("Bravo");

  await call("Delta");
  const pill = omar.getByRole("button", { name: "1 new" });
  await pill.waitFor();
  assert.equal(await row(omar, "Delta").count(), 0);
  assert.equal(await place("Bravo"), before);

  // A row that changes does so where it is, and one that leaves keeps its place.
  await row(mei, "Charlie").click();
  await path(mei, "Claim").click();
  await row(omar, "Charlie").getByText("Claimed").waitFor();
  await row(mei, "Alpha").click();
  await path(mei, "Claim").click();
  await path(mei, "Log visit").click();
  await path(mei, "Finish").click();
  const form = mei.getByRole("dialog");
  await form.getByLabel("Minutes").fill("5");
  await form.getByRole("button", { name: "Finish" }).click();
  await omar.getByText("Moved on: Mei Lin").waitFor();
  await row(omar, "Alpha").waitFor({ state: "detached" });
  assert.equal(await place("Bravo"), before);
  assert.equal(await omar.locator(".row").count(), 3);

  // The pointer leaves: all takes its place.
  await omar.mouse.move(900, 500);
  await row(omar, "Delta").waitFor();
  await omar.getByText("Moved on: Mei Lin").waitFor({ state: "detached" });
  assert.match((await rows(omar).allTextContents()).join(), /Delta.*Charlie.*Bravo/);

  // The pill shows it at once, though the pointer is there.
  await row(omar, "Bravo").hover();
  await call("Echo");
  await omar.getByRole("button", { name: "1 new" }).click();
  await row(omar, "Echo").waitFor();
  await row(omar, "Bravo").hover();
  await call("Foxtrot");
  await omar.getByRole("button", { name: "1 new" }).waitFor();
  await omar.keyboard.press("r");
  await row(omar, "Foxtrot").waitFor();
});

journey("the list is searched, filtered, grouped by the keyboard, and a link shows the same", async () => {
  const [omar] = await windows("omar");
  await emptied("omar", omar);
  for (const subject of ["The boiler", "A lamp", "The lift"]) await call(subject);
  await demo.command("dana", { type: "dispatch", tracker: "incident", data: { system: "Mail", severity: 1 } });
  await row(omar, "Mail").waitFor();
  await omar.keyboard.press("/");
  await omar.keyboard.type("lift the");
  await omar.getByText("1 of 4").waitFor();
  assert.match((await rows(omar).allTextContents()).join(), /^Service call: The lift[^,]*$/);
  await omar.keyboard.type(" nowhere");
  await omar.getByText("Nothing matches.").waitFor();
  await omar.getByRole("button", { name: "Clear the filters" }).click();
  await row(omar, "A lamp").waitFor();

  await omar.keyboard.press("v");
  await omar.getByLabel("Group by").selectOption("Workflow");
  await omar.getByLabel("Sort by").selectOption("Title");
  await omar.getByLabel("Held by").selectOption("Nobody");
  await assertAccessibleInBoth(omar, "the list's options");
  await omar.keyboard.press("Escape");
  const titles = await rows(omar).allTextContents();
  assert.equal(titles.length, 4);
  assert.match(titles.join(), /Mail.*A lamp.*The boiler.*The lift/);
  await omar.getByRole("heading", { name: "Service call 3" }).waitFor();
  const address = omar.url();
  assert.match(address, /group=workflow/);
  await omar.reload();
  await omar.getByRole("heading", { name: "Service call 3" }).waitFor();
  await omar.getByRole("button", { name: "Remove the filter Held by nobody" }).click();
  assert.doesNotMatch(omar.url(), /holder/);
  await assertAccessibleInBoth(omar, "the list in groups");
});

journey("the keyboard goes through what is shown, and on from what has left", async () => {
  const [omar] = await windows("omar");
  await emptied("omar", omar);
  const ids = [];
  for (let number = 1; number <= 30; number += 1) {
    const { entries } = await demo.command(number % 2 ? "dana" : "ruth", { type: "dispatch", tracker: "service-request", data: { subject: `Call ${String(number).padStart(2, "0")}` } });
    ids.push(entries[0]);
  }
  await row(omar, "Call 30").waitFor();
  const opened = (title) => omar.locator(".row.current .title", { hasText: title }).waitFor();
  await omar.keyboard.press("j");
  await opened("Call 30");
  await omar.keyboard.press("j");
  await opened("Call 29");
  await row(omar, "Call 29").focus();
  await omar.keyboard.press("End");
  await opened("Call 01");
  assert.equal(await omar.evaluate(() => document.activeElement?.textContent?.includes("Call 01")), true);
  assert.equal(await omar.locator("li.row.current").getAttribute("aria-posinset"), "30");
  assert.equal(await omar.locator("li.row.current").getAttribute("aria-setsize"), "30");
  await omar.keyboard.press("Home");
  await opened("Call 30");
  await omar.keyboard.press("j");
  await opened("Call 29");
  await retire("omar", ids[28]);
  await row(omar, "Call 29").waitFor({ state: "detached" });
  await omar.keyboard.press("j");
  await opened("Call 28");
});

journey("several at once: picked by key and by pointer, one result each, the refused tried again", async () => {
  const [omar] = await windows("omar");
  await emptied("omar", omar);
  const ids = [];
  for (const subject of ["First", "Second", "Third", "Fourth"]) ids.push(await call(subject));
  await row(omar, "Fourth").waitFor();
  await demo.command("mei", { type: "lock", entry: ids[1] });
  await row(omar, "Second").locator(".mark.other").waitFor();
  await omar.keyboard.press("j");
  await omar.keyboard.press("x");
  await omar.keyboard.press("Shift+J");
  await omar.getByText("2 selected").waitFor();
  await row(omar, "First").click({ modifiers: ["Shift"] });
  await omar.getByText("4 selected").waitFor();
  await assertAccessibleInBoth(omar, "several selected");
  const selected = omar.getByRole("region", { name: "Selected entries" });
  await selected.getByRole("button", { name: "Claim" }).first().click();
  await omar.getByText("3 done, 1 refused").waitFor();
  const result = omar.getByRole("region", { name: "What became of it" });
  await result.getByText("Mei Lin").waitFor();
  await assertAccessibleInBoth(omar, "one result each");
  const focus = () => omar.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.className);
  assert.equal(await focus(), "What became of it", "the focus is not lost");
  await demo.command("mei", { type: "unlock", entry: ids[1] });
  await result.getByRole("button", { name: "Try the refused again" }).click();
  await omar.getByText("1 done").waitFor();
  assert.equal(await result.getByRole("listitem").count(), 0);
  await omar.getByRole("button", { name: "Close what became of it" }).click();
  assert.match(await focus(), /row/, "the focus is in the list");
  await omar.keyboard.press("*");
  await omar.keyboard.press("a");
  await omar.getByText("4 selected").waitFor();
  await row(omar, "First").click({ modifiers: ["Control"] });
  await omar.getByText("3 selected").waitFor();
  await omar.keyboard.press("Control+a");
  await omar.getByText("4 selected").waitFor();
  assert.equal(await omar.evaluate(() => String(getSelection())), "", "and no text of the page");
  await omar.keyboard.press("Escape");
  await omar.getByText("4 selected").waitFor({ state: "detached" });
});

journey("what is done is found by words, opened, and taken back into the inbox", async () => {
  const [omar] = await windows("omar");
  await emptied("omar", omar);
  const ids = [];
  for (const subject of ["The old boiler", "The new lamp", "The old lift"]) ids.push(await call(subject));
  for (const id of ids) await retire("omar", id);
  await omar.getByText("All done.").waitFor();
  await omar.getByRole("button", { name: "Done", exact: true }).click();
  await row(omar, "The old lift").waitFor();
  await omar.keyboard.press("/");
  await omar.keyboard.type("lamp dana");
  await row(omar, "The old lift").waitFor({ state: "detached" });
  await row(omar, "The new lamp").click();
  await omar.getByRole("heading", { name: /The new lamp/ }).waitFor();
  await assertAccessibleInBoth(omar, "what is done");
  await omar.keyboard.press("x");
  await omar.getByRole("button", { name: "Take back" }).click();
  await omar.getByText("Take back: 1 done").waitFor();
  await row(omar, "The new lamp").waitFor({ state: "detached" });
  await omar.getByRole("button", { name: /^Inbox/ }).click();
  await omar.getByLabel("Search the list").fill("");
  await row(omar, "The new lamp").waitFor();
});
