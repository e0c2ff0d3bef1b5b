/** The three example workflows, from start to end, by several people in windows of their own. */

import assert from "node:assert/strict";
import { house, path, row } from "./browser.mjs";

const { demo, journey, windows } = house();

journey("a service call: one claims it, the other sees the paths close, it is finished", async () => {
  const [omar, mei] = await windows("omar", "mei");
  const subject = "The heating is cold";
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  for (const page of [omar, mei]) await row(page, subject).click();

  await path(omar, "Claim").click();
  await mei.getByText("Omar Haddad holds this").waitFor();
  await row(mei, subject).getByText("Claimed").waitFor();
  assert.equal(await path(mei, "Finish").isDisabled(), true);
  await mei.getByText("Omar Haddad is on the way").first().waitFor();

  await path(omar, "Log visit").click();
  await path(omar, "Finish").click();
  const form = omar.getByRole("dialog");
  await form.getByRole("button", { name: "Finish" }).click();
  await form.getByRole("alert").waitFor();
  await form.getByLabel("Minutes").fill("45");
  await form.getByLabel(/Note/).fill("New thermostat");
  await form.getByRole("button", { name: "Finish" }).click();
  for (const page of [omar, mei]) await row(page, subject).waitFor({ state: "detached" });
});

journey("an expense: approved by the one who was asked", async () => {
  const [ruth] = await windows("ruth");
  const data = { requester: "Dana Reyes", amount: 99.5, currency: "EUR", policyPage: "travel" };
  await demo.command("dana", { type: "start", workflow: "expense", to: ["ruth"], data });
  await row(ruth, "99.50 EUR").click();
  await path(ruth, "Open").click();
  await ruth.getByText("You are looking at it").first().waitFor();
  await path(ruth, "Reject").click();
  await ruth.getByRole("dialog").getByLabel("Reason").fill("No receipt");
  await ruth.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await path(ruth, "Reconsider").click();
  await path(ruth, /^Approve 1/).or(path(ruth, "Approve")).first().click();
  await row(ruth, "99.50 EUR").waitFor({ state: "detached" });
});

journey("an incident: escalated, talked about, returned, solved", async () => {
  const [omar, mei, ruth] = await windows("omar", "mei", "ruth");
  const data = { system: "Billing", severity: 1, roomId: "r1" };
  await demo.command("dana", { type: "dispatch", tracker: "incident", data });
  const title = "Critical incident: Billing";
  for (const page of [omar, mei]) await row(page, title).click();
  await path(omar, "Acknowledge").click();
  await mei.getByText("Omar Haddad holds this").waitFor();
  await path(omar, "Escalate").click();
  await row(ruth, title).click();
  for (const page of [omar, mei]) await row(page, title).waitFor({ state: "detached" });

  await ruth.getByLabel("Message").fill("Calling the vendor now");
  await ruth.getByRole("button", { name: "Send" }).click();
  await ruth.getByText("Calling the vendor now").first().waitFor();
  await path(ruth, "Back to the team").click();
  await row(mei, title).click();
  await mei.getByRole("region", { name: "Conversation" }).getByText("Calling the vendor now").waitFor();
  await path(mei, "Solved").click();
  for (const page of [omar, mei, ruth]) await row(page, title).waitFor({ state: "detached" });
});

journey("the page says when the server is gone, and catches up when it is back", async () => {
  const [omar, mei] = await windows("omar", "mei");
  const subject = "The lift hums";
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  await row(omar, subject).click();
  await demo.end("SIGKILL");
  await omar.getByText("No connection.", { exact: true }).waitFor();
  await path(omar, "Claim").click();
  await omar.getByText("“Claim” is queued").waitFor();
  await omar.getByText("1 queued: sent when").waitFor();
  // Who is there is not known, and a lock would hold nothing now.
  assert.equal(await omar.getByRole("region", { name: "Details" }).getByText("online").count(), 0);
  assert.equal(await omar.getByRole("button", { name: "Hold it while you decide" }).isDisabled(), true);
  await demo.run(demo.port);
  for (const page of [omar, mei]) await page.getByText("Live", { exact: true }).waitFor();
  await row(mei, subject).getByText("Claimed").waitFor();
});

journey("two queue the same choice while the server is gone: one is told who was faster", async () => {
  const [omar, mei] = await windows("omar", "mei");
  const subject = "The door squeaks";
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  for (const page of [omar, mei]) await row(page, subject).click();
  for (const page of [omar, mei]) await path(page, "Claim").waitFor();
  await demo.end("SIGKILL");
  for (const page of [omar, mei]) {
    await page.getByText("No connection.", { exact: true }).waitFor();
    await path(page, "Claim").click();
    await page.getByText("“Claim” is queued").waitFor();
  }
  await demo.run(demo.port);
  const lost = (page, name) => page.getByText(`${name} was faster: “Claim”`).waitFor().then(() => page);
  const loser = await Promise.any([lost(omar, "Mei Lin"), lost(mei, "Omar Haddad")]);
  assert.equal(await path(loser, "Finish").isDisabled(), true);
});

journey("one waits in line for a lock, and has it when it is given back", async () => {
  const [omar, mei] = await windows("omar", "mei");
  const subject = "The blinds hang";
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  for (const page of [omar, mei]) await row(page, subject).click();
  await omar.getByRole("button", { name: "Hold it while you decide" }).click();
  await mei.getByRole("button", { name: "Wait for it" }).click();
  await mei.getByText("You are number 1 in line").waitFor();
  await mei.getByRole("button", { name: "Ask for it" }).click();
  await omar.getByText("would like to have it").first().waitFor();
  await omar.getByRole("button", { name: "Release the lock" }).click();
  await mei.getByRole("button", { name: "Release the lock" }).waitFor();
});

journey("a form is sent later when the server is gone", async () => {
  const [omar] = await windows("omar");
  const subject = "The bell is mute";
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  await row(omar, subject).click();
  await path(omar, "Claim").click();
  await path(omar, "Log visit").click();
  await path(omar, "Finish").click();
  const form = omar.getByRole("dialog");
  await form.getByLabel("Minutes").fill("45");
  await demo.end("SIGKILL");
  await omar.getByText("No connection.", { exact: true }).waitFor();
  await form.getByRole("button", { name: "Finish" }).click();
  await form.getByText("Queued: it is sent").waitFor();
  await form.getByRole("button", { name: "Close" }).click();
  await omar.getByText("“Finish” is queued").waitFor();
  await demo.run(demo.port);
  await row(omar, subject).waitFor({ state: "detached" });
});
