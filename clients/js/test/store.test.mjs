/** The pure parts, without a socket; the diffs are the cases that every implementation passes. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { backoff, fillIn, parseTemplate, Store, uuid7 } from "../src/index.js";

const vectors = JSON.parse(
  await readFile(new URL("../../../protocol/vectors/diffs.json", import.meta.url), "utf8"),
);

for (const { name, old, set, unset, version, new: expected } of vectors.cases) {
  test(`a diff: ${name}`, () => {
    const store = new Store();
    store.put(old);
    store.apply([
      { type: "diff", n: 9, entry: old.id, base: old.version, version: version ?? expected.version, set, unset, by: "ann", cause: "choose" },
    ]);
    assert.deepEqual(store.entries.get(old.id), expected);
  });
}

const entry = (id, version = 1, more = {}) => ({ id, version, title: id, chat: { count: 0 }, ...more });
const welcome = { type: "welcome", user: { id: "ann", name: "Ann" }, epoch: "e", n: 1, resumed: false };

test("a diff that does not fit leaves the entry and asks for it", () => {
  const store = new Store();
  store.put(entry("a", 3));
  store.apply([{ type: "diff", n: 5, entry: "a", base: 4, version: 5, set: { title: "x" }, unset: [] }]);
  assert.equal(store.entries.get("a").title, "a");
  assert.deepEqual([...store.gaps], [["a", 5]]);
  store.put(entry("a", 5));
  assert.equal(store.gaps.size, 0);
});

test("what was seen stays seen when an answer that was read before the mark comes after it", () => {
  const store = new Store();
  store.apply([welcome]);
  store.put(entry("a", 3, { visit: 2, seen: false }));
  store.apply([{ type: "read", user: "ann", entry: "a", seen: true, visit: 2 }]);
  store.answered(entry("a", 3, { visit: 2, seen: false }));
  assert.equal(store.entries.get("a").seen, true);
  store.put(entry("a", 4, { visit: 3, seen: false }));
  assert.equal(store.entries.get("a").seen, false);
});

test("a diff that is older than what is there changes nothing", () => {
  const store = new Store();
  store.put(entry("a", 7));
  store.apply([{ type: "diff", n: 5, entry: "a", base: 4, version: 5, set: { title: "x" }, unset: [] }]);
  assert.equal(store.entries.get("a").title, "a");
  assert.equal(store.gaps.size, 0);
});

test("a snapshot replaces all, once its last page is there", () => {
  const store = new Store();
  store.put(entry("old"));
  const page = (number, id) => ({ type: "snapshot", n: 8, page: number, pages: 2, entries: [entry(id)], people: [] });
  store.apply([welcome]);
  store.apply([page(1, "a")]);
  assert.deepEqual([...store.entries.keys()], ["old"]);
  assert.equal(store.position, null);
  store.apply([page(2, "b")]);
  assert.deepEqual([...store.entries.keys()], ["a", "b"]);
  assert.deepEqual(store.position, { epoch: "e", n: 8 });
});

test("the position only grows, and starts anew in another epoch", () => {
  const store = new Store();
  store.apply([welcome, { type: "snapshot", n: 8, page: 1, pages: 1, entries: [], people: [] }]);
  store.apply([{ type: "position", n: 12 }]);
  store.apply([{ type: "pong", n: 11 }]);
  assert.deepEqual(store.position, { epoch: "e", n: 12 });
  store.apply([{ ...welcome, epoch: "f" }, { type: "snapshot", n: 2, page: 1, pages: 1, entries: [], people: [] }]);
  assert.deepEqual(store.position, { epoch: "f", n: 2 });
});

test("messages are kept in order, for conversations that were opened", () => {
  const store = new Store();
  store.apply([{ type: "chat", n: 1, entry: "a", m: 1, from: "ann", body: "unheard" }]);
  assert.equal(store.conversations.messages.has("a"), false);
  store.conversations.keep("a", [{ m: 2, from: "ann", at: "", body: "two" }, { m: 1, from: "ann", at: "", body: "one" }]);
  store.apply([{ type: "chat", n: 3, entry: "a", m: 3, from: "bob", body: "three" }]);
  assert.deepEqual(store.conversations.messages.get("a").map((message) => message.body), ["one", "two", "three"]);
});

test("ids are of version 7 and sort by time", () => {
  const [first, second] = [uuid7(1000), uuid7(2000)];
  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(first < second);
});

test("waiting doubles up to a bound, by chance", () => {
  assert.equal(backoff(0, () => 1), 1000);
  assert.equal(backoff(3, () => 0.5), 4000);
  assert.equal(backoff(50, () => 1), 30_000);
});

test("client templates", () => {
  const context = { amount: 412.5, values: { roomId: "r1" }, count: 0, profile: { name: "Ann" } };
  assert.equal(parseTemplate("{values.roomId}", context), "r1");
  assert.equal(parseTemplate("{missing, values.roomId}", context), "r1");
  assert.equal(parseTemplate("By {profile.name}: {amount|numeral:0.00}", context), "By Ann: 412.50");
  assert.equal(parseTemplate("{count > 0 ? Some : None}", context), "None");
  assert.equal(parseTemplate("{missing}", context), "");
  const behavior = { data: { labels: ["x", "{profile.name}"], kept: "{amount}" }, templates: ["data.labels.1"] };
  assert.deepEqual(fillIn(behavior, context).data, { labels: ["x", "Ann"], kept: "{amount}" });
});

const room = (id, count = 0, more = {}) => ({ id, title: id, members: { count: 1, ids: ["ann"] }, chat: { count }, ...more });
const said = (m, more = {}) => ({ type: "chat", n: m + 10, room: "r1", m, from: "bob", at: "", body: `${m}`, schema: "text.json", ...more });

test("rooms come with the snapshot, page by page, and replace those before", () => {
  const store = new Store();
  store.apply([{ type: "room", n: 1, room: room("old"), people: [] }]);
  const page = (number, rooms) => ({ type: "snapshot", n: 8, page: number, pages: 2, entries: [], rooms, people: [] });
  store.apply([welcome]);
  store.apply([page(1, [room("r1")])]);
  assert.deepEqual([...store.rooms.keys()], ["old"]);
  const changed = store.apply([page(2, [room("r2")])]);
  assert.deepEqual([...store.rooms.keys()], ["r1", "r2"]);
  assert.deepEqual([...changed.keys()].sort(), ["room:old", "room:r1", "room:r2"]);
});

test("a room that is pushed is kept, with its people, and moves the position", () => {
  const store = new Store();
  store.apply([welcome, { type: "snapshot", n: 8, page: 1, pages: 1, entries: [], rooms: [], people: [] }]);
  const changed = store.apply([{ type: "room", n: 9, room: room("r1"), people: [{ id: "bob", name: "Bob" }] }]);
  assert.equal(store.rooms.get("r1").title, "r1");
  assert.equal(store.name("bob"), "Bob");
  assert.deepEqual([...changed.keys()], ["room:r1"]);
  assert.equal(store.position.n, 9);
});

test("a message keeps the room's count and last message, and joins an opened conversation", () => {
  const store = new Store();
  store.apply([{ type: "room", n: 1, room: room("r1"), people: [] }]);
  const changed = store.apply([said(1)]);
  assert.deepEqual([...changed.keys()], ["room:r1"]);
  assert.equal(store.conversations.messages.has("room:r1"), false);
  store.conversations.keep({ room: "r1" }, [{ m: 1, from: "bob", at: "", body: "1" }]);
  store.apply([said(2)]);
  const last = { m: 2, from: "bob", at: "", body: "2", schema: "text.json" };
  assert.deepEqual(store.rooms.get("r1").chat, { count: 2, last });
  assert.deepEqual(store.conversations.messages.get("room:r1").map((message) => message.m), [1, 2]);
});

test("a message that is told twice, or of a room nobody told of, changes no room", () => {
  const store = new Store();
  store.apply([{ type: "room", n: 1, room: room("r1", 5), people: [] }]);
  store.apply([said(5), said(1, { room: "r9" })]);
  assert.deepEqual(store.rooms.get("r1").chat, { count: 5 });
  assert.equal(store.rooms.has("r9"), false);
});

test("an entry and a room of one id have conversations of their own", () => {
  const store = new Store();
  store.conversations.keep("r1", []);
  store.conversations.keep({ room: "r1" }, []);
  store.apply([said(1), said(1, { room: undefined, entry: "r1", body: "entry" })]);
  assert.deepEqual(store.conversations.messages.get("room:r1").map((message) => message.body), ["1"]);
  assert.deepEqual(store.conversations.messages.get("r1").map((message) => message.body), ["entry"]);
});

test("read marks move forward only", () => {
  const store = new Store();
  const read = (m, more) => ({ type: "read", user: "bob", room: "r1", m, ...more });
  assert.deepEqual([...store.apply([read(4)]).keys()], ["room:r1"]);
  assert.equal(store.apply([read(3)]).size, 0);
  store.apply([read(2, { room: undefined, entry: "a" })]);
  assert.equal(store.conversations.reads.get("room:r1").get("bob"), 4);
  assert.equal(store.conversations.reads.get("a").get("bob"), 2);
});

test("an entry that is older than a diff of which it is known stays to be asked for", () => {
  const store = new Store();
  store.put(entry("a", 3));
  store.apply([{ type: "diff", n: 6, entry: "a", base: 5, version: 6, set: {}, unset: [] }]);
  store.put(entry("a", 5));
  assert.deepEqual([...store.gaps], [["a", 6]]);
  store.put(entry("a", 6));
  assert.equal(store.gaps.size, 0);
});

test("the first inbox shows page by page, newest first", () => {
  const store = new Store();
  const page = (number, id) => ({ type: "snapshot", n: 8, page: number, pages: 2, entries: [entry(id)], rooms: [], people: [] });
  store.apply([welcome]);
  assert.deepEqual([...store.apply([page(1, "b")]).keys()], ["b"]);
  assert.deepEqual([[...store.entries.keys()], store.position], [["b"], null]);
  store.apply([page(2, "a")]);
  assert.deepEqual([[...store.entries.keys()], store.position?.n], [["b", "a"], 8]);
});

test("an edited message replaces the one of its number, and an older revision does not", () => {
  const store = new Store();
  store.apply([{ type: "room", n: 1, room: room("r1", 1), people: [] }]);
  store.conversations.keep({ room: "r1" }, [{ m: 1, from: "bob", at: "", body: "1" }]);
  store.apply([said(1, { body: "one", revision: 2 })]);
  store.apply([said(1, { body: "eins", revision: 1 })]);
  assert.deepEqual(store.conversations.messages.get("room:r1").map(({ body }) => body), ["one"]);
  store.apply([said(1, { body: "", revision: 3, deleted: true })]);
  assert.equal(store.conversations.messages.get("room:r1")[0].deleted, true);
  assert.equal(store.rooms.get("r1").chat.count, 1);
});

test("what was said meanwhile joins on; a hole shows that more was missed", () => {
  const store = new Store();
  const chat = store.conversations;
  store.apply([welcome, { type: "snapshot", n: 8, page: 1, pages: 1, entries: [], rooms: [room("r1", 2)], people: [] }]);
  chat.page({ room: "r1" }, { messages: [{ m: 2, body: "2" }, { m: 1, body: "1" }] });
  assert.equal(chat.before("room:r1"), undefined);
  const missed = { ...welcome, n: 8, resumed: true };
  store.apply([missed]);
  store.apply([said(3, { n: 8 }), said(4, { n: 9 })]);
  assert.deepEqual(chat.messages.get("room:r1").map(({ m }) => m), [1, 2, 3, 4]);
  // Once it is live, a hole is a message that is not for this user.
  store.apply([said(6, { n: 10 })]);
  assert.deepEqual(chat.messages.get("room:r1").map(({ m }) => m), [1, 2, 3, 4, 6]);
  store.apply([{ ...missed, n: 10 }, said(300, { n: 10 }), said(301, { n: 11 })]);
  assert.deepEqual(chat.messages.get("room:r1").map(({ m }) => m), [300, 301]);
  assert.equal(chat.before("room:r1"), 300);
});

/** What a conversation shows: each message's number and revision. */
const shown = (store) => store.conversations.messages.get("room:r1").map(({ m, revision = 0 }) => [m, revision]);

