/** Every page and state worth looking at, and how to get there: for the pictures and for the walk. */

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
    name: "list",
    user: "omar",
    async show(place) {
      await enter(place);
      await place.page.getByRole("navigation").getByText("Pump in the boiler room").waitFor();
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
];
