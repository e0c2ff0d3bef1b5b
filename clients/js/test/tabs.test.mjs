/** One connection for all tabs: no socket, no browser, the time by hand. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { World } from "./windows.mjs";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-01-31T09:00:00Z") }));
afterEach(() => mock.timers.reset());

/** Time passes, and all that happens by it. */
async function pass(world, ms) {
  await world.settle();
  for (let left = ms; left > 0; left -= 250) {
    mock.timers.tick(Math.min(250, left));
    await world.settle();
  }
}

const begin = async (...tabs) => {
  const world = new World();
  const clients = [];
  for (const tab of tabs) {
    clients.push(world.open(tab));
    await world.settle();
  }
  return { world, server: world.server, clients };
};
const names = (client) => [...client.store.entries.values()].map(({ id, version, name }) => `${id}${version} ${name ?? ""}`).sort();
const state = ({ world }) => [...world.tabs.values()].map(({ client }) => [client.state, client._tabs.leads]);

test("tabs of one user share a connection, and each shows the inbox and what changes", async () => {
  const { world, server, clients } = await begin("one", "two", "three");
  assert.equal(server.sessions.size, 1);
  assert.deepEqual(state({ world }), [["online", true], ["online", false], ["online", false]]);
  server.change("claimed", "a");
  await world.settle();
  for (const client of clients) {
    assert.deepEqual(names(client), ["a2 claimed", "b1 "]);
    assert.deepEqual(client.store.position, { epoch: "e", n: 2 });
    assert.equal(client.profile.id, "ann");
  }
});

test("a command of any tab is done once and answered to it", async () => {
  const { world, server, clients } = await begin("one", "two", "three");
  const answers = clients.map((client, index) => client.say("a", `by ${index}`));
  await world.settle();
  assert.deepEqual((await Promise.all(answers)).map(({ body }) => body), ["by 0", "by 1", "by 2"]);
  assert.equal(server.done.size, 3);
  for (const client of clients) assert.equal(client.store.entries.get("a").version, 4);
});

test("when the leader is killed another one comes back in its place: nothing is lost or doubled", async () => {
  const { world, server, clients: [, two, three] } = await begin("one", "two", "three");
  const answer = two.say("a", "in flight");
  // It reached the server, whose answer the leader did not pass on.
  while (!server.done.size) await world.step();
  world.kill("one");
  server.change("meanwhile", "b");
  await pass(world, 1000);
  assert.deepEqual(await answer, { body: "in flight" });
  assert.equal(server.done.size, 1);
  assert.equal(server.sessions.size, 1);
  assert.deepEqual(state({ world }), [["online", true], ["online", false]]);
  for (const client of [two, three]) assert.deepEqual(names(client), ["a2 in flight", "b2 meanwhile"]);
});

test("a leader that closes hands over", async () => {
  const { world, server, clients: [one, two] } = await begin("one", "two");
  one.close();
  await pass(world, 1000);
  assert.deepEqual([one.state, two.state, two._tabs.leads], ["closed", "online", true]);
  assert.equal(server.sessions.size, 1);
  one.connect();
  await pass(world, 1000);
  assert.deepEqual([one.state, one._tabs.leads, server.sessions.size], ["online", false, 1]);
});

test("a leader that is frozen is passed by, and follows once it runs again", async () => {
  const { world, server, clients: [one, two, three] } = await begin("one", "two", "three");
  world.frozen.add("one");
  const answer = two.say("a", "to a frozen leader");
  await pass(world, 6000);
  assert.deepEqual(await answer, { body: "to a frozen leader" });
  assert.equal(server.done.size, 1);
  assert.equal(two._tabs.leads, true);
  world.frozen.delete("one");
  await pass(world, 2000);
  assert.deepEqual(state({ world }), [["online", false], ["online", true], ["online", false]]);
  assert.equal(server.sessions.size, 1);
  for (const client of [one, two, three]) assert.deepEqual(names(client), ["a2 to a frozen leader", "b1 "]);
});

test("while the leader has no connection the others are offline, and what they say waits", async () => {
  const { world, server, clients: [, two] } = await begin("one", "two");
  const dialled = world.server.connect;
  server.connect = (_, close) => (close(1006), 0);
  server.drop(1);
  await world.settle();
  const answer = two.say("a", "later");
  await pass(world, 30_000);
  assert.notEqual(two.state, "online");
  assert.equal(two.pending.length, 1);
  server.connect = dialled;
  await pass(world, 40_000);
  assert.deepEqual(await answer, { body: "later" });
  assert.equal(server.sessions.size, 1);
  assert.deepEqual(state({ world }), [["online", true], ["online", false]]);
});