test("an edit or a deletion stays, in whatever order it and a page of messages come", () => {
  const old = { messages: [{ m: 2, body: "2" }, { m: 1, body: "1" }] };
  const edited = said(1, { body: "one", revision: 1 });
  const deleted = said(2, { body: "", revision: 1, deleted: true });
  const page = (store) => store.conversations.page({ room: "r1" }, old);
  const told = (store) => store.apply([edited, deleted]);
  for (const order of [[page, told], [told, page], [page, told, page], [told, told, page], [told, page, page]]) {
    const store = new Store();
    store.conversations.asked({ room: "r1" });
    for (const step of order) step(store);
    store.conversations.answered({ room: "r1" });
    assert.deepEqual(shown(store), [[1, 1], [2, 1]]);
    store.apply([said(2, { body: "again" }), said(3)]);
    assert.deepEqual(shown(store), [[1, 1], [2, 1], [3, 0]]);
  }
});

test("one that is said while the first page is on its way is there with it", () => {
  const store = new Store();
  const chat = store.conversations;
  chat.asked({ room: "r1" });
  store.apply([said(1)]);
  assert.equal(chat.messages.has("room:r1"), false);
  chat.page({ room: "r1" }, { messages: [] });
  assert.deepEqual(shown(store), [[1, 0]]);
});

