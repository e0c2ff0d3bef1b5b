/** What the list shows and in which order, without a page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrangement } from "../src/list/arrangement.js";
import { cleared, choicesFrom, DEFAULTS, fromAddress, narrowed, toAddress } from "../src/list/choices.js";
import { measured, spot, within } from "../src/list/geometry.js";
import { collapsed, neighbour, NOTHING, shown } from "../src/list/hold.js";
import { AT_ONCE, commonPaths, doAll, pickedAfter, summed } from "../src/list/several.js";

/** @param {string} id @param {Record<string, any>} [more] @returns {any} */
const entry = (id, more = {}) => ({
  id,
  title: `Title ${id}`,
  workflow: "call",
  step: "open",
  name: "Open",
  createdAt: `2026-01-0${((id.charCodeAt(0) - 97) % 8) + 1}T10:00:00.000Z`,
  updatedAt: "2026-01-10T10:00:00.000Z",
  chat: { count: 0 },
  seen: true,
  data: {},
  ...more,
});

/** @param {any[]} entries @param {Record<string, any>} [choices] */
function arranged(entries, choices = {}) {
  const known = new Map(entries.map((one) => [one.id, one]));
  const asks = {
    me: () => "omar",
    unread: (/** @type {any} */ one) => !one.seen,
    name: (/** @type {string} */ id) => id.toUpperCase(),
    now: () => Date.parse("2026-01-10T12:00:00"),
  };
  const arrangement = new Arrangement(asks, { ...DEFAULTS, ...choices });
  arrangement.fill(known.values());
  return { arrangement, known, order: () => arrangement.groups.flatMap(({ ids }) => ids).join("") };
}

test("entries are sorted as asked, and by id where they are alike", () => {
  const entries = [entry("b"), entry("a", { title: "title 10" }), entry("c", { title: "Title 9", seen: false })];
  for (const [sort, order] of [
    ["newest", "cba"],
    ["oldest", "abc"],
    ["changed", "abc"],
    ["unread", "cba"],
    ["title", "cab"],
  ]) {
    assert.equal(arranged(entries, { sort }).order(), order, sort);
  }
});

test("what changes finds its place without the rest being sorted, whatever comes", () => {
  let seed = 7;
  const random = (/** @type {number} */ below) => (seed = (seed * 48271) % 2147483647) % below;
  for (const sort of /** @type {const} */ (["newest", "oldest", "changed", "title", "unread"])) {
    const { arrangement, known, order } = arranged([], { sort, group: "step" });
    for (let round = 0; round < 400; round += 1) {
      const id = String.fromCharCode(97 + random(26));
      if (random(4) === 0) known.delete(id);
      else {
        const updatedAt = `2026-02-${10 + random(18)}T10:00:00.000Z`;
        known.set(id, entry(id, { updatedAt, title: `T${random(5)}`, name: `S${random(3)}`, seen: random(2) === 0 }));
      }
      arrangement.change([id], (one) => known.get(one));
    }
    const fresh = arranged([...known.values()], { sort, group: "step" });
    assert.equal(order(), fresh.order(), sort);
    assert.equal(arrangement.size, known.size);
  }
});

test("a filter leaves what fits it, and every word is looked for in all that is said", () => {
  const entries = [
    entry("a", { workflow: "expense", data: { requester: { name: "Dana Reyes" }, amount: 99.5 } }),
    entry("b", { name: "Claimed", step: "claimed", locked: { by: ["omar"] } }),
    entry("c", { locked: { by: ["mei"] }, seen: false, summary: "By the boiler" }),
    { id: "g", guest: true, title: "Only talk", chat: { count: 1, last: { at: "2026-01-01T10:00:00.000Z" } }, seen: true },
  ];
  for (const [choices, order] of /** @type {[any, string][]} */ ([
    [{ workflow: "expense" }, "a"],
    [{ step: "claimed" }, "b"],
    [{ label: "Open" }, "ca"],
    [{ holder: "me" }, "b"],
    [{ holder: "nobody" }, "ag"],
    [{ holder: "user:mei" }, "c"],
    [{ unread: true }, "c"],
    [{ text: "reyes  99.5" }, "a"],
    [{ text: "BOILER" }, "c"],
    [{ text: "only" }, "g"],
    [{ text: "reyes boiler" }, ""],
  ])) {
    const { order: found, arrangement } = arranged(entries, choices);
    assert.equal([...found()].sort().join(""), [...order].sort().join(""), JSON.stringify(choices));
    assert.equal(arrangement.count, order.length);
    assert.equal(arrangement.size, 4);
  }
});

