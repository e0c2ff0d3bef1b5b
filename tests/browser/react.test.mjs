/** The hooks for React, and the example application that is made of them. */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { assertAccessibleInBoth } from "./axe.mjs";
import { house } from "./browser.mjs";

const clients = fileURLToPath(new URL("../../clients/", import.meta.url));
const needs = createRequire(join(clients, "package.json"));
const { build, preview } = await import(pathToFileURL(needs.resolve("vite")).href.replace(/index\.cjs$/, "dist/node/index.js"));
const { build: bundle } = await import(pathToFileURL(needs.resolve("esbuild")).href);

const { demo, journey, blank } = house();
const root = join(clients, "examples/react-inbox");
let folder;
let served;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-example-"));
  await build({ root, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
});
after(async () => {
  await served?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The example, signed in, served as its README says. */
async function example(user, more) {
  const proxy = { "/v1": { target: demo.url, ws: true } };
  served ??= await preview({ root, logLevel: "error", build: { outDir: folder }, preview: { port: 0, host: "127.0.0.1", proxy } });
  const [url] = served.resolvedUrls.local;
  const page = await blank(user, more);
  await page.goto(`${url}#token=demo:${user}`);
  await page.getByRole("status").getByText("Live").waitFor();
  page.own = new URL(url).origin;
  return page;
}

const row = (page, title) => page.getByRole("navigation").getByRole("button", { name: title });
const path = (page, label) => page.getByRole("group", { name: "What to do" }).getByRole("button", { name: label });

journey("the example: list, entry, choosing, lock, chat, presence and a form, by two people", async () => {
  const [omar, mei] = [await example("omar"), await example("mei")];
  for (const subject of ["The boiler in the basement makes a knocking noise whenever somebody showers", "The door sticks"]) {
    await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  }
  for (const page of [omar, mei]) await row(page, "The door sticks").click();
  await omar.locator("main").getByText("Mei Lin looking at this").waitFor();
  await mei.locator("main").getByText("Omar Haddad looking at this").waitFor();

  // A claim by hand closes the paths to the other, who gets in line and then has it.
  await mei.getByRole("button", { name: "Claim" }).last().click();
  await mei.getByText("You hold this.").waitFor();
  await omar.getByText("Mei Lin holds this.").waitFor();
  assert.equal(await path(omar, "Claim").isDisabled(), true);
  await omar.getByRole("button", { name: "Get in line" }).click();
  await omar.getByText("You are number 1 in line.").waitFor();
  await mei.getByRole("button", { name: "Give it back" }).click();
  await omar.getByText("You hold this.").waitFor();

  await path(omar, "Claim").click();
  await row(mei, "The door sticks").getByText("Claimed").waitFor();
  await mei.getByLabel("Message").pressSequentially("On my way to help");
  await omar.getByText("Mei Lin writing…").waitFor();
  await mei.getByRole("button", { name: "Send" }).click();
  await omar.getByRole("log").getByText("On my way to help").waitFor();
  await row(omar, "The door sticks").getByText("1 message").waitFor();

  for (const scheme of ["light", "dark"]) {
    await omar.emulateMedia({ colorScheme: scheme });
    if (process.env.PICTURES) await omar.screenshot({ path: join(process.env.PICTURES, `react-${scheme}.png`) });
  }
  await assertAccessibleInBoth(omar, "the example");
  await omar.setViewportSize({ width: 390, height: 844 });
  if (process.env.PICTURES) await omar.screenshot({ path: join(process.env.PICTURES, "react-phone.png") });

  await path(omar, "Finish").click();
  const form = omar.getByRole("dialog");
  await form.getByLabel("minutes").fill("30");
  if (process.env.PICTURES) await omar.screenshot({ path: join(process.env.PICTURES, "react-form.png") });
  await assertAccessibleInBoth(omar, "the example's form");
  await form.getByRole("button", { name: "Cancel" }).click();
  await form.waitFor({ state: "detached" });
  await path(omar, "Finish").click();
  await form.getByLabel("minutes").fill("30");
  await form.getByRole("button", { name: "Finish" }).click();
  await omar.getByText("This entry has left your inbox.").waitFor();
  await row(mei, "The door sticks").waitFor({ state: "detached" });
  await row(mei, "The boiler").first().waitFor();
  // Its own address is no other host.
  for (const page of [omar, mei]) page.problems = page.problems.filter((problem) => problem !== `a request to ${page.own}`);
});

journey("a change of one entry of a thousand draws its row and nothing else", async () => {
  const made = await bundle({
    entryPoints: [fileURLToPath(new URL("rows.jsx", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    nodePaths: [join(clients, "node_modules")],
    conditions: ["lockstep-source"],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const page = await blank("rows");
  await page.route(`${demo.url}/rows`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><body></body>" }));
  await page.goto(`${demo.url}/rows`);
  await page.addScriptTag({ content: made.outputFiles[0].text });
  await page.getByText("Entry 999").waitFor();
  const draws = () => page.evaluate(() => globalThis.draws());
  const before = await draws();
  assert.equal(Object.keys(before.rows).length, 1000);

  const diff = (entry, version, name) => ({ type: "diff", n: version, entry, base: version - 1, version, set: { name }, unset: [], by: "bob", cause: "choose" });
  await page.evaluate((message) => globalThis.tell(message), diff("e500", 2, "Claimed"));
  await page.getByText("Entry 500 Claimed").waitFor();
  const once = await draws();
  assert.equal(once.list, before.list);
  const drawn = Object.keys(once.rows).filter((id) => once.rows[id] !== before.rows[id]);
  assert.deepEqual(drawn, ["e500"]);
  assert.equal(once.rows.e500, before.rows.e500 + 1);

  // One that leaves draws the list, and no other row.
  await page.evaluate(() => globalThis.tell({ type: "gone", n: 3, entry: "e7", reason: "retired" }));
  await page.getByText("Entry 7 ", { exact: true }).waitFor({ state: "detached" });
  const twice = await draws();
  assert.equal(twice.list, once.list + 1);
  assert.deepEqual(Object.keys(twice.rows).filter((id) => id !== "e7" && twice.rows[id] !== once.rows[id]), []);
});
