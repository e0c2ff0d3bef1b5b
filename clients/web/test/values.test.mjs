/** Between a form's fields and its data, without a page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { errorAt, errorsOf, problemsOf } from "../src/form/problems.js";
import { asks, kindOf, optionsOf, resolved } from "../src/form/schema.js";
import { readFields, shown } from "../src/form/values.js";

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
  ["name", { type: "array", items: { type: "object", properties: {} } }, "rows"],
  ["name", { type: "object" }, "json"],
  ["name", { type: "object", properties: {} }, "group"],
  ["name", { const: "x" }, "fixed"],
  ["name", { type: "string", format: "uri" }, "url"],
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
    "tags/0": '1 is not of type "string"',
    "tags/1": "Another",
    "a~1b": "At least 1 is needed.",
    "": "Not this",
  });
  assert.deepEqual(errorsOf({ code: "invalid", message: "no", details: { pointer: "/data/x" } }), { x: "No" });
  assert.deepEqual(errorsOf({ code: "stale", details: { pointer: "/data/x" } }), {});
});

const LINES = {
  type: "object",
  properties: {
    to: { type: "object", properties: { "a/b": { type: "string" }, ok: { type: "boolean" } } },
    lines: {
      type: "array", minItems: 1,
      items: { type: "object", properties: { what: { type: "string", minLength: 2 }, sum: { type: "number", minimum: 0 } }, required: ["what"] },
    },
    kind: { const: "order" },
  },
  required: ["lines", "kind"],
};

test("groups and rows are read by their pointers", () => {
  const fields = { "to/a~1b": ["x"], "lines/#": ["2"], "lines/0/what": ["pipe"], "lines/0/sum": ["2.5"] };
  assert.deepEqual(readFields(LINES, filled(fields)), {
    to: { "a/b": "x", ok: false }, lines: [{ what: "pipe", sum: 2.5 }, {}], kind: "order",
  });
  // Nothing was said of the group: it is left out; the rows are needed and are none.
  assert.deepEqual(readFields(LINES, filled({})), { lines: [], kind: "order" });
});

test("what is wrong is seen at its field before it is sent", () => {
  const { errors } = problemsOf(LINES, { lines: [{ what: "x", sum: -1 }, {}] });
  assert.deepEqual(errors, {
    "lines/0/what": "At least 2 characters are needed.", "lines/0/sum": "At least 0 is needed.", "lines/1/what": "Please fill this in.",
    kind: "Please fill this in.",
  });
  assert.deepEqual(problemsOf(LINES, { lines: [], kind: "order" }).errors, { lines: "At least 1 is needed." });
});

/** [property, value, the error, the doubt] */
const JUDGED = [
  [{ type: "integer" }, 1.5, "A whole number is needed."],
  [{ type: "integer" }, "x", "A number is needed."],
  [{ type: "number", maximum: 3 }, 4, "At most 3 is possible."],
  [{ type: "number", exclusiveMinimum: 3 }, 3, "More than 3 is needed."],
  [{ type: "number", exclusiveMaximum: 3 }, 3, "Less than 3 is possible."],
  [{ type: "string", minLength: 1 }, "", "Please fill this in."],
  [{ type: "string", maxLength: 2 }, "abc", "At most 2 characters are possible."],
  [{ type: "string", maxLength: 2 }, "🙂🙂", undefined],
  [{ type: "string", format: "email" }, "ann", undefined, "This does not look like an e-mail address."],
  [{ type: "string", format: "uri" }, "example", undefined, "This does not look like an address: it begins with https://, for example."],
  [{ type: "string", pattern: "^[A-Z]+$" }, "a", undefined, "This seems not to have the form that is asked for."],
  [{ type: "string", pattern: "^[A-Z]+$" }, "A", undefined, undefined],
  [{ type: "string", pattern: "(?P<python>x)" }, "a", undefined, undefined],
  [{ type: "array", maxItems: 1, items: { type: "string" } }, ["a", "b"], "At most 1 is possible."],
  [{ type: "array", items: { type: "number" } }, [1, "x"], "Each line has to be a number."],
  [{ type: "object" }, "{", "This is not JSON of the kind that is asked for."],
  [{ type: "object" }, {}, undefined],
  [{ enum: [1] }, 1, undefined],
];
for (const [property, value, error, doubt] of JUDGED) {
  test(`${JSON.stringify(property)} judges ${JSON.stringify(value)}`, () => {
    const { errors, soft } = problemsOf({ properties: { x: property } }, { x: value });
    assert.deepEqual([errors.x, soft.x], [error, doubt]);
  });
}

const ASKED = [
  [{ type: "integer", minimum: 1, maximum: 3 }, "1 to 3"],
  [{ type: "number", minimum: 0, multipleOf: 0.5 }, "At least 0, in steps of 0.5"],
  [{ type: "number", maximum: 9 }, "At most 9"],
  [{ type: "string", minLength: 3 }, "At least 3 characters"],
  [{ type: "string", minLength: 4, maxLength: 4 }, "Exactly 4 characters"],
  [{ type: "string", minLength: 1, maxLength: 500 }, ""],
  [{ type: "string", pattern: "[A-Z]" }, "In the form [A-Z]"],
  [{ type: "string", pattern: "[A-Z]", examples: ["Q"] }, "Like Q"],
  [{ type: "string", format: "email" }, "Like name@example.org"],
  [{ type: "array", minItems: 2 }, "At least 2"],
  [{ type: "boolean" }, ""],
];
for (const [property, said] of ASKED) test(`${JSON.stringify(property)} asks for: ${said}`, () => assert.equal(asks(property), said));

test("references are in their place, also when a schema holds itself", () => {
  const schema = { $defs: { tree: { type: "object", properties: { of: { $ref: "#/$defs/tree" }, n: { type: "integer" } } } }, properties: { t: { $ref: "#/$defs/tree", title: "T" } } };
  const { t } = resolved(schema).properties;
  assert.equal(t.title, "T");
  assert.equal(t.properties.of.properties.n.type, "integer");
});

test("an error within a field that stands for all in it is the field's", () => {
  assert.equal(errorAt({ "tags/0": "no" }, "tags", true), "no");
  assert.equal(errorAt({ "tags/0": "no" }, "tags", false), undefined);
  assert.equal(errorAt({ tags2: "no" }, "tags", true), undefined);
});
