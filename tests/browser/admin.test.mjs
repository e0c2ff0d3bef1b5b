/** What administrators do: people and their groups, scripts and their incidents, what is stuck. */

import assert from "node:assert/strict";
import { administer, MENDED, trouble } from "./admin-pages.mjs";
import { house, row } from "./browser.mjs";

const { demo, journey, windows } = house();
const main = (page) => page.getByRole("main");
const heading = (page, name) => main(page).getByRole("heading", { level: 2, name });

journey("a user is made, put into a group, gets work, and is signed out everywhere", async () => {
  const [sam] = await windows("sam");
  await sam.keyboard.press("g");
  await sam.keyboard.press("u");
  await heading(sam, "Users").waitFor();
  await main(sam).getByRole("link", { name: "New user" }).click();
  await main(sam).getByLabel("Id").fill("omar");
  await main(sam).getByText("Somebody has this id already.").waitFor();
  await main(sam).getByLabel("Id").fill("nora");
  await main(sam).getByLabel("Name", { exact: true }).fill("Nora Berg");
  await main(sam).getByLabel("Groups").fill("on-call");
  await main(sam).getByLabel("Groups").press("Enter");
  await main(sam).getByRole("button", { name: "Add the user" }).click();
  await heading(sam, "Nora Berg").waitFor();

  const [nora] = await windows("nora");
  await demo.command("dana", { type: "dispatch", tracker: "incident", data: { system: "Door bell", severity: 3 } });
  await row(nora, "Minor incident: Door bell").waitFor();

  await sam.goto(`${demo.url}/#users=group%2Fon-call`);
  await main(sam).getByRole("link", { name: "Nora Berg" }).waitFor();
  await main(sam).getByRole("link", { name: "Incident", exact: true }).waitFor();
  await sam.goto(`${demo.url}/#sessions`);
  await main(sam).getByRole("button", { name: "End the sessions of Nora Berg" }).click();
  const dialog = sam.getByRole("dialog");
  await dialog.getByLabel(/Why/).fill("Left the company");
  await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
  await nora.getByRole("button", { name: /Omar Haddad/ }).waitFor();
  await sam.goto(`${demo.url}/#users=user%2Fnora`);
  await main(sam).getByText("Left the company").waitFor();
  await main(sam).getByRole("button", { name: "Accept it again" }).click();
  await main(sam).getByRole("button", { name: "Sign out everywhere" }).waitFor();
  await main(sam).getByRole("button", { name: "Take on-call out of groups" }).click();
  await main(sam).getByRole("button", { name: "Save" }).click();
  await sam.getByText("Saved.").waitFor();
  assert.equal((await administer(demo, "GET", "/v1/users/nora")).groups, undefined);
});

journey("a script is mended after its incident, and what failed is tried again", async () => {
  const entry = await trouble(demo, "Siren");
  const [sam] = await windows("sam");
  await sam.getByRole("button", { name: "Sam Fisher: menu" }).click();
  await sam.getByRole("button", { name: /^Incidents/ }).click();
  const incident = main(sam).getByRole("listitem").filter({ hasText: "Siren" });
  await incident.getByRole("link", { name: /Open the script/ }).click();

  await main(sam).getByText("1 run of this script was given up").waitFor();
  const failed = main(sam).getByRole("listitem").filter({ hasText: "Siren" });
  await failed.getByText("line 3").waitFor();
  await failed.getByText("looking for the shift of omar").waitFor();

  const source = main(sam).getByLabel("Lua", { exact: true });
  await source.fill(`${MENDED}if then\n`);
  await source.press("Control+s");
  await main(sam).getByRole("alert").filter({ hasText: "line 2" }).waitFor();
  assert.equal(await source.getAttribute("aria-invalid"), "true");
  await source.fill(MENDED);
  await main(sam).getByLabel("from").fill("mei");
  await main(sam).getByRole("button", { name: "Try it" }).click();
  await main(sam).getByText("dismissed by mei").waitFor();
  await main(sam).getByRole("button", { name: "Save" }).click();
  await sam.getByText("What runs from now on runs this.").waitFor();
  await main(sam).getByRole("button", { name: "Try 1 run again" }).click();
  await main(sam).getByRole("listitem").filter({ hasText: "dismissed by omar" }).getByText("done", { exact: true }).waitFor();
  assert.deepEqual((await administer(demo, "GET", `/v1/incidents?entry=${entry}`)).incidents, []);
});

