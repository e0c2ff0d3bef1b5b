import assert from "node:assert/strict";
import { test } from "node:test";
import { caps, clashes, keyOf, meaning, rank } from "../src/shell/keys.js";

const command = (title, ...keys) => ({ title, section: "General", keys, run() {} });
const inbox = command("The inbox", "g i");
const users = command("Users", "g u");
const inner = command("Inner", "i");
const all = [command("Outer", "i"), inbox, users, inner, command("None")];

test("a key means the command that was offered last", () => {
  assert.deepEqual(meaning(all, "", "i"), { command: inner });
  assert.equal(meaning(all, "", "x"), null);
});

test("a first key waits for the next, and leads there or is forgotten", () => {
  assert.deepEqual(meaning(all, "", "g"), { waits: "g", next: [inbox, users] });
  assert.deepEqual(meaning(all, "g", "u"), { command: users });
  assert.deepEqual(meaning(all, "g", "g"), { waits: "g", next: [inbox, users] }, "it begins anew");
  assert.deepEqual(meaning([inner], "g", "i"), { command: inner }, "what follows stands for itself");
  assert.equal(meaning(all, "g", "x"), null);
});

test("keys are called alike whatever is held", () => {
  const event = { key: "k", ctrlKey: false, metaKey: false, shiftKey: false };
  assert.equal(keyOf({ ...event, metaKey: true }), "mod+k");
  assert.equal(keyOf({ ...event, key: "K", ctrlKey: true, shiftKey: true }), "mod+k");
  assert.equal(keyOf({ ...event, key: "K" }), "k", "Caps Lock");
  assert.equal(keyOf({ ...event, key: "K", shiftKey: true }), "K");
  assert.equal(keyOf({ ...event, key: "ArrowUp" }), "ArrowUp");
});

test("two commands by one key, and a key that others begin with, are told", () => {
  assert.deepEqual(clashes([inbox, users, inner]), []);
  assert.deepEqual(clashes(all), ["“i” is Outer; “i” is Inner"]);
  assert.deepEqual(clashes([users, command("Graph", "g")]), ["“g” is Graph; “g u” is Users"]);
});

test("caps are drawn as they are printed", () => {
  assert.deepEqual(caps("g i", false), ["g", "i"]);
  assert.deepEqual(caps("mod+k", false), ["Ctrl K"]);
  assert.deepEqual(caps("mod+k", true), ["⌘K"]);
  assert.deepEqual(caps("Shift+Enter", true), ["Shift ↵"]);
});

test("what belongs to what is open comes first, the page last", () => {
  const sections = ["General", "Graph", "Entry", "Go to", "Paths"];
  assert.deepEqual(sections.sort((a, b) => rank(a) - rank(b)), ["Paths", "Entry", "Graph", "Go to", "General"]);
});
