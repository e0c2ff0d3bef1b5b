/** One entry: its forms and drafts, who read what, who was faster, who asked for it, and all of it by keyboard. */

import assert from "node:assert/strict";
import { assertAccessibleInBoth } from "./axe.mjs";
import { house, path, row } from "./browser.mjs";
import { choose } from "./scene.mjs";

const { demo, journey, windows, blank } = house();

/** Put something in, as the administrator. */
async function put(address, body) {
  const answer = await fetch(`${demo.url}${address}`, {
    method: "PUT",
    headers: { Authorization: "Bearer demo:sam", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.text());
}

/** A service call that these look at. */
async function lookingAt(subject, ...pages) {
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject, address: "Old Mill" } });
  for (const page of pages) await row(page, subject).click();
  for (const page of pages) await page.getByRole("heading", { name: subject }).waitFor();
  return entries[0];
}

const REPORT = {
  type: "object",
  properties: {
    engineer: { type: "string", title: "Who was there", minLength: 2 },
    mail: { type: "string", format: "email", title: "Copy to" },
    severity: { title: "How bad", oneOf: [{ const: 1, title: "Critical" }, { const: 2, title: "Minor" }] },
    work: { type: "array", title: "Kinds of work", items: { enum: ["Plumbing", "Roof"] } },
    address: { type: "object", title: "Address", properties: { town: { type: "string" } }, required: ["town"] },
    lines: {
      type: "array", title: "Cost", minItems: 1,
      items: { type: "object", properties: { what: { type: "string" }, amount: { type: "number", minimum: 0, maximum: 500 } }, required: ["what"] },
    },
    done: { type: "boolean", title: "All is repaired" },
  },
  required: ["engineer", "severity", "address", "lines"],
};

async function reporting(site) {
  await put("/v1/trackers/site-report", { display: "Report", schema: REPORT });
  await put("/v1/workflows/site", {
    start: {
      name: "To report", template: "Report on {{ data.site }}", scope: "given groups [field-team]",
      paths: [{ label: "Report", step: "done", behavior: "f", icon: "clipboard" }, { label: "Not needed", step: "done" }],
      behaviors: [{ handle: "f", behavior: "form", fields: "site-report" }],
    },
    done: { name: "Reported", nameStyle: "success", scope: "$all", paths: [{ label: "Again", step: "start" }] },
  });
  return (await demo.command("dana", { type: "start", workflow: "site", data: { site } })).entries[0];
}

journey("a form says what is wrong in one place, and what was begun outlives a reload", async () => {
  const [omar] = await windows("omar");
  const entry = await reporting("Gate 4");
  await row(omar, "Report on Gate 4").click();
  await path(omar, "Report").click();
  const form = omar.getByRole("dialog");
  await form.getByLabel("Who was there").fill("O");
  await form.getByLabel("Copy to").fill("nobody");
  await form.getByLabel("How bad").selectOption("Critical");
  await form.getByLabel("Amount").fill("501");
  await form.getByText("This does not look like an e-mail address").waitFor();
  await form.getByLabel("Town").focus();
  await form.getByText("At most 500 is possible.").waitFor();
  await form.getByText("0 to 500").waitFor();
  await form.getByRole("button", { name: "Report" }).click();
  const summary = form.getByRole("alert");
  await summary.getByText("4 things are not right yet:").waitFor();
  await assertAccessibleInBoth(omar, "a form with errors");
  await summary.getByRole("link", { name: "Cost › 1 › What" }).click();
  await omar.keyboard.type("Pipe");
  assert.equal(await form.locator("[name='lines/0/what']").inputValue(), "Pipe");
  await form.getByRole("button", { name: "Add another" }).click();
  await form.locator("[name='lines/1/what']").fill("Seal");
  await form.getByRole("button", { name: "Add another" }).click();
  await form.getByRole("button", { name: "Remove Cost 3" }).click();
  await form.getByLabel("Plumbing").check();

  await omar.reload();
  await omar.getByText("You began to fill in “Report”").waitFor();
  await omar.getByRole("button", { name: "Go on with it" }).click();
  assert.equal(await form.locator("[name='lines/1/what']").inputValue(), "Seal");
  assert.equal(await form.getByLabel("Plumbing").isChecked(), true);
  await form.getByLabel("Who was there").fill("Omar");
  await form.getByLabel("Town").fill("Bree");
  await form.locator("[name='lines/0/amount']").fill("12.5");
  await form.getByRole("button", { name: "Report" }).click();
  await form.waitFor({ state: "detached" });
  await row(omar, "Report on Gate 4").getByText("Reported").waitFor();
  const { entry: now } = await demo.command("omar", { type: "get", entry });
  const { engineer, severity, work, address, lines } = now.data;
  assert.deepEqual([engineer, severity, work, address], ["Omar", 1, ["Plumbing"], { town: "Bree" }]);
  assert.deepEqual(lines, [{ what: "Pipe", amount: 12.5 }, { what: "Seal" }]);
  await path(omar, "Again").click();
  await path(omar, "Report").waitFor();
  assert.equal(await omar.getByText("You began to fill in").count(), 0, "what was sent is not offered again");
});