test("a search follows a change of what it found", () => {
  const { arrangement, known, order } = arranged([entry("a", { summary: "boiler" })], { text: "boiler" });
  assert.equal(order(), "a");
  known.set("a", entry("a", { summary: "lamp" }));
  arrangement.change(["a"], (id) => known.get(id));
  assert.equal(order(), "");
});

test("what differs is found without being told, and what left is handed over", () => {
  const { arrangement, known, order } = arranged([entry("a"), entry("b"), entry("c")]);
  assert.deepEqual(arrangement.differing(known), []);
  known.delete("a");
  known.set("c", entry("c", { seen: false }));
  known.set("d", entry("d"));
  const left = new Map();
  arrangement.change(arrangement.differing(known), (id) => known.get(id), left);
  assert.equal(order(), "dcb");
  assert.equal(left.get("a").title, "Title a");
});

test("groups have titles and an order of their own", () => {
  const entries = [
    entry("a", { locked: { by: ["zoe"] } }),
    entry("b", { locked: { by: ["omar"] } }),
    entry("c"),
    entry("d", { createdAt: "2026-01-10T11:00:00", locked: { by: ["ann"] } }),
  ];
  const titles = (/** @type {any} */ group) => arranged(entries, { group }).arrangement.groups.map(({ title, ids }) => `${title}: ${ids.join("")}`);
  assert.deepEqual(titles("holder"), ["Held by you: b", "Held by ANN: d", "Held by ZOE: a", "Free: c"]);
  assert.equal(titles("age")[0], "Today: d");
  assert.deepEqual(titles("workflow"), ["Call: dcba"]);
});

const groups = (/** @type {string[]} */ ...some) => some.map((ids, index) => ({ key: String(index), title: `G${index}`, ids: [...ids] }));
const idsOf = (/** @type {any} */ { groups: all }) => all.map((/** @type {any} */ { ids }) => ids.join("")).join("|");

test("nothing moves while the list is held: what came waits, what left stays", () => {
  const first = shown(NOTHING, groups("abc"), true);
  assert.equal(idsOf(first), "abc", "an empty list takes what comes, held or not");
  const held = shown(first, groups("xcya"), true);
  assert.equal(idsOf(held), "abc");
  assert.equal(held.waiting, 2);
  assert.equal(held.moved, false);
  const left = collapsed(held, (id) => id === "b");
  assert.equal(idsOf(left), "ac");
  assert.equal(left.waiting, 2);
  const free = shown(left, groups("xcya"), false);
  assert.equal(idsOf(free), "xcya");
  assert.deepEqual([...free.fresh].sort(), ["x", "y"]);
  assert.equal(free.waiting, 0);
});

test("many that come at once are simply there", () => {
  const before = shown(NOTHING, groups("a"), false);
  assert.equal(shown(before, groups("abcdefghijklmnop"), false).fresh.size, 0);
});

test("the next one is the one that took the place of what left", () => {
  const none = () => false;
  assert.equal(neighbour(["a", "b", "c"], "a", 1, none), "b");
  assert.equal(neighbour(["a", "b", "c"], "c", 1, none), "c");
  assert.equal(neighbour(["a", "b", "c"], undefined, 1, none), "a");
  assert.equal(neighbour(["a", "b", "c"], undefined, -1, none), "a");
  assert.equal(neighbour(["a", "b", "c"], "a", 1, (id) => id === "b"), "c");
  assert.equal(neighbour(["a", "b"], "a", 1, (id) => id === "b"), "a");
  assert.equal(neighbour(["a", "c"], "b", 1, none, 1), "c");
  assert.equal(neighbour(["a", "c"], "b", -1, none, 1), "a");
  assert.equal(neighbour(["a"], "b", 1, none, 1), "a");
  assert.equal(neighbour([], "b", 1, none), undefined);
});