test("what the tab in front looks at counts; a tab that is gone looks at nothing", async () => {
  const { world, server, clients: [one, two, three] } = await begin("one", "two", "three");
  one.watch("a", { away: true });
  two.watch("b");
  await world.settle();
  three.watch("a", { away: true });
  await world.settle();
  assert.deepEqual(server.signals.at(-1), { type: "watch", entry: "b" });
  world.kill("two");
  await world.settle();
  assert.deepEqual(server.signals.at(-1), { type: "watch", entry: "a", away: true });
  const said = server.signals.length;
  one.watch("a", { away: true });
  await world.settle();
  assert.equal(server.signals.length, said, "the same is said once");
});

test("tabs of another user stay apart", async () => {
  const { world, server } = await begin("one", "two");
  const other = world.open("three", { tabs: "bob" });
  await world.settle();
  assert.deepEqual([other.state, other._tabs.leads, server.sessions.size], ["online", true, 2]);
});

test("without locks each tab has a connection of its own", async () => {
  const { world, server } = await begin("one", "two");
  const alone = world.open("three", { locks: null });
  await world.settle();
  assert.deepEqual([alone.state, server.sessions.size], ["online", 2]);
});

test("who comes while the leader mends a gap is welcomed when it is whole again", async () => {
  const { world, server } = await begin("one");
  const whole = { ...server.entries.get("a"), version: 5, name: "mended" };
  server.entries.set("a", whole);
  server.n = 5;
  server.sessions.get(1).say([{ type: "diff", n: 5, entry: "a", base: 4, version: 5, set: {}, unset: [] }]);
  // The diff is told, the answer to the question for it is not.
  const hear = server.hear;
  const asked = [];
  server.hear = (...heard) => (heard[1].type === "get" ? asked.push(heard) : hear.apply(server, heard));
  await world.settle();
  const two = world.open("two");
  await world.settle();
  assert.deepEqual([asked.length, two.state], [1, "connecting"]);
  hear.apply(server, asked[0]);
  await world.settle();
  assert.deepEqual(names(two), ["a5 mended", "b1 "]);
});

test("a tab that missed nothing keeps its conversations, one that missed something asks anew", async () => {
  const { world, server, clients: [, two, three] } = await begin("one", "two", "three");
  const said = (m) => ({ type: "chat", n: (server.n += 1), entry: "a", m, from: "bob", at: "", body: String(m) });
  for (const client of [two, three]) client.store.conversations.page("a", { messages: [] });
  server.sessions.get(1).say([said(1)]);
  await world.settle();
  world.frozen.add("three");
  server.sessions.get(1).say([said(2)]);
  await world.settle();
  world.kill("one");
  world.ways.delete("three from one");
  await pass(world, 1000);
  world.frozen.delete("three");
  await pass(world, 1000);
  assert.deepEqual(state({ world }), [["online", true], ["online", false]]);
  assert.equal(two.store.conversations.messages.get("a").length, 2);
  assert.equal(three.store.conversations.messages.get("a"), undefined);
});

for (let seed = 1; seed <= 30; seed++) {
  test(`a history of tabs that come, go, freeze and lose the connection (${seed})`, async () => {
    const world = new World(seed);
    const { server, chance } = world;
    const given = [];
    const answered = new Map();
    let opened = 0;
    for (let doing = 0; doing < 60; doing++) {
      const tabs = [...world.tabs.keys()];
      const tab = tabs[chance(tabs.length)];
      const client = world.tabs.get(tab)?.client;
      const what = chance(12);
      if (what === 0 && tabs.length < 5) world.open(`tab${++opened}`);
      else if (!client) world.open(`tab${++opened}`);
      else if (what === 1) world.kill(tab);
      else if (what === 2) world.frozen.add(tab);
      else if (what === 3) world.frozen.delete(tab);
      else if (what === 4) server.drop([...server.sessions.keys()].at(-1));
      else if (what < 8) {
        const body = `${doing} of ${tab}`;
        given.push([tab, body]);
        client.say(chance(2) ? "a" : "b", body).then(
          () => answered.set(body, (answered.get(body) ?? 0) + 1),
          () => {},
        );
      } else if (what < 10) server.change(`change ${doing}`);
      else mock.timers.tick(chance(6000));
      for (let steps = chance(30); steps > 0; steps--) await world.step();
    }
    world.frozen.clear();
    if (!world.tabs.size) world.open(`tab${++opened}`);
    await pass(world, 90_000);
    const shown = [...server.entries.values()].map(({ id, version, name }) => `${id}${version} ${name ?? ""}`).sort();
    const leaders = [...world.tabs.values()].filter(({ client }) => client._tabs.leads);
    assert.deepEqual([leaders.length, server.sessions.size], [1, 1]);
    for (const [tab, { client }] of world.tabs) {
      assert.equal(client.state, "online", tab);
      assert.deepEqual(names(client), shown, tab);
      assert.equal(client.store.position.n, server.n, tab);
      assert.deepEqual(client.pending, [], tab);
    }
    const bodies = [...server.done.values()].map(({ body }) => body);
    assert.equal(new Set(bodies).size, bodies.length, "nothing is done twice");
    for (const [tab, body] of given) if (world.tabs.has(tab)) assert.equal(answered.get(body), 1, body);
  });
}
