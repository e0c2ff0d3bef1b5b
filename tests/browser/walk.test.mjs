/**
 * Every page and state, as `pages.mjs` has them, in light, dark and on a phone: accessible, without a violation of
 * the Content-Security-Policy, an error in the console, or anything that is wider than the screen.
 */

import assert from "node:assert/strict";
import { clashes } from "../../clients/web/src/shell/keys.js";
import { assertAccessible, assertAccessibleInBoth } from "./axe.mjs";
import { house } from "./browser.mjs";
import { pages } from "./pages.mjs";
import { morning } from "./scene.mjs";

const { demo, journey, blank } = house();
const PHONE = { width: 390, height: 844 };
/** The narrowest that has to do: 320 px, or 1280 px at four times the size. */
const NARROW = { width: 320, height: 640 };

let begun;
const scene = () => (begun ??= morning(demo));

for (const { name, user, show } of pages) {
  journey(`the page ${name} is for everybody, and clean`, async () => {
    const page = await blank(user ?? name, { reducedMotion: "reduce" });
    await show({ page, demo, made: await scene(), url: demo.url, user });
    await assertAccessibleInBoth(page, name);
    for (const size of [PHONE, NARROW]) {
      await page.setViewportSize(size);
      const wide = await page.evaluate(() =>
        document.documentElement.scrollWidth > innerWidth
          ? [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.outerHTML.slice(0, 120))
          : [],
      );
      assert.deepEqual(wide, [], `wider than ${size.width} px`);
    }
    await assertAccessible(page, `${name} at 320 px`);
  });
}

journey("no key does two things, wherever one is", async () => {
  const page = await blank("omar");
  await pages.find(({ name }) => name === "help").show({ page, demo, made: await scene(), url: demo.url, user: "omar" });
  const shown = await page.locator(".help dl > div").evaluateAll((rows) =>
    rows
      .filter((one) => one.closest("section").querySelector("h3").textContent !== "Conversation")
      .map((one) => ({
        title: one.querySelector("dt").textContent,
        keys: [...one.querySelectorAll(".caps")].map((caps) => [...caps.querySelectorAll("kbd")].map((cap) => cap.textContent).join(" ")),
      })),
  );
  assert.ok(shown.length > 8);
  assert.deepEqual(clashes(shown), []);
});