journey("a form whose entry moved on says so and keeps what was typed", async () => {
  const [omar] = await windows("omar");
  const entry = await reporting("Gate 5");
  await row(omar, "Report on Gate 5").click();
  await path(omar, "Report").click();
  const form = omar.getByRole("dialog");
  await form.getByLabel("Who was there").fill("Omar was");
  await choose(demo, "mei", entry, "Not needed");
  await form.getByText("Mei Lin moved this on to “Reported” while you wrote").waitFor();
  assert.equal(await form.getByRole("button", { name: "Report" }).isDisabled(), true);
  assert.equal(await form.getByLabel("Who was there").inputValue(), "Omar was");
  await choose(demo, "mei", entry, "Again");
  await form.getByText("may be sent from there").waitFor();
  await form.getByLabel("How bad").selectOption("Minor");
  await form.getByLabel("Town").fill("Bree");
  await form.locator("[name='lines/0/what']").fill("Pipe");
  await form.getByRole("button", { name: "Report" }).click();
  await row(omar, "Report on Gate 5").getByText("Reported").waitFor();
});

journey("each sees how far the others have read; what comes while one reads above waits below", async () => {
  const [omar, mei] = await windows("omar", "mei");
  const entry = await lookingAt("The roof leaks", omar);
  const say = (user, body) => demo.command(user, { type: "say", entry, body });
  for (let index = 0; index < 30; index++) await say("mei", `Window ${index} https://example.org/w?n=${index}.`);
  const list = omar.getByRole("list", { name: "What was said" });
  await list.getByText("Window 29").waitFor();
  const link = list.getByRole("link", { name: "https://example.org/w?n=29" });
  assert.deepEqual([await link.getAttribute("href"), await link.getAttribute("rel")], ["https://example.org/w?n=29", "noopener noreferrer"]);
  await list.getByText("Today").waitFor();

  await row(mei, "The roof leaks").click();
  const read = (page, text) => page.getByRole("listitem").filter({ hasText: text }).getByRole("img", { name: "Read by Omar Haddad" });
  await read(mei, "Window 29").waitFor();
  await list.evaluate((area) => (area.scrollTop = 0));
  for (const body of ["First", "Second", "Third"]) await say("mei", body);
  const pill = omar.getByRole("main").getByRole("button", { name: "3 new" });
  await pill.waitFor();
  assert.equal(await list.evaluate((area) => area.scrollTop), 0, "nothing moves for who reads above");
  await read(mei, "Window 29").waitFor();
  await assertAccessibleInBoth(omar, "a long conversation");
  await pill.click();
  await read(mei, "Third").waitFor();
  await mei.getByLabel("Message", { exact: true }).fill("far too long ".repeat(400));
  await mei.keyboard.press("Enter");
  const unsent = mei.getByRole("alert").filter({ hasText: "Not sent:" });
  await unsent.getByRole("button", { name: "Try again" }).click();
  await unsent.getByRole("button", { name: "Give up" }).click();
  await unsent.waitFor({ state: "detached" });

  await omar.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  await say("mei", "While you were away");
  await list.getByText("While you were away").waitFor();
  await list.getByText("New", { exact: true }).waitFor();
});

