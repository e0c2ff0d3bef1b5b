import assert from "node:assert/strict";
import { test } from "node:test";
import { happening, told } from "../src/live/happenings.js";
import { said, sinceWhen } from "../src/shell/said.js";

const name = (user) => ({ omar: "Omar", mei: "Mei", ivo: "Ivo" })[user];
const moved = (entry, by = "omar") => ({ entry, title: `T${entry}`, by, to: "Claimed" });
const left = (entry) => ({ entry, title: `T${entry}` });

test("only what others move, and what leaves, is worth a word", () => {
  const diff = { type: "diff", entry: "e", by: "omar", set: { visit: 2 } };
  const entry = { title: "Pump", name: "Claimed" };
  assert.deepEqual(happening(diff, entry, "Pump", "mei"), { entry: "e", title: "Pump", by: "omar", to: "Claimed" });
  assert.equal(happening(diff, entry, "Pump", "omar"), null, "one's own");
  assert.equal(happening({ ...diff, set: { locked: {} } }, entry, "Pump", "mei"), null, "a lock");
  assert.deepEqual(happening({ type: "gone", entry: "e" }, undefined, "Pump", "mei"), { entry: "e", title: "Pump" });
  assert.equal(happening({ type: "gone", entry: "e" }, undefined, undefined, "mei"), null, "it was never here");
});

test("one is told by its title, many together", () => {
  assert.deepEqual(told([moved("1"), moved("1", "mei")], name), { text: "Mei moved “T1” to Claimed", entry: "1" });
  assert.deepEqual(told([moved("1"), left("1")], name), { text: "“T1” left your inbox", entry: "1" });
  const twelve = Array.from({ length: 12 }, (_, n) => moved(String(n)));
  assert.equal(told(twelve, name).text, "Omar moved 12 entries");
  assert.equal(told([...twelve, moved("x", "mei"), moved("y", "ivo")], name).text, "Omar, Mei and 1 more moved 14 entries");
  assert.equal(told([moved("1"), moved("2", "mei"), left("2")], name).text, "Omar and Mei moved 1 entry; 1 entry left your inbox");
});

test("what waits is said in words", () => {
  const store = { entries: new Map([["e", { title: "Pump" }]]), rooms: new Map([["r", { title: "War room" }]]) };
  const session = { client: { store }, aside: new Map() };
  const waiting = (type, more) => said(session, { type, entry: more.entry, room: more.room, command: { type, ...more } });
  assert.equal(waiting("choose", { entry: "e", path: "Claim" }), "Choose “Claim” in “Pump”");
  assert.equal(waiting("say", { room: "r", body: "Hello" }), "Write “Hello” in “War room”");
  assert.equal(waiting("start", { workflow: "expense" }), "Start “expense”");
  assert.equal(sinceWhen(1000, 2000), "just now");
  assert.equal(sinceWhen(0, 42_000), "for 42 s");
  assert.equal(sinceWhen(0, 300_000), "for 5 min");
});
