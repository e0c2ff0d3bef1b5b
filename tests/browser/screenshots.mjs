/**
 * Pictures of every page in light, dark and on a phone: `npm run screenshots [FOLDER] [WORD…]` in clients.
 * With words, only pages with one of them in their names.
 */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Demo, startBrowser } from "./browser.mjs";
import { pages } from "./pages.mjs";
import { morning } from "./scene.mjs";

const SIZES = {
  light: { viewport: { width: 1200, height: 800 }, colorScheme: "light" },
  dark: { viewport: { width: 1200, height: 800 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

const [folder = "screenshots", ...words] = process.argv.slice(2);
const demo = new Demo();
const [browser] = await Promise.all([startBrowser(), demo.start()]);
try {
  const made = await morning(demo);
  await mkdir(folder, { recursive: true });
  for (const [size, how] of Object.entries(SIZES)) {
    for (const { name, user, show } of pages) {
      if (words.length && !words.some((word) => name.includes(word))) continue;
      const context = await browser.newContext({ ...how, reducedMotion: "reduce" });
      const page = await context.newPage();
      try {
        await show({ page, demo, made, url: demo.url, user });
        await page.screenshot({ path: join(folder, `${name}-${size}.png`) });
      } catch (error) {
        console.error(`${name}, ${size}: ${error}`);
        process.exitCode = 1;
        await page.screenshot({ path: join(folder, `${name}-${size}-failed.png`) });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await demo.remove();
}
