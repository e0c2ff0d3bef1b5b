/** A workflow as a graph: people move through it before one's eyes, and authors write it. */

import assert from "node:assert/strict";
import { assertAccessibleInBoth } from "./axe.mjs";
import { house, path } from "./browser.mjs";

const { demo, journey, windows } = house();

const canvas = (page) => page.getByRole("group", { name: /^The (workflow|graph)/ });
const step = (page, name) => canvas(page).getByRole("button", { name: new RegExp(`^${name}, `) });

async function openGraph(page, entry) {
  await page.evaluate((id) => void (location.hash = `entry=${id}`), entry);
  await page.getByRole("tab", { name: "Workflow" }).click();
  await canvas(page).waitFor();
}

journey("a move of one is seen in the graph of the other, and who it was", async () => {
  const [omar, mei] = await windows("omar", "mei");
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject: "The gate stays open" } });
  for (const page of [omar, mei]) await openGraph(page, entries[0]);
  await step(mei, "New").and(mei.getByRole("button", { name: /here: You/ })).waitFor();
  const places = () => mei.locator(".pin").evaluateAll((pins) => pins.map(({ style }) => style.transform));
  const before = await places();

  // What can be chosen is a button of the graph, too.
  await canvas(omar).getByRole("button", { name: "Claim: to Claimed" }).click();
  await step(mei, "Claimed").and(mei.getByRole("button", { name: /here: .*You.*taken once/ })).waitFor();
  assert.equal((await places()).length, before.length);
  assert.ok((await places()).every((place, at) => place !== before[at]), "all moved");
  assert.equal(await mei.locator(".edge.taken").count(), 1);
  assert.equal(await canvas(mei).getByRole("button", { name: /: to / }).count(), 0, "the lock is his");
  assert.equal(await canvas(omar).getByRole("button", { name: /: to / }).count(), 5);
  await step(mei, "Claimed").hover();
  await mei.getByRole("region", { name: "Step: Claimed" }).getByText("Omar Haddad chose “Claim”").waitFor();

  await omar.getByRole("button", { name: "Release", exact: true }).click();
  await step(mei, "Open again").and(mei.getByRole("button", { name: /here:/ })).waitFor();
  assert.deepEqual(await mei.locator(".step.end .face").evaluateAll((faces) => faces.map(({ dataset }) => dataset.step)), ["done"]);
  // What was lit up by the change has colours of its own meanwhile.
  await mei.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  await assertAccessibleInBoth(mei, "an entry's graph");

  await mei.getByRole("button", { name: "As a list" }).click();
  const list = mei.getByRole("list", { name: "Steps and paths" });
  await list.getByText("Claim → Claimed (taken)").first().waitFor();
  await list.getByText("3. Omar Haddad chose “Release”").waitFor();
  await assertAccessibleInBoth(mei, "the graph as a list");
});

journey("the graph is walked through, made larger and shown whole by keys", async () => {
  const [omar] = await windows("omar");
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject: "The bell is silent" } });
  await openGraph(omar, entries[0]);
  const focused = () => omar.evaluate(() => document.activeElement.getAttribute("data-step"));
  const scale = () => omar.locator(".graph-world").evaluate(({ style }) => Number(/scale\((.*?)\)/.exec(style.transform)[1]));
  await step(omar, "New").focus();
  const walk = async (key, to) => {
    await omar.keyboard.press(key);
    assert.equal(await focused(), to, key);
  };
  await walk("ArrowDown", "claimed");
  await omar.keyboard.press("ArrowDown");
  const below = await focused();
  assert.ok(["done", "released"].includes(below));
  await walk("ArrowUp", "claimed");
  await walk("Home", "start");
  await walk("ArrowUp", "start");
  assert.equal(await omar.locator(".step .face[tabindex='0']").count(), 1, "one step is in the tab order");

  const whole = await scale();
  await omar.keyboard.press("+");
  await omar.waitForFunction((before) => Number(/scale\((.*?)\)/.exec(document.querySelector(".graph-world").style.transform)[1]) > before, whole);
  await omar.keyboard.press("0");
  await omar.waitForFunction((before) => Number(/scale\((.*?)\)/.exec(document.querySelector(".graph-world").style.transform)[1]) === before, whole);

  // Printed, it is whole, wherever one looked.
  await omar.evaluate(() => void dispatchEvent(new Event("beforeprint")));
  await omar.locator(".graph-canvas[viewBox]").waitFor();
  assert.equal(await scale(), 1);
  await omar.evaluate(() => void dispatchEvent(new Event("afterprint")));
  await omar.locator(".graph-canvas:not([viewBox])").waitFor();

  await omar.keyboard.press("Tab");
  assert.equal(await omar.evaluate(() => document.activeElement.getAttribute("aria-label")), "Claim: to Claimed");
  await omar.keyboard.press("Enter");
  await step(omar, "Claimed").and(omar.getByRole("button", { name: /here: / })).waitFor();
});

