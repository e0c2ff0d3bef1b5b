/** The pages for administrators, for the pictures and for the walk, and the trouble that they show. */

import { choose } from "./scene.mjs";

const BROKEN = 'log.info("looking for the shift of", param("userId"))\nlocal shift = nil\nlog.info(shift.name)\n';
const MENDED = 'log.info("dismissed by", param("from"))\n';

/** Ask something over HTTP as an administrator. */
export async function administer(demo, method, path, body) {
  const answer = await fetch(demo.url + path, {
    method,
    headers: { Authorization: "Bearer demo:sam", "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** A false alarm whose script fails: its entry, once its incident is there. */
export async function trouble(demo, system = "Intercom", source = BROKEN) {
  await administer(demo, "PUT", "/v1/scripts/alarm-dismissed", { source });
  const { entries: [entry] } = await demo.command("dana", { type: "dispatch", tracker: "incident", data: { system, severity: 2 } });
  await choose(demo, "omar", entry, "False alarm", { why: "Only a test" });
  for (;;) {
    const { incidents } = await administer(demo, "GET", `/v1/incidents?entry=${entry}`);
    if (incidents.length) return entry;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Once for each house. @type {WeakMap<any, Promise<any>>} */
const troubled = new WeakMap();

async function begin(demo) {
  for (const system of ["Intercom", "Gate 2", "Sprinkler"]) await trouble(demo, system);
  await administer(demo, "POST", "/v1/keys", { user: "sam", name: "Night report", scopes: ["read", "admin"] }).catch(() => {});
  await administer(demo, "POST", "/v1/users/ivo/revoke", { reason: "Lost the phone" });
}

/** @param {string} name @param {string} hash @param {(main: any) => any} awaited what is there when the page is @param {(main: any) => Promise<void>} [act] */
const at = (name, hash, awaited, act) => ({
  name: `admin-${name}`,
  user: "sam",
  async show({ page, demo, url, user }) {
    if (!troubled.has(demo)) troubled.set(demo, begin(demo));
    await troubled.get(demo);
    await page.goto(`${url}/#token=demo:${user}&${hash}`);
    const main = page.getByRole("main");
    await awaited(main).first().waitFor();
    await act?.(main);
  },
});

export const adminPages = [
  at("running", "running", (main) => main.getByRole("link", { name: /Claimed/ })),
  at("stuck", "running=stuck", (main) => main.getByRole("link", { name: /Intercom/ })),
  at("step", "running=step%2Fservice-call%2F1%2Fstart", (main) => main.getByRole("link", { name: /Heating/ })),
  at("incidents", "incidents", (main) => main.getByText("Gate 2"), (main) => main.getByLabel(/Choose .*Gate 2/).check()),
  at("users", "users", (main) => main.getByText("revoked")),
  at("user", "users=user%2Fivo", (main) => main.getByText("Lost the phone")),
  at("group", "users=group%2Ffield-team", (main) => main.getByRole("link", { name: "Service call" })),
  at("keys", "users=keys", (main) => main.getByText("Night report")),
  at(
    "query",
    "users=query",
    (main) => main.getByRole("button", { name: "Who is that?" }),
    async (main) => {
      await main.getByLabel("User query").fill("given groups [field-team], exept users [ivo]");
      await main.getByRole("button", { name: "Who is that?" }).click();
      await main.getByRole("alert").waitFor();
    },
  ),
  at("trackers", "trackers", (main) => main.getByRole("link", { name: "Rejection reason" })),
  at("tracker", "trackers=tracker%2Fincident", (main) => main.getByLabel(/Severity/)),
  at("scripts", "scripts", (main) => main.getByText("3 incidents")),
  at(
    "script",
    "scripts=script%2Falarm-dismissed",
    (main) => main.getByText("failed"),
    async (main) => {
      await main.getByRole("button", { name: "Try it" }).click();
      await main.locator(".outcome").waitFor();
    },
  ),
  at("sessions", "sessions", (main) => main.getByText("lockstep-web")),
];

export { MENDED };
