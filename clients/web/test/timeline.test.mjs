/** A history in days and by kinds. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { days, iconOf, isOf } from "../src/entry/timeline.js";

const event = (...facts) => ({ facts: facts.map((fact) => ({ fact })) });

test("moves and messages are told apart", () => {
  const move = event("activated", "chat");
  assert.deepEqual(["all", "moves", "chat"].map((kind) => isOf(move, kind)), [true, true, true]);
  assert.deepEqual(["all", "moves", "chat"].map((kind) => isOf(event("deleted"), kind)), [true, false, true]);
  assert.deepEqual(["all", "moves", "chat"].map((kind) => isOf(event("lock"), kind)), [true, false, false]);
});

test("an event has the sign of what it is about", () => {
  assert.equal(iconOf(event("task", "activated")), "arrow");
  assert.equal(iconOf(event("lock")), "lock");
  assert.equal(iconOf(event("new to this client")), "clock");
});

test("days, in the order of the events", () => {
  const now = new Date(2026, 2, 4, 12).getTime();
  const at = (...parts) => ({ at: new Date(...parts).toISOString(), facts: [] });
  const found = days([at(2026, 2, 4, 11), at(2026, 2, 4, 1), at(2026, 2, 3, 23)], now);
  assert.deepEqual(found.map(({ day, events }) => [day, events.length]), [["Today", 2], ["Yesterday", 1]]);
});
