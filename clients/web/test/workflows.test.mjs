/** What an author of workflows is told, without a page: places in the text, and what differs. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { changesBetween } from "../src/admin/changes.js";
import { placesOf, rangeOf, stepAt } from "../src/admin/editor/places.js";
import { draftOf, drafted, keepDraft } from "../src/admin/drafts.js";

const TEXT = `{
  "start": {"paths": [{"label": "Go", "step": "e\\"nd"}]},
  "e\\"nd": {"name": "😀 End", "scope": "given grops [x]"}
}`;

test("steps are found in their text, also while it is unfinished", () => {
  const places = placesOf(TEXT);
  assert.deepEqual(places.map(({ key }) => key), ["start", 'e"nd']);
  const [start, end] = places;
  assert.equal(TEXT.slice(start.from, start.from + 7), '"start"');
  assert.equal(TEXT.slice(end.from, end.to), TEXT.split("\n")[2].trim());
  assert.equal(stepAt(places, TEXT.indexOf('"label"')), "start");
  assert.equal(stepAt(places, TEXT.indexOf("End")), 'e"nd');
  assert.equal(stepAt(places, 0), undefined);
  assert.deepEqual(placesOf('{"start": {"paths": [').map(({ key }) => key), ["start"]);
  for (const nothing of ["", "[1]", "7", "{"]) assert.deepEqual(placesOf(nothing), []);
});

const under = (finding) => {
  const { from, to } = rangeOf(TEXT, finding);
  return TEXT.slice(from, to);
};
for (const [what, finding, text] of [
  ["a text", { line: 2, column: 47 }, '"e\\"nd"'],
  ["a name", { line: 2, column: 3 }, '"start"'],
  ["a character after one that takes two", { line: 3, column: 30 }, '"scope"'],
  ["within a query", { line: 3, column: 46 }, "grops"],
  ["an object", { line: 2, column: 12 }, "{"],
  ["nowhere", {}, "{"],
  ["behind the end", { line: 9, column: 9 }, "}"],
]) {
  test(`a finding's place: ${what}`, () => assert.equal(under(finding), text));
}

test("what differs is told step by step, in whatever form it is written", () => {
  const before = {
    start: { step: { name: "New", scope: "$all", paths: [{ label: "Go", step: "end" }, { label: "Stop", step: "end" }] }, actions: [{ action: "lock" }] },
    end: { step: { status: "retired" } },
    old: {},
  };
  const after = {
    start: { step: { name: "Fresh", scope: "$source", description: "d", paths: [{ label: "Go", step: "start" }, { label: "On", step: "end" }] }, behaviors: [], actions: [{ action: "unlock" }] },
    end: { status: "retired" },
    added: { name: "More" },
  };
  assert.deepEqual(
    changesBetween(before, after).map(({ kind, step, text }) => `${kind} ${step}: ${text}`),
    [
      "changed start: Name: “New” → “Fresh”",
      "changed start: For everybody so far → for who chose",
      "changed start: Description: none → “d”",
      "changed start: The path “Go” leads to start, not end",
      "added start: The path “On” to end",
      "removed start: The path “Stop”",
      "added start: Free the lock",
      "removed start: Lock, held by who chose",
      "changed start: Behaviors",
      "changed end: How it is written",
      "removed old: The step “old”",
      "added added: The step “More”",
    ],
  );
  assert.deepEqual(changesBetween(before, structuredClone(before)), []);
});

test("drafts are kept for each user, and a broken or refused store keeps nothing", () => {
  const kept = new Map();
  const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  globalThis.localStorage = new Proxy(store, { ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) });
  assert.equal(keepDraft("sam", "call", { text: "{", base: 3 }), true);
  keepDraft("sam", "an other", { text: "", base: 0 });
  keepDraft("samuel", "call", { text: "x", base: 1 });
  assert.deepEqual([draftOf("sam", "call")?.text, draftOf("sam", "call")?.base], ["{", 3]);
  assert.deepEqual(drafted("sam"), ["an other", "call"]);
  keepDraft("sam", "call", null);
  assert.equal(draftOf("sam", "call"), null);
  kept.set("lockstep.draft sam call", "no JSON");
  assert.equal(draftOf("sam", "call"), null);
  store.setItem = () => {
    throw new Error("full");
  };
  assert.equal(keepDraft("sam", "call", { text: "{", base: 3 }), false);
});
