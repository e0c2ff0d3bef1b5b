/** The client's shell against a server that follows a script, over a real socket. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { Client, RefusalError } from "../src/index.js";

const opened = [];
afterEach(() => {
  for (const thing of opened.splice(0)) thing.close();
});

/** A server that hands each connection's messages to `hear(message, say, socket, connection number)`. */
async function serve(hear) {
  const server = new WebSocketServer({ port: 0, handleProtocols: () => "lockstep.v1.json" });
  opened.push(server);
  let connections = 0;
  server.on("connection", (socket) => {
    const number = ++connections;
    const say = (...messages) => socket.send(JSON.stringify(messages.length === 1 ? messages[0] : messages));
    socket.on("message", (data) => hear(JSON.parse(String(data)), say, socket, number));
  });
  await new Promise((ready) => server.once("listening", ready));
  return `http://127.0.0.1:${server.address().port}`;
}

const entry = { id: "a", version: 1, title: "A", step: "start", visit: 1, chat: { count: 0 }, paths: [] };
const welcome = (more) => ({ type: "welcome", session: "s", user: { id: "ann", name: "Ann" }, epoch: "e", n: 1, resumed: false, heartbeat: 20, limits: {}, ...more });
const snapshot = { type: "snapshot", n: 1, page: 1, pages: 1, entries: [entry], rooms: [], people: [] };

function connect(url) {
  const client = new Client({ url, token: "t", WebSocket, random: () => 0 }).connect();
  opened.push({ close: () => client.close() });
  return client;
}

/** Wait for a change that makes `holds` true; several changes may come at once. */
const until = (client, holds) =>
  new Promise((done) => {
    const stop = client.on("change", () => holds(client.store) && (stop(), done()));
  });
const once = (client, event) => new Promise((done) => { const stop = client.on(event, (...args) => { stop(); done(args); }); });

test("it signs in, shows the inbox and follows a diff", async () => {
  const hellos = [];
  const url = await serve((message, say) => {
    hellos.push(message);
    say(welcome());
    say(snapshot);
    say({ type: "diff", n: 2, entry: "a", base: 1, version: 2, set: { name: "Claimed" }, unset: [], by: "bob", cause: "choose" });
  });
  const client = connect(url);
  await until(client, (store) => store.entries.get("a")?.name === "Claimed");
  assert.equal(hellos[0].token, "t");
  assert.equal(client.store.entries.get("a").name, "Claimed");
  assert.deepEqual(client.store.position, { epoch: "e", n: 2 });
});

test("a command without an answer is said again with its id, after coming back with the position", async () => {
  const heard = [];
  const url = await serve((message, say, socket, number) => {
    heard.push({ ...message, number });
    if (message.type === "hello") {
      say(welcome({ resumed: number > 1 }));
      if (number === 1) say(snapshot);
    } else if (number === 1) socket.terminate();
    else say({ type: "reply", id: message.id, n: 2, result: { version: 2 } });
  });
  const client = connect(url);
  await once(client, "change");
  const result = await client.choose(client.store.entries.get("a"), "Claim");
  assert.deepEqual(result, { version: 2 });
  const chosen = heard.filter((message) => message.type === "choose");
  assert.deepEqual(chosen.map((message) => message.number), [1, 2]);
  assert.equal(chosen[0].id, chosen[1].id);
  assert.deepEqual(heard.find((m) => m.type === "hello" && m.number === 2).position, { epoch: "e", n: 1 });
  assert.deepEqual(client.pending, []);
});

test("a refusal rejects with what it says, and its entry is kept", async () => {
  const url = await serve((message, say) => {
    if (message.type === "hello") say(welcome()), say(snapshot);
    else say({ type: "refusal", id: message.id, code: "stale", class: "fix", message: "Bob was faster", details: { by: "bob" }, entry: { ...entry, version: 4, title: "B" } });
  });
  const client = connect(url);
  await once(client, "change");
  await assert.rejects(client.choose(entry, "Claim"), (error) => {
    assert.ok(error instanceof RefusalError);
    assert.deepEqual([error.code, error.class, error.message, error.details.by], ["stale", "fix", "Bob was faster", "bob"]);
    return true;
  });
  assert.equal(client.store.entries.get("a").title, "B");
});

