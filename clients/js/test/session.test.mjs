/** A session over drops, sleeps, ended tokens and differences, without a socket or a clock. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { digest } from "../src/index.js";
import { begin, online, view } from "./sessions.mjs";

const state = (at) => at.session.state;
const BEAT = 20_000;

test("silence for two heartbeats is a dead connection, and it comes back with its position", () => {
  const at = online({}, view("a"));
  at.pass(2 * BEAT - 1);
  assert.equal(state(at), "online");
  at.pass(1);
  assert.deepEqual([at.did, state(at)], [["close", "connect"], "connecting"]);
  at.connect({ resumed: true });
  assert.deepEqual(at.sent[0].position, { epoch: "e", n: 1 });
});

test("a connection that opens and says nothing is given up", () => {
  const at = begin().tell("open").tell("dialing");
  at.pass(10_000);
  assert.deepEqual(at.did, ["connect", "close", "connect"]);
});

test("waiting doubles from drop to drop, and begins anew after a session that lasted", () => {
  const at = begin({ random: () => 1 }).tell("open");
  const wait = (code = 1006) => at.tell("lost", code).session.nextTry - at.now;
  const waits = [];
  for (let i = 0; i < 6; i++) {
    waits.push(wait());
    at.pass(30_000);
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000]);
  assert.equal(wait(at.connect()), 30_000, "a welcome alone is no rest");
  at.pass(30_000).connect().pass(10_000);
  assert.equal(wait(), 1000);
});

test("closes: which are final, which wait longer, and the server's own slot", () => {
  const after = (code, ...heard) => {
    const at = online();
    if (heard.length) at.hear(...heard);
    at.tell("lost", code);
    return state(at) === "closed" ? "closed" : at.session.nextTry - at.now;
  };
  for (const code of [1009, 4100, 4101, 4102, 4200]) assert.equal(after(code), "closed", String(code));
  for (const code of [1001, 1006, 1012, 4000, 4003, 4008]) assert.equal(after(code), 0, String(code));
  assert.equal(after(4300), 2000);
  assert.equal(after(1012, { type: "goaway", code: 1012, after_ms: 7000, reason: "restarting" }), 7000);
});

test("a slot is the server's: only the user comes before it; what is given meanwhile waits", () => {
  const at = online();
  at.hear({ type: "goaway", code: 1012, after_ms: 7000, reason: "restarting" }).give({ type: "say", entry: "a", body: "x" });
  assert.deepEqual(at.sent, []);
  at.tell("lost", 1012).tell("wake");
  assert.equal(state(at), "offline");
  at.tell("retry").connect({ resumed: true });
  assert.deepEqual(at.types(), ["hello", "say"]);
});

test("a try that is asked for makes the waits short again", () => {
  const at = begin({ random: () => 1 }).tell("open");
  const waits = [];
  for (const retry of [false, false, false, true]) {
    if (retry) at.tell("retry");
    else if (waits.length) at.pass(at.session.nextTry - at.now);
    at.tell("lost", 1006);
    waits.push(at.session.nextTry - at.now);
  }
  assert.ok(waits[0] < waits[1] && waits[1] < waits[2], String(waits));
  assert.equal(waits[3], waits[0]);
});

test("an ended token is asked for anew once; without a function it is the end, and it is said why", () => {
  const at = begin({ renewable: true }).tell("open").connect().forget();
  at.tell("lost", 4101);
  assert.deepEqual([at.did, state(at)], [["connect"], "connecting"]);
  at.tell("lost", 4101);
  assert.equal(state(at), "closed");
  const [event, refusal] = at.said.at(-1)[0] === "refused" ? at.said.at(-1) : at.said.find(([name]) => name === "refused");
  assert.deepEqual([event, refusal.code], ["refused", "unauthorized"]);
});

test("a token that ends soon is renewed in the session, and again when there was none to be had", () => {
  const at = online({ renewable: true });
  at.hear({ type: "auth_soon", seconds: 60 });
  assert.deepEqual(at.did, ["renew"]);
  at.tell("tokenless").pass(5000);
  assert.deepEqual(at.did, ["renew", "renew"]);
  at.tell("renewed", "fresh");
  assert.deepEqual(at.sent, [{ type: "auth", token: "fresh" }]);
});

test("after a sleep the connection is asked whether it is one, and left when it does not answer", () => {
  const at = online();
  at.now = 2 * BEAT + 60_000;
  at.tell("tick");
  assert.deepEqual([at.types(), state(at)], [["ping"], "online"]);
  at.hear({ type: "pong", n: 1 }).pass(5000);
  assert.equal(state(at), "online");
  at.tell("wake").pass(5000);
  assert.equal(state(at), "connecting");
});

test("after a long sleep nothing is asked; while offline, waking up tries at once", () => {
  const at = online();
  at.now = 3_600_000;
  at.tell("tick").pass(0);
  assert.deepEqual([at.sent, at.did.at(-1)], [[], "connect"]);
  const off = begin({ random: () => 1 }).tell("open").tell("lost", 1006);
  assert.equal(state(off), "offline");
  assert.equal(state(off.tell("wake")), "connecting");
});

test("a clock that is set back holds nothing up, and ids keep the server's time", () => {
  const at = begin({ renewable: true });
  at.now = 10_000_000;
  at.tell("open").connect({ time: "2026-01-31T09:00:00Z" });
  at.now -= 3_600_000;
  at.give({ type: "say", entry: "a", body: "x" });
  assert.equal(at.sent.at(-1).id, `1@${Date.parse("2026-01-31T09:00:00Z")}`);
  at.pass(2 * BEAT);
  assert.equal(state(at), "connecting");
});

test("what is looked at, and what was read meanwhile, is said again to each session", () => {
  const at = online();
  at.session.signal({ type: "watch", entry: "a" });
  at.look().tell("lost", 1006);
  at.session.signal({ type: "read", entry: "a", m: 4 });
  at.session.signal({ type: "typing", entry: "a" });
  at.look().forget().pass(0).connect({ resumed: true });
  assert.deepEqual(at.sent.slice(1), [{ type: "watch", entry: "a" }, { type: "read", entry: "a", m: 4 }]);
  assert.equal(at.session.store.conversations.reads.get("a").get("ann"), 4);
  at.hear({ type: "position", n: 1 }).tell("lost", 1006).forget().pass(2000).connect({ resumed: true });
  assert.deepEqual(at.sent.slice(1), [{ type: "watch", entry: "a" }], "the server has the mark by now");
});

test("the same digest asks nothing; another one is counted, and mended", () => {
  const at = online({}, view("a", 1), view("b", 2), view("c", 3));
  const same = digest([{ id: "a", version: 1 }, { id: "b", version: 2 }, { id: "c", version: 3 }]);
  at.hear({ type: "position", n: 1, digest: same });
  assert.deepEqual([at.sent, at.session.mending.differences], [[], 0]);
  at.hear({ type: "position", n: 1, digest: "00000000" });
  assert.deepEqual([at.types(), at.session.mending.differences], [["versions"], 1]);
  at.reply(at.sent[0], { n: 1, versions: { a: 1, b: 5, d: 1 } });
  assert.deepEqual(at.sent.slice(1).map(({ type, entry }) => [type, entry]), [["get", "b"], ["get", "d"], ["get", "c"]]);
  at.reply(at.sent[1], { entry: view("b", 5) }).reply(at.sent[2], { entry: view("d", 1) });
  at.refuse(at.sent[3], { code: "not_found", class: "fix" });
  const { store } = at.session;
  assert.deepEqual([...store.entries.values()].map(({ id, version }) => [id, version]), [["a", 1], ["b", 5], ["d", 1]]);
  assert.equal(store.gaps.size, 0);
  assert.deepEqual(at.session.queue.waiting, []);
});

test("nothing is compared while a gap is mended, or after an answer that was ahead", () => {
  const at = online({}, view("a", 1));
  at.hear({ type: "diff", n: 3, entry: "a", base: 2, version: 3, set: {}, unset: [] });
  at.hear({ type: "position", n: 3, digest: "00000000" });
  assert.deepEqual(at.types(), ["get"]);
  at.reply(at.sent[0], { entry: view("a", 3) }).hear({ type: "position", n: 3, digest: "00000000" });
  assert.deepEqual([at.types(), at.session.mending.differences], [["get"], 0]);
  at.hear({ type: "position", n: 3, digest: digest([view("a", 3)]) });
  assert.equal(at.session.mending.differences, 0);
});

test("an entry that left while it was asked for stays away; many gaps are mended a few at a time", () => {
  const at = online();
  const diff = (id) => ({ type: "diff", n: 3, entry: id, base: 2, version: 3, set: {}, unset: [] });
  at.hear(...Array.from({ length: 12 }, (_, index) => diff(`e${index}`)));
  assert.equal(at.sent.length, 8);
  at.hear({ type: "gone", n: 4, entry: "e0", reason: "retired" }).reply(at.sent[0], { entry: view("e0", 3) });
  assert.equal(at.session.store.entries.has("e0"), false);
  assert.equal(at.sent.length, 9);
  at.hear({ type: "entry", n: 5, entry: view("e1", 4), people: [] }).refuse(at.sent[1], { code: "not_found", class: "fix" });
  assert.equal(at.session.store.entries.has("e1"), true, "it came by itself meanwhile");
});
