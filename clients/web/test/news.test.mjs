/** Who is told of what, without a page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { News } from "../src/live/news.js";

/** What each of some watchers was told, in order. @param {Record<string, string[]>} topics by watcher */
function watching(topics) {
  let due = 0;
  const news = new News(() => (due += 1));
  /** @type {[string, string[] | null][]} */
  const heard = [];
  const stops = Object.entries(topics).map(([name, some]) =>
    news.on((told) => void heard.push([name, told && [...told]]), some),
  );
  return { news, heard, stops, due: () => due };
}

test("news of an entry reaches who shows it and who shows everything, once", () => {
  const { news, heard, due } = watching({ row: ["e1", "list"], other: ["e2"], page: [] });
  news.tell(["list", "e1"]);
  news.tell(["e1"]);
  assert.equal(due(), 1);
  assert.deepEqual(heard, []);
  news.bring();
  assert.deepEqual(heard, [["page", ["list", "e1"]], ["row", ["list", "e1"]]]);
});

test("news without a topic is for everybody", () => {
  const { news, heard } = watching({ row: ["e1"], other: ["e2"] });
  news.tell(["e1"]);
  news.tell([]);
  news.bring();
  assert.deepEqual(heard, [["row", null], ["other", null]]);
});

test("nothing is brought twice, and who stopped hears no more", () => {
  const { news, heard, stops, due } = watching({ row: ["e1"] });
  news.tell(["e1"]);
  news.bring();
  news.bring();
  assert.equal(heard.length, 1);
  stops[0]();
  news.tell(["e1"]);
  assert.equal(due(), 2);
  news.bring();
  assert.equal(heard.length, 1);
});