/** A window whose news can be held back, as a slow network does. */
async function slow(user) {
  const page = await blank(user);
  const held = [];
  let holding = false;
  let deliver = () => {};
  await page.routeWebSocket(/\/v1\/ws/, (socket) => {
    const server = socket.connectToServer();
    deliver = (message) => socket.send(message);
    server.onMessage((message) => (holding ? held.push(message) : socket.send(message)));
  });
  await page.goto(`${demo.url}/#token=demo:${user}`);
  await page.getByText("Live", { exact: true }).waitFor();
  const hold = () => void (holding = true);
  const release = () => {
    holding = false;
    for (const message of held.splice(0)) deliver(message);
  };
  return { page, hold, release };
}

journey("who loses a race is told in its place who was faster, and sees what changed", async () => {
  const [omar] = await windows("omar");
  const { page: mei, hold, release } = await slow("mei");
  await mei.emulateMedia({ reducedMotion: "reduce" });
  await lookingAt("The lift hums", omar, mei);
  hold();
  await path(omar, "Claim").click();
  await omar.getByText("Omar Haddad is on the way").first().waitFor();
  await path(mei, "Claim").click();
  await mei.getByText("“Claim” is being sent…").waitFor();
  release();
  const lost = mei.getByRole("alert").filter({ hasText: /Omar Haddad was faster: “Claim”, .+ago|just now/ });
  await lost.getByText("Here is how it stands now.").waitFor();
  await lost.getByText("Omar Haddad holds this; the paths open again when it is free.").waitFor();
  assert.equal(await mei.locator(".note.closed").count(), 1, "it is said in one place");
  assert.equal(await mei.locator(".toast").filter({ hasText: /Omar/ }).count(), 0);
  await mei.getByRole("status").filter({ hasText: "Omar Haddad chose “Claim” · New → Claimed" }).waitFor();
  await mei.getByText("At “Claimed” because Omar Haddad brought it here for everybody who has it; only Omar Haddad (online) can move it on.").waitFor();
  await assertAccessibleInBoth(mei, "a lost race");
  await lost.getByRole("button", { name: "Dismiss" }).click();
  await lost.waitFor({ state: "detached" });
});

journey("one asks for what another holds, and is given it; a guest and who is done see why nothing can be done", async () => {
  const [omar, mei, ruth] = await windows("omar", "mei", "ruth");
  // What is lit up stays as it is while axe looks in both schemes.
  for (const page of [omar, mei, ruth]) await page.emulateMedia({ reducedMotion: "reduce" });
  const entry = await lookingAt("The bell is mute", omar, mei);
  await omar.keyboard.press("l");
  await omar.getByText(/\d+:\d\d left/).waitFor();
  await mei.getByText("Omar Haddad holds this").waitFor();
  await mei.keyboard.press("a");
  await mei.getByText("You are number 1 in line").waitFor();
  await mei.getByText("You have asked for it").waitFor();
  await assertAccessibleInBoth(mei, "waiting in line");
  const give = omar.getByRole("button", { name: "Give it to Mei Lin" });
  await give.waitFor();
  await assertAccessibleInBoth(omar, "being asked");
  await give.click();
  await mei.getByRole("button", { name: "Release the lock" }).waitFor();
  await omar.getByText("Mei Lin holds this").waitFor();

  await demo.command("mei", { type: "say", entry, body: "@ruth do you know this bell?" });
  await row(ruth, "The bell is mute").click();
  await ruth.getByText("You joined this conversation and may answer in it").waitFor();
  await assertAccessibleInBoth(ruth, "a guest's view");
  await mei.keyboard.press("1");
  await path(mei, "Finish").waitFor();
  await choose(demo, "mei", entry, "Finish", { minutes: 5 });
  await omar.getByText("It ended for you at “Done”, where Mei Lin brought it").waitFor();
  await omar.getByRole("status").filter({ hasText: "Mei Lin chose “Finish” · Claimed → Done" }).waitFor();
  await omar.getByRole("tab", { name: "History" }).click();
  await omar.getByText("Mei Lin chose “Finish”").last().waitFor();
  await assertAccessibleInBoth(omar, "a history of what is done");
  await omar.getByRole("region", { name: "History" }).getByRole("button", { name: "Messages" }).click();
  const history = omar.getByRole("region", { name: "History" });
  await history.getByText("do you know this bell?").waitFor();
  assert.equal(await history.getByText("chose").count(), 0);
});

