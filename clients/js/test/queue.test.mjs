/** Commands: queued, sent within the server's limits, ended once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, online, view } from "./sessions.mjs";
import { chances } from "./windows.mjs";

const say = (entry, body = "x") => ({ type: "say", entry, body });
const waiting = (at) => at.session.queue.waiting.map(({ id, type, entry, since, state }) => ({ id, type, entry, since, state }));
const NOW = Date.parse("2026-01-31T09:00:00Z");

test("without a connection commands wait, are shown, and go in order after the welcome with ids of the server's time", () => {
  const at = begin().tell("open");
  at.now = 5000;
  at.give(say("a", "one")).give(say("b", "two"));
  assert.deepEqual(waiting(at), [
    { id: undefined, type: "say", entry: "a", since: 5000, state: "queued" },
    { id: undefined, type: "say", entry: "b", since: 5000, state: "queued" },
  ]);
  assert.equal(at.said.at(-1)[0], "pending");
  assert.deepEqual(at.sent, []);
  at.connect({ time: "2026-01-31T09:00:00Z" });
  assert.deepEqual(at.types(), ["hello", "say", "say"]);
  assert.deepEqual(at.sent.slice(1).map(({ id, body }) => [id, body]), [[`1@${NOW}`, "one"], [`2@${NOW}`, "two"]]);
  assert.deepEqual(waiting(at).map(({ state }) => state), ["sent", "sent"]);
  at.reply(at.sent[1], { m: 1 });
  assert.deepEqual([at.answers, waiting(at).length], [[{ m: 1 }], 1]);
});

test("beyond the bound a command is refused at once, and those that wait stay", () => {
  const at = begin({ maxQueued: 2 }).tell("open");
  for (const body of ["1", "2", "3"]) at.give(say("a", body));
  assert.deepEqual(at.answers.map(({ code, class: kind }) => [code, kind]), [["queue_full", "wait"]]);
  assert.equal(waiting(at).length, 2);
});

test("no more are sent than the server takes without an answer", () => {
  const at = begin().tell("open");
  for (let i = 0; i < 5; i++) at.give(say(`e${i}`));
  at.connect({ limits: { commandsInFlight: 2 } });
  assert.deepEqual(at.types(), ["hello", "say", "say"]);
  at.reply(at.sent[1]);
  assert.deepEqual(at.sent.map(({ entry }) => entry), [undefined, "e0", "e1", "e2"]);
});

test("a queue is sent no faster than the server takes commands", () => {
  const at = begin().tell("open");
  for (let i = 0; i < 9; i++) at.give(say(`e${i}`));
  at.connect({ limits: { commandsInFlight: 32, commandsPerSecond: 10, commandsBurst: 4 } }).forget();
  const sent = [];
  for (let i = 0; i < 5; i++) {
    at.pass(100);
    sent.push(at.sent.length);
  }
  assert.deepEqual(sent, [1, 2, 3, 4, 5]);
});

test("what changes one entry goes one after the other; questions and other entries do not wait", () => {
  const at = online();
  at.give(say("a", "one")).give(say("a", "two")).give({ type: "get", entry: "a" }).give(say("b")).give(say("a", "three"));
  assert.deepEqual(at.sent.map(({ type, entry, body }) => [type, entry, body]), [["say", "a", "one"], ["get", "a", undefined], ["say", "b", "x"]]);
  // What has to be tried again stays before what was given later.
  at.refuse(at.sent[0], { code: "busy", class: "wait", details: { after_ms: 200 } }).forget();
  at.pass(200);
  assert.deepEqual(at.sent.map(({ body }) => body), ["one"]);
  at.reply(at.sent[0]);
  assert.deepEqual(at.sent.map(({ body }) => body), ["one", "two"]);
});

test("only what changes something is shown as pending", () => {
  const at = online();
  for (const type of ["get", "history", "messages", "versions"]) at.give({ type, entry: "a" });
  assert.deepEqual(waiting(at), []);
});

test("what had no answer is sent again with its id, before what was never sent", () => {
  const at = online();
  at.give(say("a")).tell("lost", 1006).give(say("b"));
  const [{ id }] = at.sent;
  assert.deepEqual(waiting(at).map((one) => [one.id, one.state]), [[id, "queued"], [undefined, "queued"]]);
  at.forget().pass(1000).connect({ resumed: true });
  assert.deepEqual(at.sent.map(({ id, entry }) => [id, entry]), [[undefined, undefined], [id, "a"], ["2@1000", "b"]]);
});

test("told to come later, a command is tried again with its id; at some point it is refused", () => {
  const at = online();
  at.give(say("a"));
  let tries = 0;
  for (; !at.answers.length && tries < 50; tries++) {
    at.refuse(at.sent.at(-1), { code: "rate_limited", class: "wait", details: { after_ms: 300 } });
    at.pass(299);
    assert.equal(at.sent.length, tries + 1, "not before its time");
    at.pass(1);
  }
  assert.equal(tries, 11);
  assert.equal(new Set(at.sent.map(({ id }) => id)).size, 1);
  assert.equal(at.answers[0].code, "rate_limited");
});

test("a fault of the server is tried again a few times, waiting longer each time", () => {
  const at = online({ random: () => 1 });
  at.give(say("a"));
  for (const wait of [1250, 2250, 4250, 8250]) {
    at.refuse(at.sent[0], { code: "unavailable", class: "retry" }).forget();
    at.pass(wait - 1);
    assert.deepEqual(at.sent, []);
    at.pass(1);
    assert.deepEqual(at.sent.map(({ id }) => id), ["1@0"]);
  }
  at.refuse(at.sent[0], { code: "unavailable", class: "retry" });
  assert.equal(at.answers[0].code, "unavailable");
});

test("who was faster, or holds the entry, is named", () => {
  const at = online({}, view("a"));
  at.give({ type: "choose", entry: "a", step: "start", visit: 1, path: "Claim" });
  at.refuse(at.sent[0], { code: "stale", class: "fix", details: { by: "bob", step: "claimed" }, entry: view("a", 4, { name: "Claimed" }) });
  at.give({ type: "lock", entry: "a" });
  at.refuse(at.sent[1], { code: "locked", class: "wait", details: { by: ["bob", "eve"] } });
  assert.deepEqual(at.answers.map(({ code, by }) => [code, by]), [["stale", ["Bob"]], ["locked", ["Bob", "eve"]]]);
  assert.equal(at.session.store.entries.get("a").name, "Claimed");
  assert.equal(at.sent.length, 2, "neither is tried again");
});

test("an entry in a refusal that is not in the inbox is not put there", () => {
  const at = online({}, view("a"));
  at.give(say("a")).refuse(at.sent[0], { code: "stale", class: "fix", entry: view("a", 4, { status: "retired" }) });
  at.hear({ type: "gone", n: 2, entry: "a", reason: "retired" });
  at.give(say("z")).refuse(at.sent[1], { code: "stale", class: "fix", entry: view("z", 4) });
  assert.deepEqual([...at.session.store.entries.keys()], []);
});

test("closing ends what has no answer", () => {
  const at = online();
  at.give(say("a"));
  at.session.close();
  at.look().give(say("b"));
  assert.equal(at.answers.length, 2);
  assert.ok(at.answers.every((answer) => answer instanceof Error));
});

/** A storage as a browser has it. */
function storage(room = Infinity) {
  const kept = new Map();
  return {
    kept,
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    removeItem: (name) => void kept.delete(name),
    setItem(name, text) {
      if (kept.size >= room) throw new DOMException("full", "QuotaExceededError");
      kept.set(name, text);
    },
  };
}

