/** A class belongs to one room: what another room calls the same would change how it looks. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const src = new URL("../src/", import.meta.url);

/** The classes with which a sheet's selectors begin, as they stand for a thing of its own. */
function owned(sheet) {
  const selectors = sheet.replace(/\/\*[^]*?\*\/|\([^()]*\)/g, "").replace(/@media[^{]*\{/g, "").replace(/\{[^{}]*\}/g, ",");
  return selectors.split(",").flatMap((selector) => /^[\s}]*\.([\w-]+)$/.exec(selector.trimEnd())?.[1] ?? []);
}

test("no two rooms style the same class", async () => {
  /** @type {Map<string, Set<string>>} */
  const rooms = new Map();
  for (const file of await readdir(src, { recursive: true })) {
    if (!file.endsWith(".css")) continue;
    for (const name of owned(await readFile(new URL(file, src), "utf8"))) {
      rooms.set(name, (rooms.get(name) ?? new Set()).add(file.split("/")[0]));
    }
  }
  assert.ok(rooms.size > 100, "the sheets were read");
  assert.deepEqual([...rooms].filter(([, where]) => where.size > 1).map(([name, where]) => `.${name}: ${[...where].join(", ")}`), []);
});
