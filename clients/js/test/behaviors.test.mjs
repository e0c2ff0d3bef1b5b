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
  for (const name of ["chat", "managedChat", "layout", "wiki", "schedule", "payment", "ux", "automatic"]) {
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