journey("several incidents are dealt with at once", async () => {
  for (const system of ["Hatch A", "Hatch B", "Hatch C", "Hatch D"]) await trouble(demo, system);
  const [sam] = await windows("sam");
  await sam.goto(`${demo.url}/#incidents`);
  for (const system of ["Hatch A", "Hatch B"]) await main(sam).getByLabel(new RegExp(`^Choose .*${system}`)).check();
  await main(sam).getByRole("button", { name: "Dismiss 2" }).click();
  await main(sam).getByText("Hatch A").waitFor({ state: "detached" });
  await sam.getByText("2 dismissed.").waitFor();
  // By key: the row that comes in its place has the focus then.
  const gone = main(sam).getByRole("listitem").filter({ hasText: "Hatch D" });
  await gone.getByRole("button", { name: "Dismiss" }).focus();
  await sam.keyboard.press("Enter");
  await gone.waitFor({ state: "detached" });
  await sam.waitForFunction(() => document.activeElement.closest("li")?.textContent.includes("Hatch C"));
});

journey("what is stuck is found, and its lock freed", async () => {
  const data = { subject: "Chimney smokes", address: "Mill Lane 3" };
  const { entries: [entry] } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data });
  const { entry: { step, visit } } = await demo.command("omar", { type: "get", entry });
  await demo.command("omar", { type: "choose", entry, step, visit, path: "Claim" });
  const [sam] = await windows("sam");
  // Nobody waits an hour for this.
  await sam.evaluate(() => localStorage.setItem("lockstep.stuck", "1"));
  await sam.goto(`${demo.url}/#running`);
  const claimed = main(sam).getByRole("table", { name: "Service call" }).getByRole("row").filter({ hasText: "Claimed" });
  await claimed.getByText("1 stuck").waitFor();
  await claimed.getByText("1 locked").waitFor();
  await main(sam).getByRole("link", { name: "To look at" }).click();
  const stuck = main(sam).getByRole("row").filter({ hasText: "Chimney smokes" });
  await stuck.getByText(/there for/).waitFor();
  await stuck.getByRole("button", { name: /^Free the lock/ }).click();
  await sam.getByRole("dialog").getByLabel("Why").fill("The shift is over");
  await sam.getByRole("dialog").getByRole("button", { name: "Free the lock" }).click();
  await stuck.getByRole("button", { name: /^Free the lock/ }).waitFor({ state: "detached" });
  await stuck.getByRole("link", { name: /Chimney smokes/ }).click();
  await main(sam).getByText("The shift is over").first().waitFor();
});

journey("all of it goes by key, and Escape leads back", async () => {
  const [sam] = await windows("sam");
  await sam.keyboard.press("g");
  await sam.keyboard.press("r");
  await heading(sam, "Running").waitFor();
  await main(sam).getByRole("table").first().waitFor();
  await sam.keyboard.press("j");
  await sam.keyboard.press("j");
  const second = await sam.evaluate(() => document.activeElement.textContent);
  await sam.keyboard.press("Enter");
  await main(sam).getByText("The entries that stand here").waitFor();
  await heading(sam, second.trim()).waitFor();
  await sam.keyboard.press("Escape");
  await heading(sam, "Running").waitFor();

  await sam.keyboard.press("g");
  await sam.keyboard.press("u");
  await main(sam).getByRole("link", { name: "Mei Lin" }).waitFor();
  await sam.keyboard.press("/");
  await sam.keyboard.type("ruth");
  await main(sam).getByText("1 of").waitFor();
  await sam.keyboard.press("Enter");
  assert.equal(await sam.evaluate(() => document.activeElement.getAttribute("href")), "#users=user%2Fruth");
  await sam.keyboard.press("Enter");
  await heading(sam, "Ruth Adeyemi").waitFor();
  // In a field Escape is the field's; from the heading it leads back.
  await heading(sam, "Ruth Adeyemi").focus();
  await sam.keyboard.press("Escape");
  await heading(sam, "Users").waitFor();
  await sam.keyboard.press("g");
  await sam.keyboard.press("i");
  await sam.getByRole("navigation", { name: "Inbox" }).waitFor();
});