test("an edit of what was not looked at leaves no hole, nor does it hide what is older", () => {
  const store = new Store();
  const chat = store.conversations;
  chat.page({ room: "r1" }, { messages: [{ m: 52 }, { m: 51 }], before: 51 });
  store.apply([said(7, { revision: 1 })]);
  assert.deepEqual(shown(store), [[51, 0], [52, 0]]);
  assert.equal(chat.before("room:r1"), 51);
  // It counts when the page that it is of was read before it.
  chat.asked({ room: "r1" });
  store.apply([said(49, { revision: 1 }), said(7, { revision: 2 })]);
  chat.page({ room: "r1" }, { messages: [{ m: 50 }, { m: 49 }], before: 49 });
  chat.answered({ room: "r1" });
  assert.deepEqual(shown(store), [[49, 1], [50, 0], [51, 0], [52, 0]]);
});

test("after a snapshot a conversation is read anew, with what is older", () => {
  const store = new Store();
  const chat = store.conversations;
  store.apply([welcome, { type: "snapshot", n: 8, page: 1, pages: 1, entries: [], rooms: [], people: [] }]);
  chat.page({ room: "r1" }, { messages: [{ m: 2 }, { m: 1 }] });
  chat.asked({ room: "r1" });
  const before = chat.messages;
  store.apply([said(1, { revision: 3 }), { ...welcome, epoch: "another" }]);
  assert.notEqual(chat.messages, before, "those who show it see that it is to be read");
  chat.page({ room: "r1" }, { messages: [{ m: 2 }, { m: 1 }], before: 1 });
  assert.deepEqual(shown(store), [[1, 0], [2, 0]]);
  assert.equal(chat.before("room:r1"), 1);
});

test("who is there is told anew by each session", () => {
  const store = new Store();
  store.apply([welcome, { type: "presence", user: "bob", state: "online", watching: "a" }, { type: "presence", user: "eve", state: "away" }]);
  assert.deepEqual(store.presence.get("bob"), { state: "online", watching: ["a"] });
  store.apply([{ type: "presence", user: "eve", state: "offline" }]);
  assert.deepEqual([...store.presence.keys()], ["bob"]);
  store.apply([{ ...welcome, resumed: true }]);
  assert.equal(store.presence.size, 0);
});

test("what was known before is shown until the server's inbox takes its place", () => {
  const store = new Store();
  const entry = { id: "old", title: "Pump", version: 3 };
  store.profile = { id: "omar", name: "Omar" };
  store.entries.set("old", entry);
  store.apply([{ type: "welcome", epoch: "e", n: 5, resumed: false, user: { id: "omar", name: "Omar" } }]);
  store.apply([{ type: "snapshot", page: 1, pages: 1, n: 5, entries: [{ id: "new", title: "Lift", version: 1 }], rooms: [] }]);
  assert.deepEqual([...store.entries.keys()], ["new"]);
});