test("only the rows between two heights are found", () => {
  const geometry = measured(groups("abc", "de"), (id) => (id === "b" ? 20 : 10), 5);
  assert.equal(geometry.height, 45 + 25);
  assert.deepEqual(spot(geometry, "b"), [15, 35]);
  assert.deepEqual(spot(geometry, "d"), [50, 60]);
  assert.equal(spot(geometry, "z"), null);
  const rows = (/** @type {number} */ above, /** @type {number} */ below) =>
    within(geometry, above, below).map(({ section, from, to }) => section.ids.slice(from, to).join("")).join("|");
  assert.equal(rows(0, 70), "abc|de");
  assert.equal(rows(20, 30), "b");
  assert.equal(rows(36, 52), "c|d");
});

test("choices go into an address and back, and nonsense is left out", () => {
  const choices = choicesFrom({ sort: "title", label: "Claimed", unread: true, dense: true });
  assert.equal(String(toAddress(choices)), "sort=title&label=Claimed&unread=1");
  assert.deepEqual(fromAddress(toAddress(choices), { ...DEFAULTS, dense: true }), choices);
  assert.equal(fromAddress(new URLSearchParams("utm=x"), DEFAULTS), null);
  assert.deepEqual(choicesFrom({ sort: "sideways", text: 7, view: "nowhere" }), DEFAULTS);
  assert.equal(narrowed(choices), true);
  assert.equal(narrowed(cleared(choices)), false);
  assert.equal(cleared(choices).sort, "title");
});

test("a click picks one, with Shift all in between but no rooms", () => {
  const order = ["a", "b", "room:r", "c", "d"];
  const one = pickedAfter(new Set(), order, "a", undefined, false);
  assert.deepEqual([...one], ["a"]);
  assert.deepEqual([...pickedAfter(one, order, "c", "a", true)].sort(), ["a", "b", "c"]);
  assert.deepEqual([...pickedAfter(one, order, "a", "a", false)], []);
  assert.deepEqual([...pickedAfter(new Set(), order, "c", "gone", true)], ["c"]);
});

test("paths in common are those that all have, without a form", () => {
  const path = (/** @type {string} */ label, /** @type {string} */ behavior = "") => ({ label, step: "s", behavior: behavior && { behavior } });
  const of = (/** @type {any[]} */ ...paths) => entry("a", { paths });
  const labels = (/** @type {any[]} */ ...entries) => commonPaths(entries).map(({ label }) => label).join();
  assert.equal(labels(of(path("Claim"), path("Drop")), of(path("Drop"), path("Claim"))), "Claim,Drop");
  assert.equal(labels(of(path("Claim"), path("Finish", "form")), of(path("Finish", "form"))), "");
  assert.equal(labels(of(path("Claim")), { id: "g", guest: true }), "");
  assert.equal(labels(), "");
});

test("several are done a few at a time, and each has a result of its own", async () => {
  let under = 0;
  let most = 0;
  const several = Array.from({ length: 20 }, (_, number) => ({ id: `e${number}`, title: `T${number}` }));
  /** @type {number[]} */
  const told = [];
  const act = async (/** @type {string} */ id) => {
    most = Math.max(most, (under += 1));
    await new Promise((done) => setImmediate(done));
    under -= 1;
    if (id === "e3") throw new Error("Mei Lin holds it.");
  };
  const results = await doAll(several, act, (some) => told.push(some.length));
  assert.equal(most, AT_ONCE);
  assert.equal(results.length, 20);
  assert.deepEqual(told.at(-1), 20);
  assert.deepEqual(results.filter(({ error }) => error), [{ id: "e3", title: "T3", error: "Mei Lin holds it." }]);
  const run = { title: "Claim", total: 20, results, act, ended: true };
  assert.equal(summed(run), "Claim: 19 done, 1 refused");
  assert.equal(summed({ ...run, ended: false, results: results.slice(0, 4) }), "Claim: 4 of 20");
});
