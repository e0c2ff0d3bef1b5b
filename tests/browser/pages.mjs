/** Every page and state worth looking at, and how to get there: for the pictures and for the walk. */

import { adminPages } from "./admin-pages.mjs";
import { graphPages } from "./graph-pages.mjs";
import { choose } from "./scene.mjs";

/** @typedef {{ page: any, demo: any, made: Record<string, string>, url: string, user?: string }} Place */

/** Sign in, at an address. @param {Place} place @param {string} [hash] */
async function enter({ page, url, user }, hash = "") {
  await page.goto(`${url}/#token=demo:${user}${hash ? `&${hash}` : ""}`);
  await page.getByText("Live", { exact: true }).waitFor();
}

/** @type {{ name: string, user?: string, show: (place: Place) => Promise<void> }[]} */
export const pages = [
  {
    name: "sign-in",
    async show({ page, url }) {
      await page.goto(url);
      await page.getByRole("button", { name: /Omar Haddad/ }).waitFor();
    },
  },
  {
    name: "sign-in-token",
    async show({ page, url }) {
      await page.route("**/v1/demo", (route) => route.fulfill({ status: 404, json: { type: "refusal", code: "not_found" } }));
      await page.goto(`${url}/#entry=1`);
      await page.getByLabel("Your token").waitFor();
    },
  },
  {
    name: "sign-in-trouble",
    async show({ page, url }) {
      await page.route("**/v1/demo", (route) => route.abort());
      await page.goto(url);
      await page.getByText("The server does not answer.").waitFor();
    },
  },
  {
    name: "list",
    user: "omar",
    async show(place) {
      await enter(place);
      await place.page.getByRole("navigation").getByText("Pump in the boiler room").waitFor();
    },
  },
  {
    name: "list-grouped",
    user: "omar",
    async show(place) {
      await enter(place);
      const { page } = place;
      await page.keyboard.press("v");
      await page.getByLabel("Group by").selectOption("Workflow");
      await page.getByLabel("Held by").selectOption("Nobody");
      await page.getByLabel("Compact rows").check();
      await page.getByText(/^\d+ of \d+$/).waitFor();
    },
  },
  {
    name: "list-nothing",
    user: "omar",
    async show(place) {
      await enter(place);
      await place.page.getByLabel("Search the list").fill("no such words");
      await place.page.getByText("Nothing matches.").waitFor();
    },
  },
  {
    name: "list-selected",
    user: "omar",
    async show(place) {
      await enter(place);
      await place.page.locator("[data-row]").first().waitFor();
      await place.page.keyboard.press("*");
      await place.page.keyboard.press("a");
      await place.page.getByText(/^\d+ selected$/).waitFor();
    },
  },
  {
    name: "list-done",
    user: "omar",
    async show(place) {
      await enter(place);
      await place.page.getByRole("button", { name: "Done", exact: true }).click();
      await place.page.getByText("Nothing is done yet.").or(place.page.locator("[data-row]")).first().waitFor();
    },
  },
  {
    name: "entry",
    user: "omar",
    async show(place) {
      await enter(place, `entry=${place.made.Pump}`);
      await place.page.getByRole("main").getByText("before noon").waitFor();
    },
  },
  ...["Workflow", "History"].map((tab) => ({
    name: `entry-${tab.toLowerCase()}`,
    user: "omar",
    async show(place) {
      await enter(place, `entry=${place.made.Pump}`);
      await place.page.getByRole("tab", { name: tab }).click();
      await place.page.getByRole("tabpanel").getByText("Claimed").first().waitFor();
    },
  })),
  {
    name: "entry-held",
    user: "mei",
    async show(place) {
      await enter(place, `entry=${place.made.Pump}`);
      await place.page.getByRole("main").getByText(/Omar Haddad holds/).first().waitFor();
      await place.page.getByRole("main").getByText("before noon").waitFor();
    },
  },
  {
    name: "form",
    user: "omar",
    async show(place) {
      await enter(place, `entry=${place.made.Pump}`);
      await place.page.getByRole("button", { name: "Finish" }).click();
      await place.page.getByRole("dialog").getByLabel("Minutes").waitFor();
      await place.page.getByRole("dialog").getByRole("button", { name: "Finish" }).click();
      await place.page.getByRole("dialog").getByRole("alert").first().waitFor();
    },
  },
  {
    name: "room",
    user: "omar",
    async show(place) {
      await enter(place, `room=${place.made.room}`);
      await place.page.getByRole("main").getByText("backlog shrinks").waitFor();
    },
  },
  {
    name: "start",
    user: "dana",
    async show(place) {
      await enter(place);
      await place.page.getByRole("button", { name: "New", exact: true }).click();
      await place.page.getByRole("dialog").getByRole("button", { name: "Expense" }).waitFor();
    },
  },
  {
    name: "start-form",
    user: "dana",
    async show(place) {
      await enter(place);
      await place.page.getByRole("button", { name: "New", exact: true }).click();
      await place.page.getByRole("dialog").getByRole("button", { name: "Expense" }).click();
      await place.page.getByRole("dialog").getByLabel("For whom").waitFor();
    },
  },
  {
    name: "entry-held-by-another",
    user: "omar",
    async show(place) {
      const { page, made, demo } = place;
      await enter(place, `entry=${made.Lift}`);
      await page.getByText("Mei Lin holds this").waitFor();
      await demo.command("omar", { type: "lock", entry: made.Lift, wait: true });
      await page.getByText("You are number 1 in line").waitFor();
      await page.getByRole("tab", { name: "History" }).click();
      await page.getByText("got in line for the lock").last().waitFor();
    },
  },
  {
    name: "form-with-errors",
    user: "omar",
    async show(place) {
      const { page, made } = place;
      await enter(place, `entry=${made.Pump}`);
      await page.getByRole("button", { name: /^Finish/ }).click();
      const form = page.getByRole("dialog");
      await form.getByLabel("Note").fill("The seal is new; the bolts of the flange come next week.");
      await form.getByRole("button", { name: "Finish" }).click();
      await form.getByText("One thing is not right yet").waitFor();
    },
  },
  {
    name: "palette",
    user: "omar",
    async show(place) {
      await enter(place, `entry=${place.made.Pump}`);
      await place.page.getByRole("heading", { name: /Pump/ }).waitFor();
      await place.page.keyboard.press("Control+k");
      await place.page.getByRole("option", { name: /Service request/ }).waitFor();
    },
  },
  {
    name: "palette-found",
    user: "omar",
    async show(place) {
      await enter(place);
      await place.page.keyboard.press("Control+k");
      await place.page.getByRole("combobox").fill("li");
      await place.page.getByRole("option", { name: /Lift B/ }).waitFor();
    },
  },
  {
    name: "help",
    user: "omar",
    async show(place) {
      await enter(place, `entry=${place.made.Pump}`);
      await place.page.getByRole("heading", { name: /Pump/ }).waitFor();
      await place.page.keyboard.press("?");
      await place.page.getByRole("heading", { name: "Keyboard" }).waitFor();
    },
  },
  {
    name: "menu",
    user: "sam",
    async show(place) {
      await enter(place);
      await place.page.getByRole("button", { name: "Sam Fisher: menu" }).click();
      await place.page.getByRole("button", { name: "Sign out" }).waitFor();
    },
  },
  {
    name: "offline",
    user: "omar",
    async show(place) {
      const { page, made } = place;
      const cut = await cuttable(page);
      await enter(place, `entry=${made.Billing}`);
      await page.getByRole("heading", { name: /Billing/ }).waitFor();
      cut();
      await page.getByText("No connection.", { exact: true }).waitFor();
      await page.getByLabel("Message", { exact: true }).fill("The vendor calls back at ten");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: /^(Offline|Connecting)/ }).click();
      await page.getByRole("region", { name: "Connection" }).getByText(/The vendor calls back/).waitFor();
    },
  },
  {
    name: "toasts",
    user: "omar",
    async show(place) {
      const { page, made, demo } = place;
      await enter(place);
      for (const word of ["Quarterly", "Emergency", "Access"]) {
        await choose(demo, "mei", made[word], "Claim");
        await choose(demo, "mei", made[word], "Release");
      }
      await page.locator(".toast").getByText("Mei Lin moved 3 entries").waitFor();
    },
  },
  ...adminPages,
  ...graphPages,
];

/** Before the page is loaded: what cuts its connection for good. */
async function cuttable(page) {
  const sockets = new Set();
  let whole = true;
  await page.routeWebSocket(/\/v1\/ws/, (socket) => {
    if (!whole) return void socket.close();
    sockets.add(socket);
    socket.connectToServer();
  });
  return () => {
    whole = false;
    for (const socket of sockets) void socket.close();
  };
}
