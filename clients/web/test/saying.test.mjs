/** Values as people read them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { blank, said, wide } from "../src/look/values.js";

test("addresses are links, http(s) and mail only", () => {
  assert.deepEqual(said("https://example.org/a/"), { text: "example.org/a", href: "https://example.org/a/" });
  assert.deepEqual(said("ann@example.org"), { text: "ann@example.org", href: "mailto:ann@example.org" });
  for (const text of ["javascript:alert(1)", "see https://example.org", "data:text/html,x"]) assert.deepEqual(said(text), { text });
});

test("amounts have their currency; whole numbers stay as they are", () => {
  assert.match(said(1234.5, { name: "amount", beside: { currency: "EUR" } }).text, /1.?234[.,]50/);
  assert.match(said(12, { name: "totalCost", beside: { currency: "USD" } }).text, /12[.,]00/);
  assert.equal(said(2026, { name: "year", beside: { currency: "EUR" } }).text, "2026");
  assert.equal(said(12, { name: "amount", beside: { currency: "gold" } }).text, "12");
  assert.match(said(0.5).text, /^0[.,]5$/);
});

test("days and times are those of this place", () => {
  assert.match(said("2026-03-04").text, /2026/);
  assert.doesNotMatch(said("2026-03-04").text, /:/);
  assert.match(said("2026-03-04T10:30:00Z").text, /:30/);
  assert.equal(said("2026-99-99").text, "2026-99-99");
});

test("choices by their titles, yes and no", () => {
  assert.equal(said(1, { schema: { oneOf: [{ const: 1, title: "Critical" }] } }).text, "Critical");
  assert.equal(said(2, { schema: { oneOf: [{ const: 1, title: "Critical" }] } }).text, "2");
  assert.equal(said(true).text, "Yes");
  assert.equal(said(false).text, "No");
});

test("what is blank, and what needs room", () => {
  assert.deepEqual([null, undefined, "", [], 0, false].map(blank), [true, true, true, true, false, false]);
  assert.deepEqual(["x", "x".repeat(61), [1, 2], [{}], {}].map(wide), [false, true, false, true, true]);
});
