/** What became of an entry, and who was faster, in words. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, changeOf, lostRace } from "../src/entry/changes.js";

const paths = [{ label: "Finish", step: "done" }, { label: "Log", step: "claimed" }, { label: "Note", step: "claimed" }];
const base = {
  version: 1, step: "claimed", visit: 1, name: "Claimed", title: "T", paths, source: "omar",
  recipients: { count: 2, ids: ["mei", "omar"] }, data: { a: 1 },
};
const next = (more) => ({ ...base, version: 2, ...more });
const lock = (by, more = {}) => ({ by, since: "x", fence: 1, ...more });

test("who chose what, and where it came to", () => {
  const done = next({ step: "done", name: "Done", visit: 2, paths: [] });
  assert.deepEqual(changeOf(base, done, { by: "mei", cause: "choose" }), {
    by: "mei", cause: "choose", moved: { path: "Finish", from: "Claimed", to: "Done" }, parts: ["name", "paths"],
  });
  // Whoever activated the step is known even if only the whole entry came.
  assert.equal(changeOf(base, { ...done, source: "ivo" })?.by, "ivo");
  // Two paths lead there: which it was is not known.
  const again = changeOf(base, next({ visit: 2 }), { by: "mei" });
  assert.deepEqual(again?.moved, { path: undefined, from: "Claimed", to: "Claimed" });
});

const LOCKS = [
  [undefined, lock(["mei"]), "mei", { by: "mei", text: "took the lock" }],
  [undefined, lock(["mei"]), undefined, { by: "mei", text: "took the lock" }],
  [lock(["omar"]), lock(["mei"]), "omar", { by: "omar", text: "gave the lock to mei" }],
  [lock(["omar"]), lock(["mei"]), "system", { by: "system", text: "the lock went to mei" }],
  [lock(["omar"]), undefined, "omar", { by: "omar", text: "freed the lock" }],
  [lock(["omar"]), undefined, "system", { by: "", text: "the lock is free again" }],
  [lock(["omar"]), lock(["omar"], { asked: ["mei"] }), "mei", { by: "mei", text: "asked for the lock" }],
  [lock(["omar"]), lock(["omar"], { waiting: ["mei"] }), "mei", { by: "mei", text: "got in line for the lock" }],
  [lock(["omar"], { waiting: ["mei"] }), lock(["omar"]), "mei", { by: "mei", text: "left the line for the lock" }],
  [lock(["omar"], { until: "a" }), lock(["omar"], { until: "b" }), "omar", { by: "omar", text: "keeps the lock for longer" }],
];
for (const [old, now, by, said] of LOCKS) {
  test(`the lock: ${said.text}, told by ${by}`, () => {
    const { by: who, text, parts } = changeOf({ ...base, locked: old }, next({ locked: now }), { by });
    assert.deepEqual({ by: who, text, parts }, { ...said, parts: ["locked"] });
  });
}

test("what else changed, by its parts; nothing where nothing is to be seen", () => {
  const request = (data, taskState) => ({ data, taskState });
  const before = { ...base, dispatch: request({ x: 1, y: 1 }, "open") };
  const change = changeOf(before, { ...before, version: 2, data: { a: 2, b: 1 }, dispatch: request({ x: 1 }, "complete") }, { by: "mei" });
  assert.deepEqual(change?.parts, ["data.a", "data.b", "dispatch.y", "taskState"]);
  assert.equal(change?.text, "changed what it says");
  assert.equal(changeOf(base, next({ title: "U" }))?.text, "what it says was changed");
  assert.equal(changeOf(base, next({ recipients: { count: 3, ids: [] } }), { by: "mei" })?.text, "brought somebody in");
  assert.equal(changeOf(base, next({ chat: { count: 4 } })), null);
  assert.equal(changeOf(base, { ...base, title: "U" }), null, "the same version is no change");
  assert.equal(changeOf({ ...base, guest: true }, next({})), null);
});

test("who was faster", () => {
  const view = { me: "omar", now: Date.parse("2026-01-01T00:00:05Z"), name: (id) => (id === "mei" ? "Mei Lin" : id) };
  const stale = (by, step = "done") => ({ code: "stale", details: { by, at: "2026-01-01T00:00:03Z", step } });
  const said = (error) => lostRace(error, base, "Log", view);
  assert.equal(said(stale("mei")), "Mei Lin was faster: “Finish”, 2 seconds ago. Here is how it stands now.");
  assert.equal(said(stale("mei", "claimed")), "Mei Lin was faster: it moved on, 2 seconds ago. Here is how it stands now.");
  assert.equal(said(stale("omar")), "You had moved it on already: “Finish”, 2 seconds ago. Here is how it stands now.");
  assert.equal(said(stale("system")), "The server moved it on before you: “Log” was not done. Here is how it stands now.");
  assert.equal(said({ code: "stale" }), "Somebody was faster: it moved on. Here is how it stands now.");
  assert.equal(said({ code: "locked", details: { by: ["mei"] } }), "Mei Lin took the lock before you: “Log” was not done. Here is how it stands now.");
  assert.equal(said({ code: "invalid" }), null);
  assert.equal(said(new Error("x")), null);
});

test("how long ago", () => {
  const said = [0, 1400, 2000, 59_000, 61_000, 180_000, 3_600_000, 7_300_000, 3 * 86_400_000].map(ago);
  assert.deepEqual(said, [
    "just now", "just now", "2 seconds ago", "59 seconds ago", "a minute ago", "3 minutes ago", "an hour ago", "2 hours ago", "3 days ago",
  ]);
});
