import assert from "node:assert/strict";
import { test } from "node:test";
import { haystack, matching, unasked } from "../src/shell/matching.js";

const item = (group, title, hint) => ({ id: `${group}:${title}`, group, title, hint });
const items = [
  item("Go to", "Incidents"),
  item("Entries", "Pump in the boiler room", "Claimed"),
  item("Entries", "Übergabe im Büro", "New"),
  item("Entries", "Насос течёт", "New"),
];
const titles = (text, all = items) => matching(all, haystack(all), text).flatMap((group) => group.items.map(({ item: found }) => found.title));

test("part of a word, words in any order, one letter wrong, without accents, other alphabets", () => {
  for (const text of ["boil", "room pump", "pmup", "claimed pump"]) assert.deepEqual(titles(text), ["Pump in the boiler room"], text);
  assert.deepEqual(titles("buro"), ["Übergabe im Büro"]);
  assert.deepEqual(titles("насос"), ["Насос течёт"]);
  assert.deepEqual(titles("zzz"), []);
  assert.deepEqual(titles("-"), [], "nothing to look for");
});

test("the letters that fitted are marked", () => {
  const [group] = matching(items, haystack(items), "boil");
  assert.deepEqual(group.items[0].marks, [[12, 16]]);
});

test("groups show some, and say how many more there are", () => {
  const many = [...Array.from({ length: 10_000 }, (_, n) => item("Entries", `Leak number ${n} at a pump`)), item("Go to", "Pump")];
  const [entries, places] = matching(many, haystack(many), "pump");
  assert.deepEqual([entries.items.length, entries.more, places.items.length, places.more], [7, 9993, 1, 0]);
  assert.deepEqual(titles("9731", many), ["Leak number 9731 at a pump"]);
});

test("the group of the best one is first", () => {
  const mixed = [item("Entries", "A damper of pumps"), item("Go to", "Pump")];
  assert.deepEqual(matching(mixed, haystack(mixed), "pump").map(({ name }) => name), ["Go to", "Entries"]);
});

test("before anything is typed: what was used last, then what can be done; entries are found by their names", () => {
  const groups = unasked(items, ["Entries:Übergabe im Büro", "gone"]);
  assert.deepEqual(groups.map(({ name, items: found }) => [name, found.length]), [["Recent", 1], ["Go to", 1]]);
});