journey("an API key is shown once and counts until it is deleted; a query says who is meant", async () => {
  const [sam] = await windows("sam");
  await sam.goto(`${demo.url}/#users=keys`);
  await main(sam).getByRole("button", { name: "New API key" }).click();
  const dialog = sam.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Backup job");
  await dialog.getByLabel("Signs in").selectOption("sam");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const key = await dialog.getByLabel("The key").inputValue();
  const status = async () => (await fetch(`${demo.url}/v1/inbox`, { headers: { Authorization: `Bearer ${key}` } })).status;
  assert.equal(await status(), 200);
  await dialog.getByRole("button", { name: "I have it" }).click();
  await main(sam).getByRole("button", { name: "Delete the key Backup job" }).click();
  await sam.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await main(sam).getByRole("cell", { name: "Backup job", exact: true }).waitFor({ state: "detached" });
  assert.equal(await status(), 401);

  await main(sam).getByRole("link", { name: "Who is meant" }).click();
  await main(sam).getByLabel("User query").fill("given groups [office");
  await main(sam).getByRole("button", { name: "Who is that?" }).click();
  assert.match(await main(sam).getByRole("alert").innerText(), /given groups \[office\n {20}\^/);
  await main(sam).getByLabel("User query").fill("given groups [field-team], except users [ivo]");
  await main(sam).getByRole("button", { name: "Who is that?" }).click();
  await main(sam).getByText("2 users are meant").waitFor();
  await main(sam).getByRole("link", { name: "Mei Lin" }).waitFor();
});

journey("a tracker's schema is edited beside its form, and a dispatch is made from it", async () => {
  const [sam, dana] = await windows("sam", "dana");
  await sam.goto(`${demo.url}/#trackers=new`);
  await main(sam).getByLabel("Handle").fill("parking-permit");
  const schema = main(sam).getByLabel("JSON Schema", { exact: true });
  const good = JSON.stringify({ type: "object", properties: { plate: { type: "string", title: "Number plate", minLength: 4 } }, required: ["plate"] }, null, 2);
  await schema.fill(good.replace("],", "").replace('"required": [', '"required": ,'));
  await main(sam).getByRole("alert").filter({ hasText: "not JSON" }).waitFor();
  await schema.fill(good.replace('"string"', '"strin"'));
  await main(sam).getByRole("button", { name: "Add the tracker" }).click();
  await main(sam).getByRole("alert").filter({ hasText: "strin" }).waitFor();
  assert.equal(await schema.getAttribute("aria-invalid"), "true");
  await schema.fill(good);
  await main(sam).getByRole("button", { name: "Add the tracker" }).click();
  await heading(sam, "Parking permit").waitFor();
  await main(sam).getByLabel(/Number plate/).fill("X1");
  await main(sam).getByRole("button", { name: "Make a dispatch" }).click();
  await main(sam).getByText("This is too short.").waitFor();
  await main(sam).getByLabel(/Number plate/).fill("X 1234");
  await main(sam).getByRole("button", { name: "Make a dispatch" }).click();
  await sam.getByText("The dispatch was made.").waitFor();

  await dana.goto(`${demo.url}/#trackers`);
  await dana.getByText("This page is for administrators.").waitFor();
  await dana.keyboard.press("g");
  await dana.keyboard.press("u");
  await dana.getByRole("link", { name: "Back to the inbox" }).click();
  await dana.getByRole("navigation", { name: "Inbox" }).waitFor();
});

journey("what is not saved is not left without a question, and saved it is left", async () => {
  const [sam] = await windows("sam");
  await sam.goto(`${demo.url}/#users=user%2Fivo`);
  const name = main(sam).getByLabel("Name", { exact: true });
  await name.fill("Ivo N");
  const elsewhere = () => sam.getByRole("navigation", { name: "Administration" }).getByRole("link", { name: "Scripts" }).click();
  const asked = [];
  const answers = [false, true];
  sam.on("dialog", (dialog) => {
    asked.push(dialog.message());
    return answers.shift() ? dialog.accept() : dialog.dismiss();
  });
  await elsewhere();
  await sam.waitForURL(/#users=user%2Fivo$/);
  assert.equal(await name.inputValue(), "Ivo N");
  await main(sam).getByRole("button", { name: "Save" }).click();
  await sam.getByText("Saved.").waitFor();
  await elsewhere();
  await heading(sam, "Scripts").waitFor();
  assert.equal(asked.length, 1);

  await main(sam).getByRole("link", { name: "New script" }).click();
  await main(sam).getByLabel("Handle").fill("night");
  await sam.goBack();
  await heading(sam, "New script").waitFor({ state: "detached" });
  assert.deepEqual(asked, Array(2).fill("What you changed here is not saved. Leave without it?"));
});