journey("a whole service call by the keyboard alone", async () => {
  const [omar] = await windows("omar");
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject: "The gate is stuck" } });
  await row(omar, "The gate is stuck").waitFor();
  const { keyboard } = omar;
  await keyboard.press("Control+k");
  await omar.getByRole("combobox", { name: "Find or do anything" }).waitFor();
  await keyboard.type("gate is stuck");
  await omar.getByRole("option", { name: /gate is stuck/ }).first().waitFor();
  await keyboard.press("Enter");
  await omar.getByRole("heading", { name: /gate is stuck/ }).waitFor();
  await path(omar, "Claim").focus();
  await keyboard.press("Enter");
  await path(omar, "Finish").waitFor();
  await omar.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Paths");
  await keyboard.press("c");
  await keyboard.type("It opens again");
  await keyboard.press("Enter");
  await omar.getByRole("region", { name: "Conversation" }).getByText("It opens again").waitFor();
  await keyboard.press("Escape");
  await keyboard.press("h");
  await omar.getByRole("region", { name: "History" }).getByText("chose “Claim”").waitFor();
  await omar.getByRole("tab", { name: "History" }).focus();
  await keyboard.press("ArrowLeft");
  await omar.getByRole("tab", { name: "Conversation", selected: true }).waitFor();
  assert.equal(await omar.evaluate(() => document.activeElement?.id), "tab-chat");
  await keyboard.press("End");
  await omar.getByRole("tab", { name: "Workflow", selected: true }).waitFor();
  await keyboard.press("5");
  await omar.getByRole("dialog").getByLabel("Minutes").waitFor();
  await omar.waitForFunction(() => document.activeElement?.getAttribute("name") === "minutes");
  await keyboard.type("20");
  await keyboard.press("Enter");
  await omar.getByText("It ended for you at “Done”, where you brought it").waitFor();
  await row(omar, "The gate is stuck").waitFor({ state: "detached" });
});

journey("beginning something by the keyboard alone: the first field, what is wrong, and back to where one was", async () => {
  const [omar] = await windows("omar");
  const { keyboard } = omar;
  const at = (text) => omar.waitForFunction((name) => document.activeElement?.id === name || document.activeElement?.textContent === name, text);
  await omar.getByRole("button", { name: "New", exact: true }).focus();
  await keyboard.press("Enter");
  await omar.getByRole("dialog").getByRole("button", { name: "Service request" }).focus();
  await keyboard.press("Enter");
  await at("field-subject");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await omar.getByRole("dialog").getByText("Please fill this in.").waitFor();
  await at("field-subject");
  await keyboard.type("The shutter is bent");
  await keyboard.press("Enter");
  await row(omar, "The shutter is bent").waitFor();
  await at("New");

  await row(omar, "The shutter is bent").click();
  await path(omar, "Claim").click();
  await path(omar, "Finish").click();
  await omar.getByLabel("Minutes").waitFor();
  await omar.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await at("Finish5");
  await path(omar, "Finish").click();
  await omar.getByLabel("Minutes").fill("5");
  await keyboard.press("Enter");
  await at("entry-title");
});