let ids = 0;
const keeping = (kept, key = "ann") => begin({ keep: { storage: kept, key }, newId: () => `id${String(++ids).padStart(4, "0")}` });
const late = (at) => at.said.filter(([event]) => event === "late").map(([, command, error, result]) => [command.body, error?.code, result]);

test("commands that a page left are sent by the next one with their ids, in order, and it is told how they ended", () => {
  const kept = storage();
  const one = keeping(kept).tell("open").connect().snapshot();
  one.give(say("a", "sent")).give(say("a", "waits")).give({ type: "get", entry: "a" });
  const [, { id }] = one.sent;
  assert.equal(kept.length, 2);
  const two = keeping(kept).tell("open");
  assert.deepEqual(waiting(two).map(({ id: again, type, since }) => [again !== undefined, type, since]), [[true, "say", 0], [true, "say", 0]]);
  two.connect();
  assert.deepEqual(two.sent.slice(1).map(({ id, body }) => [id, body]), [[id, "sent"]]);
  two.reply(two.sent[1], { m: 1 }).refuse(two.sent[2], { code: "expired", class: "fix" });
  assert.deepEqual(late(two), [["sent", undefined, { m: 1 }], ["waits", "expired", undefined]]);
  assert.equal(kept.length, 0);
});

test("what ended is not kept, and what is refused in one tab is not tried by another", () => {
  const kept = storage();
  const one = keeping(kept).tell("open");
  one.give(say("a", "x"));
  const two = keeping(kept).tell("open");
  one.connect().refuse(one.sent[1], { code: "locked", class: "wait" });
  assert.equal(one.answers[0].code, "locked");
  two.connect();
  assert.deepEqual(two.types(), ["hello"]);
  one.give(say("a", "y"));
  one.session.close();
  assert.deepEqual([kept.length, one.answers.length], [0, 2]);
});

test("another user's commands are left alone, and a full storage refuses nothing", () => {
  const kept = storage(1);
  keeping(kept).tell("open").give(say("a", "of ann"));
  const bob = keeping(kept, "bob").tell("open").give(say("a", "of bob")).connect();
  assert.deepEqual(bob.sent.slice(1).map(({ body }) => body), ["of bob"]);
  assert.equal(keeping(kept).session.queue.waiting.length, 1);
});

test("whenever pages are reloaded, each command is done once, in the order it was given", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const chance = chances(seed);
    const kept = storage();
    const done = new Map();
    const given = [];
    let at = keeping(kept).tell("open");
    const online = () => at.session.state === "online";
    for (let doing = 0; doing < 40; doing++) {
      const what = chance(6);
      if (what < 2) given.push(String(doing)), at.give(say("a", String(doing)));
      else if (what === 2) at = keeping(kept).tell("open");
      else if (what === 3 && online()) at.tell("lost", 1006);
      else if (!online()) (at.session.state === "connecting" ? at : at.tell("retry")).connect({ resumed: true });
      for (const command of at.sent.splice(0)) {
        if (command.id === undefined) continue;
        if (!done.has(command.id)) done.set(command.id, command.body);
        // The answer may get lost.
        if (chance(2)) at.reply(command, {});
      }
    }
    if (!online()) (at.session.state === "connecting" ? at : at.tell("retry")).connect({ resumed: true });
    at.tell("lost", 1006).tell("retry").connect({ resumed: true });
    for (let command; (command = at.sent.shift()); ) {
      if (command.id === undefined) continue;
      if (!done.has(command.id)) done.set(command.id, command.body);
      at.reply(command, {});
    }
    assert.deepEqual([...done.values()], given, `seed ${seed}`);
    assert.equal(kept.length, 0);
  }
});
