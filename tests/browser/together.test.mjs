/** People in windows of their own see what each of them does, and changes his mind about. */

import assert from "node:assert/strict";
import { house, path, row } from "./browser.mjs";

const { demo, journey, windows } = house();

/** Both look at one entry. */
async function lookingAt(subject, ...pages) {
  await demo.command("dana", { type: "dispatch", tracker: "service-request", data: { subject } });
  for (const page of pages) await row(page, subject).click();
}

journey("an author changes a message by the keyboard and takes it back; the other sees both", async () => {
  const [omar, mei] = await windows("omar", "mei");
  await lookingAt("The heating is cold", omar, mei);
  const field = omar.getByLabel("Message", { exact: true });
  await field.fill("I am on teh way");
  await field.press("Enter");
  await mei.getByText("I am on teh way").last().waitFor();
  await omar.getByRole("button", { name: "Edit: I am on teh way" }).waitFor();
  await field.press("ArrowUp");
  const edit = omar.getByLabel("Edit your message");
  await edit.fill("I am on the way");
  await edit.press("Enter");
  const conversation = mei.getByRole("region", { name: "Conversation" });
  await conversation.getByText("I am on the way").waitFor();
  await conversation.getByText("edited").waitFor();
  assert.equal(await conversation.getByRole("button", { name: /^Edit/ }).count(), 0, "it is not hers");

  await omar.getByRole("button", { name: "Delete: I am on the way" }).click();
  await omar.getByRole("button", { name: "Really delete: I am on the way" }).click();
  await conversation.getByText("This message was deleted").waitFor();
  assert.equal(await conversation.getByText("I am on the way").count(), 0);
});

/** Press a key; what has the focus before any other key could come, and where its caret is. */
const pressed = (field, key) =>
  field.evaluate(async (target, key) => {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    for (let turn = 0; turn < 9; turn++) await null;
    const { ariaLabel, selectionStart } = document.activeElement;
    return [ariaLabel, selectionStart];
  }, key);

journey("who types on at once types into what he opened", async () => {
  const [omar] = await windows("omar");
  await lookingAt("The stairs creak", omar);
  const field = omar.getByLabel("Message", { exact: true });
  await field.fill("All of them");
  await field.press("Enter");
  await omar.getByRole("button", { name: "Edit: All of them" }).waitFor();
  assert.deepEqual(await pressed(field, "ArrowUp"), ["Edit your message", 11]);
  assert.deepEqual(await pressed(omar.getByLabel("Edit your message"), "Escape"), ["Message", 0]);
  for (const tab of ["History", "Conversation"]) {
    await omar.getByRole("tab", { name: tab }).click();
    assert.deepEqual(await pressed(omar.locator("body"), "c"), ["Message", 0]);
  }

  // The fields of a form are there when the server has told them.
  await omar.evaluate(() => {
    const focus = () => document.querySelector("dialog input") && (window.focused ??= document.activeElement.name ?? null);
    new MutationObserver(focus).observe(document.body, { subtree: true, childList: true });
  });
  for (const label of ["Claim", "Log visit", "Finish"]) await path(omar, label).click();
  await omar.getByRole("dialog").getByLabel("Minutes").waitFor();
  assert.equal(await omar.evaluate(() => window.focused), "minutes");
});

journey("an administrator frees a lock with a reason, and the holder sees who did", async () => {
  const [sam, mei] = await windows("sam", "mei");
  const definition = {
    start: { name: "Shared", template: "The shared key", scope: "given users [sam, mei]", paths: [{ label: "Done", step: "done" }] },
    done: { name: "Done", scope: "$all", status: "retired" },
  };
  const answer = await fetch(`${demo.url}/v1/workflows/shared`, {
    method: "PUT",
    headers: { Authorization: "Bearer demo:sam", "Content-Type": "application/json" },
    body: JSON.stringify(definition),
  });
  assert.equal(answer.status, 201);
  await demo.command("sam", { type: "start", workflow: "shared" });
  for (const page of [sam, mei]) await row(page, "The shared key").click();
  await mei.getByRole("button", { name: "Hold it while you decide" }).click();
  await sam.getByText("Mei Lin holds this").waitFor();
  await sam.getByRole("button", { name: "Free it…" }).click();
  await sam.getByLabel("Reason for freeing it").fill("Mei is on holiday");
  await sam.getByRole("button", { name: "Free it", exact: true }).click();
  await mei.getByRole("button", { name: "Hold it while you decide" }).waitFor();
  await mei.getByRole("tab", { name: "History" }).click();
  await mei.getByText("Mei is on holiday").waitFor();
});

journey("each sees who is there and who looks at the same entry, until that one looks away", async () => {
  const [omar, mei] = await windows("omar", "mei");
  await lookingAt("The gutter leaks", omar, mei);
  await mei.getByText("Omar Haddad is looking at this").waitFor();
  await omar.getByText("Mei Lin is looking at this").waitFor();
  await row(omar, "The gutter leaks").getByRole("img", { name: "Mei Lin looking" }).waitFor();
  await mei.getByRole("region", { name: "Details" }).getByText("Omar Haddad online").waitFor();
  await omar.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  await mei.getByText("Omar Haddad is looking at this").waitFor({ state: "detached" });
});
