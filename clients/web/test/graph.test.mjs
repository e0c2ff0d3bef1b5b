/** A workflow as a graph, without a page: what is read of a definition, and where all of it stands. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { layout } from "../src/graph/layout.js";
import { guess, wrap } from "../src/graph/measuring.js";
import { hopsOf, liveOf, wayKey } from "../src/graph/live.js";
import { edgeId, modelOf, reachable } from "../src/graph/model.js";
import { begun, fitted, zoomed } from "../src/graph/view.js";
import { walk } from "../src/graph/walking.js";
import { actionWords, scopeWords } from "../src/graph/wording.js";

const folder = new URL("../../../server/lockstep_server/demo/", import.meta.url);
const demo = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const DEMOS = readdirSync(folder).filter((name) => name.endsWith(".json") && demo(name).start);

const step = (...targets) => ({ scope: "$all", paths: targets.map((target, at) => ({ label: `Way ${at}`, step: target })) });
/** A line of so many steps, with jumps ahead, ways back, and loops. */
const long = (count) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => {
      const to = [at + 1, at % 3 === 0 && at + 5, at % 7 === 0 && at - 4, at % 11 === 0 && at];
      const targets = to.filter((each) => each !== false && each >= 0 && each < count);
      return [at ? `s${at}` : "start", step(...targets.map((each) => (each ? `s${each}` : "start")))];
    }),
  );

const GRAPHS = {
  ...Object.fromEntries(DEMOS.map((name) => [name, demo(name)])),
  "200 steps": long(200),
  "a circle": { start: step("a"), a: step("b"), b: step("start", "b") },
  "parts that nothing joins": { start: step("a"), a: step(), b: step("c"), c: step("b"), d: step() },
  "many between two": { start: step("a", "a", "a", "a"), a: step("start", "start", "start") },
  "one alone": { start: step() },
  "nothing yet": {},
};

const overlap = (a, b) => Math.abs(a.x - b.x) < (a.width + b.width) / 2 - 0.5 && Math.abs(a.y - b.y) < (a.height + b.height) / 2 - 0.5;

for (const [name, definition] of Object.entries(GRAPHS)) {
  test(`${name}: nothing covers anything else, and every line leads from its step to its target`, () => {
    const model = modelOf(definition);
    const plan = layout(model, guess);
    assert.deepEqual([...plan.boxes.keys()].sort(), [...model.steps.keys()].sort());
    assert.equal(plan.lines.length, model.edges.length);
    const boxes = [...plan.boxes.values()];
    const rows = plan.lines.flatMap((line) => line.rows.map((row) => ({ ...row, height: 22 })));
    for (const each of [...boxes, ...rows]) {
      assert.ok(each.x - each.width / 2 >= 0 && each.x + each.width / 2 <= plan.width, "inside");
      assert.ok(each.y - each.height / 2 >= 0 && each.y + each.height / 2 <= plan.height, "inside");
    }
    for (const [index, box] of boxes.entries()) {
      for (const other of [...boxes.slice(index + 1), ...rows]) assert.ok(!overlap(box, other), `${box.step.key} is covered`);
    }
    for (const [index, row] of rows.entries()) {
      for (const other of rows.slice(index + 1)) assert.ok(!overlap(row, other), `${row.text} is covered`);
    }
    for (const { edge, points, d } of plan.lines) {
      assert.ok(!/NaN|undefined/.test(d));
      for (const [key, point] of [[edge.source, points[0]], [edge.target, points.at(-1)]]) {
        const box = plan.boxes.get(key);
        assert.ok(Math.abs(point.x - box.x) <= box.width / 2 + 0.5, `${edge.id} at ${key}`);
        assert.ok(Math.abs(point.y - box.y) <= box.height / 2 + 0.5, `${edge.id} at ${key}`);
      }
    }
  });
}

