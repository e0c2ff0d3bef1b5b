/**
 * How large the page is, how fast it is there, and whether a long list stutters: `npm run measure [ENTRIES…]` in clients
 * (5000 and 10000 unless told). A real server, a real browser; figures of this machine, with what else it does.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Arrangement } from "../../clients/web/src/list/arrangement.js";
import { DEFAULTS } from "../../clients/web/src/list/choices.js";
import { measured, within } from "../../clients/web/src/list/geometry.js";
import { NOTHING, shown } from "../../clients/web/src/list/hold.js";
import { Demo, startBrowser } from "./browser.mjs";

const BUILT = fileURLToPath(new URL("../../server/lockstep_server/web/inbox", import.meta.url));
const ROUNDS = 5;
const CHANGES_A_SECOND = 50;
const SECONDS = 5;
const AT_ONCE = 48;
const GRAPH = {
  start: {
    step: {
      name: "New",
      nameStyle: "info",
      template: "{{ data.subject }}",
      description: "At {{ data.address }}",
      scope: "given users [omar, mei]",
      paths: [{ label: "Take", step: "taken" }],
    },
  },
  taken: { step: { name: "Taken", nameStyle: "warning", description: "Somebody is on it", scope: "$all", paths: [{ label: "Back", step: "start" }] } },
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const ms = (number) => `${number < 10 ? number.toFixed(1) : Math.round(number)} ms`;
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const line = (what, value) => console.log(`| ${what.padEnd(62)} | ${value.padStart(24)} |`);

/** What the first page loads, and what is loaded later. */
async function sizes() {
  const html = await readFile(join(BUILT, "index.html"), "utf8");
  const gzipped = async (name) => gzipSync(await readFile(join(BUILT, "assets", name)), { level: 9 }).length;
  const files = (await readdir(join(BUILT, "assets"))).filter((name) => /\.(js|css)$/.test(name));
  for (const kind of ["js", "css"]) {
    let [first, later] = [0, 0];
    for (const name of files.filter((file) => file.endsWith(`.${kind}`))) {
      if (html.includes(name)) first += await gzipped(name);
      else later += await gzipped(name);
    }
    line(`${kind.toUpperCase()} of the first page, gzipped (what is loaded when needed)`, `${kb(first)} (${kb(later)})`);
  }
}

/** What one change costs a list of so many entries, without the drawing. */
function change(count) {
  const entry = (number, version) => ({
    id: `e${number}`,
    title: `Call ${number}`,
    workflow: "measured",
    step: "start",
    name: `Step ${(number + version) % 7}`,
    createdAt: new Date(1.7e12 + number * 1000).toISOString(),
    updatedAt: new Date(1.8e12 + version * 1000).toISOString(),
    chat: { count: 0 },
    seen: true,
    data: { subject: `Call ${number}`, address: `${number} Harbour Street` },
  });
  const entries = new Map(Array.from({ length: count }, (_, number) => [`e${number}`, entry(number, 0)]));
  const asks = { me: () => "omar", unread: () => false, name: (id) => id };
  const arrangement = new Arrangement(asks, { ...DEFAULTS, sort: "changed", group: "step", text: "harbour" });
  arrangement.fill(entries.values());
  let before = shown(NOTHING, arrangement.groups, false);
  const times = [];
  for (let version = 1; version <= 300; version += 1) {
    const id = `e${(version * 7919) % count}`;
    entries.set(id, entry(Number(id.slice(1)), version));
    const from = performance.now();
    arrangement.change([id], (one) => entries.get(one));
    before = shown(before, arrangement.groups, false);
    within(measured(before.groups, () => 66, 32), 0, 900);
    times.push(performance.now() - from);
  }
  return median(times.slice(50));
}

