/** The digest of an inbox: the cases that every implementation passes. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { crc32, digest } from "../src/index.js";

const vectors = JSON.parse(await readFile(new URL("../../../protocol/vectors/digests.json", import.meta.url), "utf8"));

for (const { name, versions, digest: expected } of vectors.cases) {
  test(`a digest: ${name}`, () => {
    const entries = Object.entries(versions).map(([id, version]) => ({ id, version }));
    assert.equal(digest(entries), expected);
    assert.equal(digest(entries.reverse()), expected);
  });
}

test("the check value of CRC-32", () => assert.equal(crc32("123456789"), 0xcbf43926));