test("the first step is above all that it leads to; what leads back goes up", () => {
  const plan = layout(modelOf(demo("service-call.json")), guess);
  const y = (key) => plan.boxes.get(key).y;
  assert.ok(y("start") < y("claimed") && y("claimed") < y("done") && y("claimed") < y("released"));
  const heads = Object.fromEntries(plan.lines.map(({ edge, head }) => [`${edge.source} ${edge.target}`, head.turn]));
  assert.equal(heads["released claimed"], 0, "upwards");
  assert.equal(heads["claimed released"], 180, "downwards");
  assert.equal(heads["claimed claimed"], -90, "into its side");
});

test("all ways of writing a definition give the same picture", () => {
  const one = {
    start: {
      step: { name: "New", scope: "$all", paths: [{ label: "Go", step: "end", behavior: "b", icon: "check" }] },
      behaviors: [{ handle: "b", behavior: "form" }],
      actions: [{ action: "trigger", args: { step: "end" } }],
    },
    end: { step: { status: "retired" } },
  };
  const other = {
    end: { status: "retired" },
    start: {
      name: "New",
      scope: "$all",
      paths: { end: { label: "Go", behavior: "b", icon: "check" } },
      behaviors: { b: { behavior: "form" } },
      actions: { trigger: { args: "end" } },
    },
  };
  assert.deepEqual(modelOf(other), modelOf(one));
  const [path, trigger] = modelOf(one).edges;
  assert.deepEqual(path, { id: edgeId("start", "end", "path"), source: "start", target: "end", kind: "path", ways: [{ label: "Go", icon: "check", behavior: "form" }] });
  assert.equal(trigger.kind, "trigger");
  assert.deepEqual([...modelOf({ start: { step: [{ label: "Go", step: "end" }] } }).steps.keys()], ["start", "end"]);
});

test("what is not finished yet is drawn as far as it goes", () => {
  const model = modelOf({ start: { paths: [{ label: "Go", step: "nowhere" }, { step: "" }, null, 7], actions: "?" }, x: null, $schema: "s" });
  assert.deepEqual([...model.steps.keys()], ["start", "x", "nowhere"]);
  assert.equal(model.steps.get("nowhere").missing, true);
  for (const nothing of [null, undefined, 3, "text", []]) assert.equal(modelOf(nothing).steps.size, 0);
  const other = modelOf({ start: { actions: [{ action: "trigger", args: { rule: "pay", step: "now" } }] } });
  assert.deepEqual([other.steps.get(" pay").workflow, other.edges[0].ways[0].label], [true, "starts at now"]);
});

test("what can still be reached", () => {
  const model = modelOf(GRAPHS["parts that nothing joins"]);
  assert.deepEqual([...reachable(model, ["b"])].sort(), ["b", "c"]);
  assert.deepEqual([...reachable(model, ["start", "d"])].sort(), ["a", "d", "start"]);
});

for (const [scope, words] of [
  ["$sink", "the recipient"],
  [" $all ", "everybody so far"],
  ["all users", "all users"],
  ["given groups [field-team], given user-labels [standby-engineer]", "group field-team, label standby-engineer"],
  ["given groups [on-call] and given user-labels [lead], except users [ivo]", "group on-call and label lead, not ivo"],
  ['given users ["Ann, the first", bo@example.org, cy]', "Ann, the first, bo@example.org or cy"],
  ["given grops [x]", "given grops [x]"],
]) {
  test(`the scope ${scope}: ${words}`, () => assert.equal(scopeWords(scope), words));
}

test("actions in words", () => {
  assert.deepEqual(actionWords({ action: "lock", scope: "$all" }), { icon: "lock", text: "Lock, held by who chose" });
  assert.equal(actionWords({ action: "lock", scope: "$sink" })?.text, "Lock, held by the recipient");
  assert.equal(actionWords({ action: "notify", scope: "$all", args: "New:\n call" })?.text, "Notify everybody so far: New: call");
  assert.equal(actionWords({ action: "chat", args: { body: "Hello" }, scope: "$sink" })?.text, "Write to the recipient: Hello");
  assert.equal(actionWords({ action: "nonsense" }), null);
});

