/** Why an entry is here and who can move it, in one sentence. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { given, listed, sentence, shut } from "../src/entry/why.js";

const NAMES = { omar: "Omar Haddad", mei: "Mei Lin", ivo: "Ivo Novak", dana: "Dana Reyes" };
const me = { id: "omar", name: "Omar Haddad", email: "omar@example.org", groups: ["field-team"], labels: ["standby"], roles: ["lead"] };
const view = (more = {}) => ({ me, name: (id) => NAMES[id] ?? id, online: (id) => id === "mei", clock: (at) => at, ...more });
const entry = (more = {}) => ({
  name: "New", step: "start", visit: 1, status: "active", source: "dana", sink: "dana", paths: [{ label: "Claim", step: "claimed" }],
  recipients: { count: 3, ids: ["ivo", "mei", "omar"] }, ...more,
});
const people = (...ids) => ({ count: ids.length, ids });
const FREE = "you, Ivo Novak or Mei Lin (online) can move it on, whoever is first.";

/** [what it is about, the scope, the entry, what is said] */
const CASES = [
  ["given to a group", "given groups [x, field-team], given user-labels [standby]", {},
    `At “New” because Dana Reyes gave it to field-team, which you are in; ${FREE}`],
  ["given to a label", "given user-labels [standby]", {}, `At “New” because Dana Reyes gave it to everybody with the label standby, as you have; ${FREE}`],
  ["given to a role", "given roles ['lead']", {}, `At “New” because Dana Reyes gave it to everybody with the role lead, as you have; ${FREE}`],
  ["given by name", "given users [omar@example.org]", {}, `At “New” because Dana Reyes gave it to you by name; ${FREE}`],
  ["given to everybody", "all users, except groups [x]", {}, `At “New” because Dana Reyes gave it to everybody; ${FREE}`],
  ["a group that one is not in any more", "given groups [x]", {}, `At “New” because Dana Reyes handed it on; ${FREE}`],
  ["sent to me", "$sink", { sink: "omar", recipients: people("omar") }, "At “New” because Dana Reyes sent it to you; only you can move it on."],
  ["started for myself", "$sink", { sink: "omar", source: "omar", recipients: people("omar") },
    "At “New” because you started it for yourself; only you can move it on."],
  ["brought back to me", "$sink", { step: "back", name: "Back", sink: "omar", source: "mei", recipients: people("mei", "omar") },
    "At “Back” because Mei Lin brought it back to you, whom it is for; you or Mei Lin (online) can move it on, whoever is first."],
  ["I brought it to myself", "$sink", { step: "back", sink: "omar", source: "omar", recipients: people("omar") },
    "At “New” because you brought it here, and it is for you; only you can move it on."],
  ["the scope is not known, but I am the sink", undefined, { sink: "omar", recipients: people("omar") },
    "At “New” because Dana Reyes sent it to you; only you can move it on."],
  ["the scope is not known", undefined, {}, `At “New” because Dana Reyes started it; ${FREE}`],
  ["the scope is not known, later", undefined, { visit: 2, source: "mei" }, `At “New” because Mei Lin handed it on; ${FREE}`],
  ["for all", "$all", { step: "claimed", name: "Claimed", source: "mei" },
    `At “Claimed” because Mei Lin brought it here for everybody who has it; ${FREE}`],
  ["for all, by me", "$all", { step: "claimed", source: "omar" }, `At “New” because you brought it here for everybody who has it; ${FREE}`],
  ["for all, who are one", "$all", { step: "claimed", source: "omar", recipients: people("omar") },
    "At “New” because you brought it here; only you can move it on."],
  ["for myself alone", "$source", { source: "omar" },
    "At “New” because you chose it, for yourself; here it is yours alone, so nobody else can move it on for you."],
  ["by the server", "given groups [field-team]", { source: "system" },
    `At “New” because the server gave it to field-team, which you are in; ${FREE}`],
  ["nothing to choose", "$all", { paths: [], source: "mei" },
    "At “New” because Mei Lin brought it here for everybody who has it; nothing can be chosen here, so it rests until the server or somebody at another step moves it on."],
  ["of many, some online", "all users", { recipients: { count: 5000, ids: ["ivo", "mei", "omar"] } },
    "At “New” because Dana Reyes gave it to everybody; you or any of 4,999 others can move it on; Mei Lin is online."],
  ["of many, nobody online", "all users", { recipients: { count: 5, ids: ["a", "b", "c", "d", "omar"] } },
    "At “New” because Dana Reyes gave it to everybody; you or any of 4 others can move it on, none of them seems to be online."],
  ["of so many that I am not named", "all users", { recipients: { count: 60, ids: ["a", "b"] } },
    "At “New” because Dana Reyes gave it to everybody; you or any of 59 others can move it on, none of them seems to be online."],
  ["locked by another", "$all", { source: "mei", locked: { by: ["mei"], until: "14:30" } },
    "At “New” because Mei Lin brought it here for everybody who has it; only Mei Lin (online) can move it on until 14:30."],
  ["locked by a step, by several", "$all", { locked: { by: ["ivo", "mei"] } },
    "At “New” because Dana Reyes brought it here for everybody who has it; only Ivo Novak and Mei Lin (online) can move it on."],
  ["next in line", "$all", { locked: { by: ["ivo"], waiting: ["omar"] } },
    "At “New” because Dana Reyes brought it here for everybody who has it; only Ivo Novak can move it on; you are next in line."],
  ["further back in line, and asked", "$all", { locked: { by: ["ivo"], waiting: ["mei", "omar"], asked: ["omar"] } },
    "At “New” because Dana Reyes brought it here for everybody who has it; only Ivo Novak can move it on; you are number 2 in line, after Mei Lin, and have asked for it."],
  ["asked", "$all", { locked: { by: ["ivo"], asked: ["omar"] } },
    "At “New” because Dana Reyes brought it here for everybody who has it; only Ivo Novak can move it on; you have asked for it."],
  ["held", "$sink", { sink: "omar", locked: { by: ["omar"], until: "14:30" } },
    "At “New” because Dana Reyes sent it to you; you hold it until 14:30, so only you can move it on."],
  ["held with others", "$sink", { sink: "omar", locked: { by: ["ivo", "omar"] } },
    "At “New” because Dana Reyes sent it to you; you and Ivo Novak hold it, and nobody else can move it on."],
  ["held, and asked for", "$sink", { sink: "omar", locked: { by: ["omar"], asked: ["mei"], waiting: ["mei"] } },
    "At “New” because Dana Reyes sent it to you; you hold it, so only you can move it on; Mei Lin would like to have it."],
  ["held, and somebody waits", "$sink", { sink: "omar", locked: { by: ["omar"], waiting: ["mei"] } },
    "At “New” because Dana Reyes sent it to you; you hold it, so only you can move it on; Mei Lin is next in line."],
  ["a guest", undefined, { guest: true, recipients: people("ivo", "mei") },
    "You joined this conversation and may answer in it; Ivo Novak or Mei Lin (online) can move the entry on."],
  ["a guest among many", undefined, { guest: true, recipients: { count: 20, ids: ["ivo", "mei", "a", "b"] } },
    "You joined this conversation and may answer in it; Ivo Novak, Mei Lin (online), a or 17 more can move the entry on."],
  ["ended", "$all", { status: "retired", name: "Done", paths: [], source: "mei" },
    "It ended for you at “Done”, where Mei Lin brought it; nothing is left to choose."],
  ["ended by me", "$all", { status: "retired", name: "Done", paths: [], source: "omar" },
    "It ended for you at “Done”, where you brought it; nothing is left to choose."],
  ["put away", "$all", { status: "retired" }, "It is out of your inbox at “New”; whoever still has it can move it on."],
];
for (const [about, scope, more, said] of CASES) {
  test(`why: ${about}`, () => assert.equal(sentence(view({ scope }), entry(more)), said));
}

