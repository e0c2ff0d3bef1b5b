/** Client templates: the shared vectors, and what could harm a page. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Behaviors } from "../src/behaviors.js";
import { fillIn, parseTemplate, readTemplate } from "../src/templates.js";

const vectors = JSON.parse(
  await readFile(new URL("../../../protocol/vectors/templates.json", import.meta.url), "utf8"),
);

for (const { name, template, context = vectors.context, now, zone, result } of vectors.cases) {
  test(`a template: ${name}`, () => {
    // As JSON: the client has no other way to say what it made, and -0 is 0 there.
    assert.deepEqual(JSON.parse(JSON.stringify(parseTemplate(template, context, { now, zone }))), result);
  });
}

// Where the fault is, is for the checker of the server.
for (const { template } of vectors.errors) {
  test(`no template: ${template.slice(0, 40)}`, () => {
    assert.throws(() => readTemplate(template), SyntaxError);
    assert.equal(parseTemplate(template, vectors.context), template);
  });
}

test("what is too long or too deep is shown as it is", () => {
  for (const text of ["{".repeat(100_000), "{a}".repeat(40_000), "{a ? ".repeat(5_000), "{(".repeat(5_000)]) {
    assert.equal(parseTemplate(text, { a: 1 }), text);
  }
  assert.equal(parseTemplate("😀".repeat(16_380) + "{a}", { a: 1 }).endsWith("1"), true);
  assert.equal(parseTemplate("😀".repeat(16_382) + "{a}", { a: 1 }).endsWith("{a}"), true);
});

test("a long template gives a bounded text", () => {
  const texts = [
    `{${Array(8000).fill("a").join("+")}}`,
    `{${Array(8000).fill("a").join("*")}}`,
    `{a${"|suffix:{a}".repeat(16)}}`.repeat(90),
    "{a}".repeat(5000),
    `{switch(a) => ${Array(4000).fill("x|y").join(",")}}`,
  ];
  for (const a of [1e300, "😀".repeat(100_000), Array(1000).fill(Array(1000).fill("é"))]) {
    for (const text of texts) assert.ok([...String(parseTemplate(text, { a }))].length <= 65_536);
  }
});

test("values that JSON does not have print as nothing", () => {
  const loop = {};
  loop.loop = loop;
  for (const a of [undefined, () => 1, Symbol("x"), NaN, Infinity]) assert.equal(parseTemplate(">{a}<", { a }), "><");
  assert.equal(typeof parseTemplate(">{a}<", { a: loop }), "string");
});

test("parts that are named are filled in, once, and nothing else", () => {
  const behavior = {
    fields: "{a}",
    data: { x: "{a}", y: ["{a}", "{a}", 7, { z: "{a}" }], "{a}": "{a}!" },
    kept: "{a}",
    templates: ["fields", "/data/y/1", "data.y.3", "data.{a}", "nowhere.x", "", "constructor.prototype"],
  };
  assert.deepEqual(fillIn(behavior, { a: 1 }), {
    ...behavior,
    fields: 1,
    data: { x: "{a}", y: ["{a}", 1, 7, { z: 1 }], "{a}": "1!" },
  });
  const twice = { data: { x: "{a}" }, templates: ["data", "data.x", "/data/x"] };
  assert.deepEqual(fillIn(twice, { a: "{b}", b: "secret" }).data, { x: "{b}" });
});

test("no prototype is reached", () => {
  const behavior = JSON.parse('{"data": {"__proto__": {"polluted": "{a}"}}, "templates": ["data", "__proto__.x"]}');
  const filled = fillIn(behavior, { a: 1 });
  assert.deepEqual(JSON.stringify(filled.data), '{"__proto__":{"polluted":1}}');
  assert.equal({}.polluted, undefined);
  assert.equal(Object.getPrototypeOf(filled.data), Object.prototype);
});

test("a behavior is filled in with the entry, its data, the user, and the clock that is given", async () => {
  const dispatched = [];
  const client = {
    profile: { name: "Ann" },
    choose: async () => ({ target: ["bo"] }),
    dispatch: (...all) => dispatched.push(all),
  };
  const entry = { id: "e1", data: { born: "1984-05-02", tracker: "visits" } };
  const data = { text: "{profile.name}, {born|age}, {id}, {values.born|date:D MMM}, {now|time}" };
  const behavior = { handle: "h", behavior: "dispatch", fields: "{tracker}", data, templates: ["fields", "/data"] };
  const behaviors = new Behaviors(() => ({ now: "2026-05-01T23:00:00Z", zone: "Europe/Berlin" }));
  await behaviors.choose(client, entry, { label: "Go", behavior });
  assert.deepEqual(dispatched, [["visits", { text: "Ann, 42, e1, 2 May, 01:00" }, { user: "bo" }]]);
  await new Behaviors().choose(client, entry, { label: "Go", behavior });
  assert.match(dispatched[1][1].text, /^Ann, \d+, e1, 2 May, \d\d:\d\d$/);
});
