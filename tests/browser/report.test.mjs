/** The page of a load test, as a file without any server: it asks for nothing, and its plots can be read off. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startBrowser } from "./browser.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lockstep-"));
let browser;

before(async () => {
  execFileSync(join(root, ".venv/bin/python"), ["-m", "tests.load.made", folder], { cwd: root });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(name, options = {}) {
  const page = await (await browser.newContext(options)).newPage();
  page.problems = [];
  page.asked = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => page.problems.push(message.text()));
  page.on("dialog", (dialog) => (page.problems.push("a dialog"), dialog.dismiss()));
  page.on("request", (request) => page.asked.push(request.url()));
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  await page.goto(address);
  assert.deepEqual(page.asked, [address]);
  return page;
}

const shown = (page) => page.locator("figure").first().getByRole("listitem").first().textContent();
const lines = (page) => page.locator('.cursor[visibility="visible"]').count();

for (const name of ["short", "usual", "long", "failed", "empty", "compared"]) {
  test(`${name}: the page asks for nothing, has no fault, and fits on a phone`, async () => {
    const page = await open(name, { viewport: { width: 390, height: 800 } });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(width, 390);
    assert.deepEqual(page.problems, []);
  });
}

test("the slider shows each line's value in all plots, by keyboard alone", async () => {
  const page = await open("usual");
  assert.equal(await lines(page), 0);
  const slider = page.getByRole("slider", { name: "Look at a moment" });
  await slider.focus();
  await page.keyboard.press("End");
  assert.equal(await page.locator("#when").textContent(), "5:00");
  assert.equal(await slider.getAttribute("aria-valuetext"), "5:00");
  assert.match(await shown(page), /answered \d+\/s/);
  assert.equal(await lines(page), 10);
  assert.deepEqual(page.problems, []);
});

test("the pointer shows the values under it, and a dash where there are none", async () => {
  const page = await open("usual");
  const field = page.locator(".field").nth(2);
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 40);
  assert.equal(await page.locator("#when").textContent(), "4:30");
  const item = page.locator("figure").nth(2).getByRole("listitem").first();
  assert.match(await item.textContent(), /p50 [\d.]+\u202fms/);
  await page.mouse.move(box.x + box.width * 0.72, box.y + 40);
  assert.match(await item.textContent(), /p50 –/);
});

test("on paper it is dark on white, whatever the screen is, without what needs a pointer", async () => {
  const page = await open("usual", { colorScheme: "dark" });
  const looks = () =>
    page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
  assert.deepEqual(await looks(), ["rgb(15, 17, 23)", "rgb(232, 234, 240)"]);
  await page.emulateMedia({ media: "print" });
  assert.deepEqual(await looks(), ["rgb(255, 255, 255)", "rgb(27, 31, 39)"]);
  assert.equal(await page.locator(".moment").isVisible(), false);
});

test("without script the page is whole, but for the slider", async () => {
  const page = await open("usual", { javaScriptEnabled: false });
  assert.equal(await page.locator(".moment").isVisible(), false);
  assert.equal(await page.getByRole("img").count(), 10);
});