test("texts break between words, and say when there was more", () => {
  const width = (text) => text.length;
  assert.deepEqual(wrap("one two three four five", 9, 2, width), ["one two", "three…"]);
  assert.deepEqual(wrap("unbelievable", 5, 9, width), ["unbel", "ievab", "le"]);
  assert.deepEqual(wrap("", 5, 2, width), [""]);
});

test("arrow keys walk along the lines", () => {
  const plan = layout(modelOf(demo("service-call.json")), guess);
  assert.equal(walk(plan, "start", "ArrowDown"), "claimed");
  assert.equal(walk(plan, "claimed", "ArrowUp"), "start");
  assert.equal(walk(plan, "start", "ArrowUp"), null);
  const beside = plan.boxes.get("released").x < plan.boxes.get("done").x ? "ArrowRight" : "ArrowLeft";
  assert.equal(walk(plan, "released", beside), "done", "no line leads there, but it is the next one");
  for (const definition of Object.values(GRAPHS)) {
    const all = layout(modelOf(definition), guess);
    const [first] = all.boxes.keys();
    const found = new Set([first]);
    for (const key of found) for (const arrow of ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"]) if (first) found.add(walk(all, key, arrow) ?? first);
    const missed = [...all.boxes.keys()].filter((key) => !found.has(key));
    assert.deepEqual(missed, [], "every step can be reached by keys");
  }
});

test("a picture fits, begins where it can be read, and grows around the pointer", () => {
  const room = { width: 400, height: 300 };
  assert.deepEqual(fitted({ width: 800, height: 300 }, room), { scale: 0.5, x: 0, y: 95 }, "below the buttons");
  assert.deepEqual(fitted({ width: 50, height: 600 }, room), { scale: 0.5, x: 187.5, y: 0 }, "beside them");
  assert.deepEqual(begun({ width: 800, height: 9000 }, room, { x: 500, y: 40 }), { scale: 0.75, x: -175, y: 16 }, "the point is in the middle");
  const { scale, x, y } = zoomed({ scale: 1, x: 10, y: 20 }, 2, { x: 110, y: 20 });
  assert.deepEqual({ scale, x, y }, { scale: 2, x: -90, y: 20 });
});

test("an entry in its workflow: the route by numbers, who stands where, what may come", () => {
  const model = modelOf({ ...demo("service-call.json"), hook: { actions: [{ action: "trigger", args: "done" }] } });
  const hop = (n, by, step, origin, path) => ({ n, at: `t${n}`, by, cause: "choose", facts: [{ fact: "lock" }, { fact: "activated", step, name: step, origin, path }] });
  const events = [hop(9, "mei", "done", "hook"), hop(3, "omar", "claimed", "start", "Claim"), hop(1, "dana", "start"), hop(5, "omar", "claimed", "claimed", "Log visit")];
  assert.deepEqual(hopsOf(events).map(({ number, n, to, path }) => [number, n, to, path]), [
    [1, 1, "start", undefined],
    [2, 3, "claimed", "Claim"],
    [3, 5, "claimed", "Log visit"],
    [4, 9, "done", undefined],
  ]);
  const people = [
    { id: "omar", name: "Omar", step: "claimed", status: "active" },
    { id: "ivo", name: "Ivo", step: "done", status: "retired" },
    { id: "guest", name: "Guest" },
  ];
  const live = liveOf(model, events, people);
  const numbers = (edge, label) => live.ways.get(wayKey(edge, label))?.map(({ number }) => number);
  assert.deepEqual(numbers(edgeId("claimed", "claimed", "path"), "Log visit"), [3]);
  assert.equal(numbers(edgeId("claimed", "claimed", "path"), "Plan another visit"), undefined);
  assert.deepEqual(numbers(edgeId("hook", "done", "trigger"), "follows by itself"), [4]);
  assert.deepEqual(live.people.get("claimed").map(({ id }) => id), ["omar"]);
  assert.deepEqual([...live.ahead].sort(), ["claimed", "done", "released"], "not where it began, and not from where it is put away");
});