test("why: without a connection nobody knows who is online", () => {
  const five = entry({ recipients: { count: 5, ids: ["a", "b", "c", "d", "omar"] } });
  assert.match(sentence(view({ scope: "all users", apart: true, online: () => false }), five), /of 4 others can move it on\.$/);
});

test("the paths are shut while others hold it", () => {
  assert.equal(shut(view(), entry()), null);
  assert.equal(shut(view(), entry({ locked: { by: ["omar", "mei"] } })), null);
  assert.equal(shut(view(), entry({ locked: { by: ["mei"] } })), "Mei Lin holds this; the paths open again when it is free.");
  assert.equal(shut(view(), entry({ locked: { by: ["mei", "ivo"] } })), "Mei Lin and Ivo Novak hold this; the paths open again when it is free.");
});

test("a query says what includes a user", () => {
  assert.equal(given("current user", me), "you");
  assert.equal(given('given groups ["field-team"] and given roles [none]', me), "field-team, which you are in");
  assert.equal(given("except groups [field-team]", me), undefined);
});

test("words in a list", () => {
  assert.equal(listed([], "or"), "");
  assert.equal(listed(["a"], "or"), "a");
  assert.equal(listed(["a"], "and", 2), "a and 2 more");
  assert.equal(listed(["a", "b"], "or", -1), "a or b");
});
