/** Rooms, forms, histories, links and notifications, in windows of several people. */

import assert from "node:assert/strict";
import { house, path, row } from "./browser.mjs";

const { demo, journey, windows } = house();

async function say(page, text) {
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

/** Put a workflow in, as the administrator. */
async function publish(name, definition) {
  const answer = await fetch(`${demo.url}/v1/workflows/${name}`, {
    method: "PUT",
    headers: { Authorization: "Bearer demo:sam" },
    body: JSON.stringify(definition),
  });
  assert.equal(answer.status, 201, await answer.text());
}

const conversation = (page) => page.getByRole("region", { name: "Conversation" });
const rooms = (page) => page.getByRole("list", { name: "Rooms" });

journey("an incident's room: its members talk in it, and a mention brings somebody in", async () => {
  const [omar, mei, dana] = await windows("omar", "mei", "dana");
  const data = { system: "Search", severity: 2, roomId: "search-room" };
  await demo.command("dana", { type: "dispatch", tracker: "incident", data });
  const title = "Major incident: Search";
  await row(omar, title).click();
  await path(omar, "Acknowledge").click();
  await path(omar, "Incident room").click();
  await omar.getByRole("list", { name: "Members" }).getByText("Mei Lin").waitFor();

  await say(omar, "Is it the index?");
  await rooms(mei).getByLabel("1 new").waitFor();
  await rooms(mei).getByRole("button", { name: title }).click();
  await conversation(mei).getByText("Is it the index?").waitFor();
  await rooms(mei).getByLabel("1 new").waitFor({ state: "detached" });
  await mei.getByLabel("Message").pressSequentially("Yes. @re");
  await mei.getByRole("option", { name: "Dana Reyes" }).waitFor();
  await mei.getByLabel("Message").press("Enter");
  await mei.getByLabel("Message").pressSequentially("did you change it?");
  await mei.getByLabel("Message").press("Enter");
  await conversation(mei).getByText("did you change it?").waitFor();
  await conversation(omar).getByText("@Dana Reyes").waitFor();

  await rooms(dana).getByRole("button", { name: title }).click();
  await dana.getByRole("list", { name: "Members" }).getByText("You").waitFor();
  await say(dana, "Not today");
  for (const page of [omar, mei]) await conversation(page).getByText("Not today").waitFor();
  await omar.reload();
  await conversation(omar).getByText("Not today").waitFor();
});

journey("a form: errors at their fields, what was typed is kept, then the history tells of it", async () => {
  const [omar] = await windows("omar");
  const subject = "The door sticks";
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  await row(omar, subject).click();
  await path(omar, "Claim").click();
  await path(omar, "Finish").click();
  const form = omar.getByRole("dialog");
  const minutes = form.getByLabel("Minutes");
  await form.getByLabel("Note").fill("Planed the edge");
  await minutes.fill("-5");
  await form.getByRole("button", { name: "Finish" }).click();
  await form.getByRole("alert").waitFor();
  assert.equal(await minutes.getAttribute("aria-invalid"), "true");
  await omar.waitForFunction(() => document.activeElement?.getAttribute("name") === "minutes");

  await form.getByRole("button", { name: "Cancel" }).click();
  await form.waitFor({ state: "detached" });
  await row(omar, subject).getByText("Claimed").waitFor();
  await path(omar, "Finish").click();
  assert.equal(await form.getByLabel("Note").inputValue(), "Planed the edge");
  assert.equal(await minutes.inputValue(), "-5");
  await minutes.fill("30");
  await form.getByRole("button", { name: "Finish" }).click();
  await row(omar, subject).waitFor({ state: "detached" });

  await omar.getByRole("tab", { name: "History" }).click();
  const history = omar.getByRole("region", { name: "History" });
  const last = history.getByRole("listitem").filter({ hasText: "chose “Finish”" }).first();
  await last.getByText("Planed the edge").waitFor();
  await last.getByText("the task is complete").waitFor();
  await history.getByText("Dana Reyes started it").waitFor();
  const [download] = await Promise.all([
    omar.waitForEvent("download"),
    history.getByRole("link", { name: "Export" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `history-${entries[0]}.jsonl`);
});

journey("a conversation is opened with what the behavior proposes, and a link opens the entry", async () => {
  const [omar, mei, ruth] = await windows("omar", "mei", "ruth");
  const subject = "The lamp flickers";
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  await row(omar, subject).click();
  await path(omar, "Claim").click();
  await omar.getByRole("tab", { name: "History" }).click();
  await path(omar, "Message the requester").click();
  await omar.getByLabel("Message").waitFor();
  await omar.waitForFunction(() => document.activeElement?.id === "say");

  await publish("asking", {
    start: {
      name: "Question",
      template: "A question",
      scope: "$sink",
      paths: [{ label: "Ask", step: "start", behavior: "ask" }],
      behaviors: [
        { handle: "ask", behavior: "chat", data: { text: "{profile.name} asks: " }, templates: ["data.text"] },
      ],
    },
  });
  await demo.command("dana", { type: "start", workflow: "asking", to: ["ruth"] });
  await row(ruth, "A question").click();
  await path(ruth, "Ask").click();
  await ruth.waitForFunction(() => document.activeElement?.value === "Ruth Adeyemi asks: ");

  await mei.goto(`${demo.url}/#entry=${entries[0]}`);
  await mei.getByRole("heading", { name: subject }).waitFor();
  await mei.reload();
  await mei.getByRole("heading", { name: subject }).waitFor();
});

/** Which entries the page says that it is looking at, from now on. */
async function watched(page) {
  const sent = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === "watch") sent.push([message.entry, message.away ?? false]);
    }),
  );
  await page.reload();
  await page.getByText("Live", { exact: true }).waitFor();
  return sent;
}

