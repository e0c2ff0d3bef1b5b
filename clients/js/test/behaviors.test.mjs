import assert from "node:assert/strict";
import { test } from "node:test";

import { Behaviors } from "../src/index.js";

/** A client that writes down what is asked of it. @param {any} result */
function recorder(result = {}) {
  /** @type {any[]} */
  const asked = [];
  return {
    asked,
    profile: { id: "mei", name: "Mei" },
    choose: async (/** @type {any} */ entry, /** @type {string} */ label, /** @type {any} */ data) => {
      asked.push(["choose", entry.id, label, data]);
      return result;
    },
    dispatch: async (/** @type {string} */ tracker, /** @type {any} */ data, /** @type {any} */ more) =>
      asked.push(["dispatch", tracker, data, more]),
  };
}

/** @param {any} behavior */
const entry = (behavior) => ({
  id: "e1",
  data: { who: "Dana" },
  paths: [{ label: "Go", step: "next", behavior }],
});

// seed: behavior.client, behavior.dispatch, behavior.templates
test("a behavior is done by the client that chose, once the server said yes", async () => {
  const client = recorder({ version: 2, target: ["omar"] });
  const behavior = {
    handle: "visit",
    behavior: "dispatch",
    fields: "visit",
    data: { for: "{who}", note: "{who}" },
    templates: ["data.for"],
  };
  const shown = /** @type {any} */ (entry(behavior));
  await new Behaviors().choose(/** @type {any} */ (client), shown, shown.paths[0]);
  assert.deepEqual(client.asked[0].slice(0, 3), ["choose", "e1", "Go"]);
  assert.deepEqual(client.asked[1], ["dispatch", "visit", { for: "Dana", note: "{who}" }, { user: "omar" }]);
});

test("a refused choice does nothing else", async () => {
  const client = recorder();
  client.choose = async () => {
    throw new Error("stale");
  };
  const shown = /** @type {any} */ (entry({ handle: "v", behavior: "dispatch", fields: "visit" }));
  await assert.rejects(new Behaviors().choose(/** @type {any} */ (client), shown, shown.paths[0]), /stale/);
  assert.deepEqual(client.asked, []);
});

test("the host application is handed every behavior that it registered for", async () => {
  const client = recorder({ target: ["omar"] });
  for (const name of ["dispatch", "chat", "managedChat", "layout", "wiki", "schedule", "payment", "ux", "automatic"]) {
    /** @type {any[]} */
    const handed = [];
    const behaviors = new Behaviors().on(name, (run) => handed.push([run.behavior.fields, run.target]));
    const shown = /** @type {any} */ (entry({ handle: "h", behavior: name, fields: "x" }));
    await behaviors.choose(/** @type {any} */ (client), shown, shown.paths[0]);
    assert.deepEqual(handed, [["x", ["omar"]]]);
  }
});

test("a form is filled in first, and cancelling it leaves the step as it is", async () => {
  const client = recorder();
  const shown = /** @type {any} */ (entry({ handle: "f", behavior: "form", fields: "reason" }));
  const behaviors = new Behaviors().on("form", () => undefined);
  const result = await behaviors.choose(/** @type {any} */ (client), shown, shown.paths[0]);
  assert.equal(result, undefined);
  assert.deepEqual(client.asked, []);
});

test("the client does dispatch, form, chat, ux and automatic by itself, with the page it is given", async () => {
  const client = recorder({ version: 2 });
  const behaviors = new Behaviors();
  /** @type {any[]} */
  const done = [];
  const note = (/** @type {string} */ what) => (/** @type {any} */ run) => done.push([what, run.entry.id, client.asked.length]);
  behaviors.page = { fill: () => ({ minutes: 5 }), chat: note("chat"), open: note("open"), close: note("close") };
  const choose = (/** @type {any} */ behavior) => {
    const shown = /** @type {any} */ (entry(behavior));
    return behaviors.choose(/** @type {any} */ (client), shown, shown.paths[0]);
  };
  assert.deepEqual(await choose({ handle: "f", behavior: "form", fields: "sign-off" }), { version: 2 });
  assert.deepEqual(client.asked, [["choose", "e1", "Go", { minutes: 5 }]]);
  await choose({ handle: "c", behavior: "chat" });
  await choose({ handle: "u", behavior: "ux", fields: "close" });
  await choose({ handle: "a", behavior: "automatic", fields: "open" });
  // Each after the server said yes.
  assert.deepEqual(done, [["chat", "e1", 2], ["close", "e1", 3], ["open", "e1", 4]]);
  behaviors.page.fill = async () => undefined;
  assert.equal(await choose({ handle: "f", behavior: "form", fields: "sign-off" }), undefined);
  assert.equal(client.asked.length, 4, "cancelled: nothing is said");
});

test("a form that nobody can fill in is not chosen; what nobody knows is left alone", async () => {
  const client = recorder({ version: 2 });
  const shown = (/** @type {string} */ behavior) => /** @type {any} */ (entry({ handle: "h", behavior, fields: "x" }));
  const form = shown("form");
  await assert.rejects(new Behaviors().choose(/** @type {any} */ (client), form, form.paths[0]), /page/);
  assert.deepEqual(client.asked, []);
  for (const name of ["wiki", "toString"]) {
    const one = shown(name);
    assert.deepEqual(await new Behaviors().choose(/** @type {any} */ (client), one, one.paths[0]), { version: 2 });
  }
});