const put = (name, definition) =>
  fetch(`${demo.url}/v1/workflows/${name}`, {
    method: "PUT",
    headers: { Authorization: "Bearer demo:sam", "Content-Type": "application/json" },
    body: JSON.stringify(definition),
  });

journey("an author writes a workflow, mends what is found, publishes, and loses nothing to another author", async () => {
  const [sam] = await windows("sam");
  await sam.evaluate(() => void (location.hash = "workflows=nope"));
  await sam.getByText("There is no workflow with this name.").waitFor();
  await sam.evaluate(() => void (location.hash = "workflows"));
  await sam.getByRole("button", { name: "New workflow" }).click();
  await sam.getByRole("dialog").getByLabel("Name").fill("leave");
  await sam.getByRole("dialog").getByRole("button", { name: "Begin", exact: true }).click();
  const editor = sam.getByRole("textbox", { name: "Definition of leave as JSON" });
  const write = async (text) => {
    await editor.focus();
    await sam.keyboard.press("Control+a");
    await sam.keyboard.insertText(text);
  };
  await step(sam, "New").waitFor();

  // While it is no JSON, the graph stays as it was.
  await write('{"start": {"name": "Asked", "scope": "$all", "paths": [{"label": "Grant", "step": "grantd"}]}');
  await sam.getByText("the last text that could be read").waitFor();
  await step(sam, "New").waitFor();
  const wrong = {
    start: { name: "Asked", scope: "$sink", paths: [{ label: "Grant", step: "grantd" }] },
    granted: { name: "Granted", scope: "$all", status: "retired" },
  };
  await write(JSON.stringify(wrong, null, 2));
  await step(sam, "Asked").waitFor();
  await step(sam, "grantd").and(sam.getByRole("button", { name: /no such step/ })).waitFor();
  const finding = sam.getByRole("list", { name: "Findings" }).getByRole("button", { name: /missing_step/ });
  await finding.waitFor();
  await assertAccessibleInBoth(sam, "the editor with findings");
  assert.equal(await sam.getByRole("button", { name: "Publish" }).isDisabled(), true);

  // The graph and the text select one another; a finding leads to its place.
  await step(sam, "Granted").click();
  await sam.waitForFunction(() => document.querySelector(".code-pane").shadowRoot.querySelector(".cm-activeLine")?.textContent.includes('"granted"'));
  await finding.click();
  await sam.waitForFunction(() => document.querySelector(".code-pane").shadowRoot.querySelector(".cm-activeLine")?.textContent.includes("grantd"));
  await sam.locator(".step.selected [data-step=start]").waitFor();
  await sam.keyboard.insertText('"granted"');
  await sam.getByText("No findings.").waitFor();

  // What was written outlives the page.
  await sam.reload();
  await sam.getByText("the draft is kept").waitFor();
  await editor.getByText('"granted"').first().waitFor();
  await editor.focus();
  await sam.keyboard.press("Control+s");
  await sam.getByText("Version 1", { exact: true }).waitFor();

  // Another author is faster with the second version.
  const mended = { ...wrong, start: { ...wrong.start, paths: [{ label: "Grant", step: "granted", icon: "check" }] } };
  assert.equal((await put("leave", { ...mended, granted: { ...wrong.granted, nameStyle: "success" } })).status, 201);
  await write(JSON.stringify({ ...mended, granted: { ...wrong.granted, name: "Given" } }, null, 2));
  await step(sam, "Given").waitFor();
  await sam.keyboard.press("Control+s");
  const conflict = sam.getByRole("alert", { name: "Published meanwhile" });
  await conflict.getByText("You published version 2 meanwhile.").waitFor();
  await conflict.getByRole("button", { name: "What they changed" }).click();
  await conflict.getByText("Colour: none → success").waitFor();
  await assertAccessibleInBoth(sam, "a conflict");
  await step(sam, "Given").waitFor();
  await conflict.getByRole("button", { name: "Go on with mine" }).click();
  await sam.getByRole("button", { name: "What I changed" }).click();
  await sam.getByText("Colour: success → none").waitFor();
  await sam.getByRole("button", { name: "Publish as version 3" }).click();
  await sam.getByText("Version 3", { exact: true }).waitFor();

  // An old version comes back as a draft, and the workflow is tried.
  await sam.getByRole("link", { name: "Versions" }).click();
  await sam.getByRole("list", { name: "Versions" }).getByRole("button", { name: /Version 2/ }).click();
  await sam.getByRole("region", { name: "Version 2", exact: true }).getByText("The path “Grant”: icon or behavior").waitFor();
  await assertAccessibleInBoth(sam, "the versions");
  await sam.getByRole("button", { name: "Take it back as a draft" }).click();
  await step(sam, "Granted").waitFor();
  await sam.getByRole("button", { name: "Publish as version 4" }).waitFor();
  await sam.getByRole("button", { name: "Discard" }).click();
  await step(sam, "Given").waitFor();
  await sam.getByRole("button", { name: "Try it" }).click();
  await path(sam, "Grant").waitFor();
});