journey("what is looked at is watched while the page has the focus", async () => {
  const [omar] = await windows("omar");
  const subject = "The tap drips";
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  const sent = await watched(omar);
  await row(omar, subject).click();
  await omar.getByRole("heading", { name: subject }).waitFor();
  await omar.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  await omar.evaluate(() => {
    document.hasFocus = () => true;
    dispatchEvent(new Event("focus"));
  });
  await path(omar, "Claim").click();
  await row(omar, subject).getByText("Claimed").waitFor();
  assert.deepEqual(sent.slice(-3), [[entries[0], false], [null, true], [entries[0], false]]);
});

journey("this device is registered for pushes on a click, and taken back when leaving", async () => {
  const [omar] = await windows("omar");
  await omar.context().grantPermissions(["notifications"], { origin: demo.url });
  const asked = [];
  omar.on("request", (request) => {
    if (request.url().endsWith("/v1/push/subscriptions")) asked.push([request.method(), request.postDataJSON()]);
  });
  // No push service is reached from here: the browser's part is played by the page.
  await omar.evaluate(() => {
    let made = null;
    const keys = {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    };
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      const endpoint = `https://push.example.org/${String(applicationServerKey).length}`;
      made = { endpoint, toJSON: () => ({ endpoint, keys }), unsubscribe: async () => ((made = null), true) };
      return made;
    };
    PushManager.prototype.getSubscription = async () => made;
  });
  await omar.getByRole("button", { name: "Omar Haddad: menu" }).click();
  const control = omar.getByRole("switch", { name: "Notify me on this device" });
  assert.equal(await control.getAttribute("aria-checked"), "false");
  await control.click();
  await omar.getByRole("switch", { name: "Notify me on this device", checked: true }).waitFor();
  await omar.getByRole("button", { name: "Sign out" }).click();
  await omar.getByText("Sign in to the demo as").waitFor();
  assert.deepEqual(asked.map(([method]) => method), ["POST", "DELETE"]);
  assert.equal(asked[0][1].keys.auth, "BTBZMqHH6r4Tts7J_aSIgg");
  assert.equal(asked[1][1].endpoint, asked[0][1].endpoint);
});

journey("the service worker shows what is pushed, once for an entry, and leads to the entry", async () => {
  const [omar] = await windows("omar");
  const subject = "The window is open";
  const { entries } = await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  const [entry] = entries;
  await omar.context().grantPermissions(["notifications"], { origin: demo.url });
  const devtools = await omar.context().newCDPSession(omar);
  const registered = new Promise((done) =>
    devtools.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      const active = versions.find((version) => version.status === "activated");
      if (active) done(active.registrationId);
    }),
  );
  await devtools.send("ServiceWorker.enable");
  await omar.evaluate(async () => {
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
  });
  const registrationId = await registered;
  for (const body of ["first", "second"]) {
    const data = JSON.stringify({ entry, title: "Service call", body });
    await devtools.send("ServiceWorker.deliverPushMessage", { origin: demo.url, registrationId, data });
  }
  const shown = await omar.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (;;) {
      const found = await registration.getNotifications();
      if (found.some((one) => one.body === "second")) return found.map(({ title, body, tag }) => ({ title, body, tag }));
      await new Promise(requestAnimationFrame);
    }
  });
  assert.deepEqual(shown, [{ title: "Service call", body: "second", tag: entry }]);

  // A click cannot be made here; what it does can. Only a real one may bring the window forward.
  const [worker] = omar.context().serviceWorkers();
  await worker.evaluate((id) => lead({ entry: id }).catch(() => {}), entry);
  await omar.getByRole("heading", { name: subject }).waitFor();
});

journey("on a phone who writes goes on seeing where, above the paths", async () => {
  const [omar] = await windows("omar");
  await omar.setViewportSize({ width: 390, height: 700 });
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject: "The sink is full" } });
  await row(omar, "The sink is full").click();
  const field = omar.getByLabel("Message");
  for (const text of ["On my way", "The washer is gone", "I fetch one and am back in a quarter of an hour"]) {
    await field.fill(text);
    await field.press("Enter");
    await conversation(omar).getByText(text).waitFor();
  }
  await omar.waitForFunction(() => {
    const at = (/** @type {string} */ place) => document.querySelector(place)?.getBoundingClientRect();
    return (at("#say")?.bottom ?? Infinity) <= (at(".act > .paths")?.top ?? 0);
  });
});