/** Commands of a user, many at once. */
async function commands(demo, user, all) {
  const results = [];
  const one = async () => {
    for (let next = all.shift(); next; next = all.shift()) results.push(await demo.command(user, next));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return results;
}

async function furnish(demo, count, before) {
  const answer = await fetch(`${demo.url}/v1/workflows/measured`, {
    method: "PUT",
    headers: { Authorization: "Bearer demo:sam", "Content-Type": "application/json" },
    body: JSON.stringify(GRAPH),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const starts = Array.from({ length: count - before }, (_, index) => {
    const number = before + index;
    const data = { subject: `Call ${number}: the boiler has no pressure`, address: `${number} Harbour Street` };
    if (number % 3 === 0) Object.assign(data, { summaryTitle: data.address, summary: "Third floor; the key is with the caretaker", icon: "clipboard" });
    return { type: "start", workflow: "measured", data };
  });
  return (await commands(demo, "dana", starts)).flatMap(({ entries }) => entries);
}

/** Frames and long tasks of the page while `play` goes on. */
async function frames(page, play) {
  await page.evaluate(() => {
    const seen = (globalThis.seen = { frames: [], tasks: [], on: true });
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    let last = performance.now();
    const frame = (now) => {
      seen.frames.push(now - last);
      last = now;
      if (seen.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await play();
  const { frames: deltas, tasks } = await page.evaluate(() => {
    globalThis.seen.on = false;
    return globalThis.seen;
  });
  const sorted = deltas.slice(2).sort((a, b) => a - b);
  return { longest: sorted.at(-1) ?? 0, usual: median(sorted), late: sorted.filter((delta) => delta > 50).length, task: Math.max(0, ...tasks) };
}

const said = ({ longest, usual, late, task }) => `${ms(longest)} (${ms(usual)}; ${late}; ${ms(task)})`;

/** Open the inbox as somebody who comes for the first time. */
async function opened(browser, demo, count) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${demo.url}/#token=demo:omar`, { waitUntil: "commit" });
  const usable = await page.waitForFunction((wanted) => {
    const shown = document.querySelector('.view[aria-pressed="true"] .count')?.textContent;
    return Number(shown) >= wanted && document.querySelector("[data-row]") && performance.now();
  }, count, { polling: "raf", timeout: 120_000 });
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
  return { page, context, usable: await usable.jsonValue(), paint };
}

async function scrolled(page) {
  await page.evaluate(async () => {
    const box = document.querySelector(".rows-scroll");
    const until = performance.now() + 4000;
    const step = box.scrollHeight / 240;
    for (let up = false; performance.now() < until; ) {
      await new Promise(requestAnimationFrame);
      const from = box.scrollTop;
      box.scrollTop += up ? -step : step;
      if (box.scrollTop === from) up = !up;
    }
    box.scrollTop = 0;
  });
}

/** So many changes a second, by somebody else, of entries all over the list. */
async function changing(demo, ids) {
  const began = performance.now();
  const under = [];
  for (let done = 0; done < CHANGES_A_SECOND * SECONDS; done += 1) {
    const wait = began + (done * 1000) / CHANGES_A_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const entry = ids[ids.length - 1 - ((done * 37) % ids.length)];
    under.push(demo.command("mei", { type: "choose", entry, step: "start", visit: 1, path: "Take" }));
  }
  await Promise.all(under);
}

for (const name of ["COMMANDS_PER_SECOND", "COMMANDS_BURST", "BYTES_PER_SECOND", "BYTES_BURST"]) process.env[`LOCKSTEP_${name}`] ??= "1000000000";
const counts = process.argv.slice(2).map(Number).filter(Boolean);
const demo = new Demo();
const [browser] = await Promise.all([startBrowser(), demo.start()]);
try {
  console.log(`| ${"what".padEnd(62)} | ${"measured".padStart(24)} |\n|${"-".repeat(64)}|${"-".repeat(25)}:|`);
  await sizes();
  const paints = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { context, paint } = await opened(browser, demo, 1);
    paints.push(paint);
    await context.close();
  }
  line(`first paint, nothing cached, of ${ROUNDS}: median (worst)`, `${ms(median(paints))} (${ms(Math.max(...paints))})`);
  let ids = [];
  for (const count of counts.length ? counts : [5000, 10_000]) {
    ids = [...ids, ...(await furnish(demo, count, ids.length))];
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { context, usable } = await opened(browser, demo, count);
      times.push(usable);
      await context.close();
    }
    line(`${count} entries: until all are there and can be used: median (worst)`, `${ms(median(times))} (${ms(Math.max(...times))})`);
    const { page, context } = await opened(browser, demo, count);
    line(`${count}: longest frame while scrolling (usual; over 50 ms; longest task)`, said(await frames(page, () => scrolled(page))));
    const fresh = ids.splice(ids.length - CHANGES_A_SECOND * SECONDS * 2, CHANGES_A_SECOND * SECONDS * 2);
    line(`${count}: the same while ${CHANGES_A_SECOND} changes a second come`, said(await frames(page, () => changing(demo, fresh.slice(0, fresh.length / 2)))));
    line(`${count}: scrolling while they come`, said(await frames(page, () => Promise.all([scrolled(page), changing(demo, fresh.slice(fresh.length / 2))]))));
    ids.push(...fresh);
    line(`${count}: what one change costs the list, filtered and grouped`, ms(change(count)));
    await context.close();
  }
} finally {
  await browser.close();
  await demo.remove();
}