test("a gap is filled by asking for the entry", async () => {
  const url = await serve((message, say) => {
    if (message.type === "hello") {
      say(welcome());
      say(snapshot);
      say({ type: "diff", n: 5, entry: "a", base: 4, version: 5, set: {}, unset: [], by: "bob", cause: "choose" });
    } else if (message.type === "get") {
      say({ type: "reply", id: message.id, result: { entry: { ...entry, version: 5, title: "Whole" } } });
    }
  });
  const client = connect(url);
  await until(client, (store) => store.entries.get("a")?.title === "Whole");
  assert.equal(client.store.entries.get("a").version, 5);
});

test("a token that is not accepted ends it, and nothing is tried again", async () => {
  let connections = 0;
  const url = await serve((message, say, socket, number) => {
    connections = number;
    say({ type: "refusal", code: "unauthorized", class: "stop", message: "no" });
    socket.close(4100);
  });
  const client = connect(url);
  const [refusal] = await once(client, "refused");
  assert.equal(refusal.code, "unauthorized");
  assert.equal(client.state, "closed");
  assert.equal(connections, 1);
  await assert.rejects(client.say("a", "hello"));
});

test("conversations of rooms and entries are named apart on the wire", async () => {
  const heard = [];
  const url = await serve((message, say) => {
    heard.push(message);
    if (message.type === "hello") say(welcome()), say(snapshot);
    else if (message.type === "messages") {
      say({ type: "reply", id: message.id, result: { messages: [{ m: 1, from: "bob", at: "", body: "Hi" }] } });
    } else if (message.id) say({ type: "reply", id: message.id, n: 2, result: { m: 2 } });
  });
  const client = connect(url);
  await once(client, "change");
  await client.messages({ room: "r1" });
  client.typing({ room: "r1" });
  client.read("a", { m: 1 });
  await client.say({ room: "r1" }, "Hello", { data: { x: 1 }, schema: "x.json" });
  const [, messages, typing, read, say] = heard.map(({ id, ...rest }) => rest);
  assert.deepEqual(messages, { type: "messages", room: "r1" });
  assert.deepEqual(typing, { type: "typing", room: "r1" });
  assert.deepEqual(read, { type: "read", entry: "a", m: 1 });
  assert.deepEqual(say, { type: "say", room: "r1", body: "Hello", data: { x: 1 }, schema: "x.json" });
  assert.equal(client.store.conversations.messages.get("room:r1").length, 1);
});

test("a new token is asked for when one ended", async () => {
  const tokens = [];
  const url = await serve((message, say, socket, number) => {
    if (message.type !== "hello") return;
    tokens.push(message.token);
    if (number === 1) socket.close(4101);
    else say(welcome()), say(snapshot);
  });
  let asked = 0;
  const client = new Client({ url, token: async () => `t${++asked}`, WebSocket, random: () => 0 }).connect();
  opened.push({ close: () => client.close() });
  await until(client, (store) => store.entries.has("a"));
  assert.deepEqual(tokens, ["t1", "t2"]);
});

test("a listener's fault does not stop the session", async () => {
  const url = await serve((message, say) => {
    if (message.type === "hello") say(welcome()), say(snapshot);
    else say({ type: "reply", id: message.id, n: 2, result: { m: 1 } });
  });
  const client = connect(url);
  const faults = [];
  const [before] = process.listeners("uncaughtException").splice(0);
  process.removeAllListeners("uncaughtException");
  process.once("uncaughtException", (error) => faults.push(error.message));
  client.on("change", () => {
    throw new Error("of the listener");
  });
  await once(client, "change");
  assert.deepEqual(await client.say("a", "hello"), { m: 1 });
  if (before) process.on("uncaughtException", before);
  assert.deepEqual(faults, ["of the listener"]);
});
