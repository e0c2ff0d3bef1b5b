/** Between a form's fields and its data, without a page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { errorsOf, kindOf, optionsOf, readFields, shown } from "../src/form/values.js";

/** What a form's data answers, from lists of what is in its fields. */
const filled = (fields) => ({ getAll: (name) => fields[name] ?? [] });

const CASES = [
  ["name", { type: "string" }, "text"],
  ["note", { type: "string" }, "long"],
  ["name", { type: "string", maxLength: 500 }, "long"],
  ["note", { type: "string", maxLength: 40 }, "text"],
  ["name", { type: ["null", "integer"] }, "integer"],
  ["name", { enum: [1, 2] }, "one"],
  ["name", { oneOf: [{ const: "a", title: "A" }] }, "one"],
  ["name", { type: "array", items: { enum: ["a"] } }, "several"],
  ["name", { type: "array", items: { type: "number" } }, "lines"],
  ["name", { type: "array", items: { type: "object" } }, "json"],
  ["name", { type: "string", format: "date" }, "date"],
  ["name", { type: "string", format: "date-time" }, "datetime-local"],
  ["name", {}, "text"],
];
for (const [name, property, kind] of CASES) {
  test(`${JSON.stringify(property)} as ${name}: ${kind}`, () => assert.equal(kindOf(name, property), kind));
}

test("what was filled in has the types of the schema; empty fields are left out", () => {
  const properties = {
    count: { type: "integer" },
    wrong: { type: "integer" },
    level: { enum: [1, 2] },
    yes: { type: "boolean" },
    no: { type: "boolean" },
    some: { type: "array", items: { enum: [1, 2, 3] } },
    tags: { type: "array", items: { type: "string" } },
    sizes: { type: "array", items: { type: "number" } },
    more: { type: "object" },
    broken: { type: "object" },
    empty: { type: "string" },
    text: { type: "string" },
  };
  const fields = {
    count: ["3"], wrong: ["three"], level: ["2"], yes: ["on"], some: ["1", "3"], tags: ["a\n\n b "],
    sizes: ["1.5\nx"], more: ['{"a":1}'], broken: ["{"], empty: ["  "], text: [" as it is "],
  };
  assert.deepEqual(readFields({ properties }, filled(fields)), {
    count: 3, wrong: "three", level: 2, yes: true, no: false, some: [1, 3], tags: ["a", "b"],
    sizes: [1.5, "x"], more: { a: 1 }, broken: "{", text: " as it is ",
  });
});

test("a time goes into its field and comes back", () => {
  const schema = { properties: { at: { type: "string", format: "date-time" } } };
  const text = shown("datetime-local", "2026-03-04T05:06:00Z");
  assert.match(text, /^2026-03-0\dT\d\d:06$/);
  assert.deepEqual(readFields(schema, filled({ at: [text] })), { at: "2026-03-04T05:06:00.000Z" });
  assert.equal(shown("datetime-local", "some day"), "");
});

test("choices say their titles", () => {
  const choices = optionsOf({ oneOf: [{ const: "a", title: "Apple" }, { const: "b" }] });
  assert.deepEqual(choices, [{ value: "a", text: "Apple" }, { value: "b", text: "b" }]);
  assert.deepEqual(optionsOf({ oneOf: [{ type: "string" }] }), []);
});

test("a refusal's errors are those of their fields, the first of each", () => {
  const errors = [
    { pointer: "/data/minutes", text: '"minutes" is a required property' },
    { pointer: "/data/tags/0", text: "1 is not of type \"string\"" },
    { pointer: "/data/tags/1", text: "another" },
    { pointer: "/data/a~1b", text: "0 is less than the minimum of 1" },
    { pointer: "/data", text: "not this" },
  ];
  assert.deepEqual(errorsOf({ code: "invalid", details: { pointer: "/data/minutes", errors } }), {
    minutes: "Please fill this in.",
    tags: '1 is not of type "string"',
    "a/b": "At least 1 is needed.",
    "": "Not this",
  });
  assert.deepEqual(errorsOf({ code: "invalid", message: "no", details: { pointer: "/data/x" } }), { x: "No" });
  assert.deepEqual(errorsOf({ code: "stale", details: { pointer: "/data/x" } }), {});
});
