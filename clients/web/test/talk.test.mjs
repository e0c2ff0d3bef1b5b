/** What a conversation shows of its messages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, long, parts, readBy } from "../src/talk/text.js";

const TEXTS = [
  ["plain", [{ text: "plain" }]],
  ["", []],
  ["see https://example.org/a?b=1.", [{ text: "see " }, { text: "https://example.org/a?b=1", href: "https://example.org/a?b=1" }, { text: "." }]],
  ["(http://a.example/x_(y))", [{ text: "(" }, { text: "http://a.example/x_(y)", href: "http://a.example/x_(y)" }, { text: ")" }]],
  ["javascript:alert(1) ftp://x.example", [{ text: "javascript:alert(1) ftp://x.example" }]],
  ["@mei.lin, come", [{ text: "@mei.lin", mention: "mei.lin" }, { text: ", come" }]],
  ["@mei. ok", [{ text: "@mei", mention: "mei" }, { text: ". ok" }]],
  ["ann@example.org", [{ text: "ann@example.org" }]],
  ["https://example.org/@mei @mei", [
    { text: "https://example.org/@mei", href: "https://example.org/@mei" }, { text: " " }, { text: "@mei", mention: "mei" },
  ]],
];
for (const [text, found] of TEXTS) test(`parts of ${JSON.stringify(text)}`, () => assert.deepEqual(parts(text), found));

test("a text is long by its letters or its lines", () => {
  assert.equal(long("x".repeat(1100)), false);
  assert.equal(long("x".repeat(1101)), true);
  assert.equal(long("\n".repeat(13)), false);
  assert.equal(long("\n".repeat(14)), true);
});

test("days as people call them", () => {
  const now = new Date(2026, 2, 4, 0, 30).getTime();
  const at = (...parts) => dayOf(new Date(...parts).toISOString(), now, "en-GB");
  assert.equal(at(2026, 2, 4, 0, 1), "Today");
  assert.equal(at(2026, 2, 3, 23, 59), "Yesterday");
  assert.match(at(2026, 2, 2, 12), /^Monday,? 2 March$/);
  assert.match(at(2025, 2, 3, 12), /2025$/);
});

test("each reader is at the last message that is read, but not at the reader's own, and oneself is nowhere", () => {
  const messages = [1, 2, 4].map((m) => ({ m, from: m === 4 ? "mei" : "omar" }));
  const reads = new Map([["mei", 4], ["ivo", 3], ["omar", 4], ["dana", 9], ["ruth", 0]]);
  assert.deepEqual(readBy(messages, reads, "omar"), new Map([[2, ["ivo"]], [4, ["dana"]]]));
  assert.deepEqual(readBy(messages, undefined, "omar"), new Map());
});
