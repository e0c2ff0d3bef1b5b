/** What axe finds wrong with a page, for people who do not see it or have no pointer. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = createRequire(new URL("../../clients/package.json", import.meta.url)).resolve("axe-core/axe.min.js");
const source = readFile(axe, "utf8");

/**
 * Fails with each violation and where it is. Colours are judged as the window shows them: call it in light and
 * in dark. The page's Content-Security-Policy stays: the browser itself runs the script, not the page.
 */
export async function assertAccessible(page, what = "the page") {
  await page.evaluate(await source);
  const violations = await page.evaluate(async () => {
    const found = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    // A picture's words are cut short and stand in several places; its parts' names say all of it.
    for (const one of found.violations) {
      if (one.id === "label-content-name-mismatch") one.nodes = one.nodes.filter(({ html }) => !html.startsWith("<g "));
    }
    return found.violations.filter(({ nodes }) => nodes.length).map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`) }));
  });
  assert.deepEqual(violations, [], `axe on ${what}`);
}

/** The same in both colour schemes. */
export async function assertAccessibleInBoth(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}
