/** The pages with graphs, for `pages.mjs`. */

/** Sign in, at an address. @param {import("./pages.mjs").Place} place @param {string} [hash] */
async function enter({ page, url, user }, hash = "") {
  await page.goto(`${url}/#token=demo:${user}${hash ? `&${hash}` : ""}`);
  await page.getByText("Live", { exact: true }).waitFor();
}

/** @param {import("./pages.mjs").Place} place @param {string} name */
async function definitionOf({ url }, name) {
  const answer = await fetch(`${url}/v1/workflows/${name}`, { headers: { Authorization: "Bearer demo:sam" } });
  return (await answer.json()).definition;
}

/** @type {typeof import("./pages.mjs").pages} */
export const graphPages = [
  {
    name: "entry-graph",
    user: "omar",
    async show(place) {
      await enter(place, `entry=${place.made.Pump}`);
      await place.page.getByRole("tab", { name: "Workflow" }).click();
      await place.page.getByRole("button", { name: /^Claimed, .*taken 2 times/ }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "workflows",
    user: "sam",
    async show(place) {
      await enter(place, "workflows");
      await place.page.getByRole("link", { name: "service-call" }).waitFor();
    },
  },
  {
    name: "workflow",
    user: "sam",
    async show(place) {
      const { page } = place;
      const definition = await definitionOf(place, "incident");
      definition.start.step.paths[0].step = "acknowleged";
      delete definition.start.step.scope;
      await enter(place);
      await page.evaluate((text) => localStorage.setItem("lockstep.draft sam incident", JSON.stringify({ text, base: 1, at: 1 })), JSON.stringify(definition, null, 2));
      await enter(place, "workflows=incident");
      await page.getByRole("button", { name: /missing_step/ }).click();
    },
  },
  {
    name: "workflow-versions",
    user: "sam",
    async show(place) {
      const { page } = place;
      const definition = await definitionOf(place, "expense");
      definition.review.step.paths = definition.review.step.paths.filter(({ label }) => label !== "Earlier claims");
      definition.review.step.name = "Being looked at";
      await fetch(`${place.url}/v1/workflows/expense`, { method: "PUT", headers: { Authorization: "Bearer demo:sam" }, body: JSON.stringify(definition) });
      await enter(place, "workflows=expense/versions");
      await page.getByText("The path “Earlier claims”").waitFor();
      await page.getByText("unchanged lines").first().waitFor();
    },
  },
];
