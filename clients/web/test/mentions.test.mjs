/** Proposing whom to mention, without a page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { begun, candidates, completed } from "../src/talk/mentions.js";

test("a mention begins with an @ that begins a word, right before the caret", () => {
  assert.equal(begun("@", 1), "");
  assert.equal(begun("hello @da and more", 9), "da");
  assert.equal(begun("(@da", 4), "da");
  assert.equal(begun("hello @dana ", 12), null);
  assert.equal(begun("ann@example", 11), null);
  assert.equal(begun("nothing", 7), null);
});

test("those are proposed whose id or name begins so, but not oneself", () => {
  const people = [
    { id: "u1", name: "Dana Reyes" },
    { id: "rey", name: "Bo" },
    { id: "u3", name: "Ann Re" },
    { id: "me", name: "Re Me" },
  ];
  assert.deepEqual(candidates(people, "RE", "me").map(({ id }) => id), ["u3", "rey", "u1"]);
  assert.equal(candidates(Array.from({ length: 9 }, (_, i) => ({ id: `x${i}`, name: "X" })), "").length, 5);
});

test("what is chosen takes the place of what was typed", () => {
  assert.deepEqual(completed("ask @da now", 7, "dana"), { text: "ask @dana now", caret: 10 });
  assert.deepEqual(completed("@", 1, "dana"), { text: "@dana ", caret: 6 });
});
