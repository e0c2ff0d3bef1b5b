/** A real server, a real browser: what the journeys need to start. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { chromium } = createRequire(join(root, "clients/package.json"))("playwright-core");

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const startBrowser = () =>
  chromium.launch({ executablePath: BROWSERS.find(existsSync), args: FLAGS });

/** The demo as a process of its own, on a database that is taken away afterwards. */
export class Demo {
  async start() {
    this.folder = await mkdtemp(join(tmpdir(), "lockstep-"));
    await this.run(0);
  }

  async run(port) {
    this.process = spawn(
      join(root, ".venv/bin/lockstep"),
      ["demo", "--port", String(port), "--db", join(this.folder, "demo.db")],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    for await (const line of createInterface({ input: this.process.stdout })) {
      const ready = /^listening on (http:\S+)$/.exec(line);
      if (!ready) continue;
      this.url = ready[1];
      this.port = Number(new URL(this.url).port);
      this.process.stdout.resume();
      return;
    }
    throw new Error("the demo ended before it was ready");
  }

  async end(signal = "SIGTERM") {
    if (!this.process) return;
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill(signal);
    await ended;
  }

  async remove() {
    await this.end();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  /** Give a command as a user, over HTTP. */
  async command(user, command) {
    const answer = await fetch(`${this.url}/v1/commands`, {
      method: "POST",
      headers: { Authorization: `Bearer demo:${user}`, "Content-Type": "application/json" },
      body: JSON.stringify({ id: uuid7(), ...command }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${command.type}: ${JSON.stringify(said)}`);
    return said.result;
  }
}

/**
 * What all journeys of a file share: one server, one browser, and `journey` in place of `test`. After a
 * journey its windows are closed, and none of them may have had a problem; when it fails, the log has
 * what each window showed.
 */
export function house() {
  const demo = new Demo();
  /** @type {Map<any, string>} */
  const open = new Map();
  let browser;

  before(() => Promise.all([demo.start(), startBrowser().then((started) => (browser = started))]));
  after(async () => {
    await browser?.close();
    await demo.remove();
  });

  /** A window that is called so in the log, at no address yet; `beside` another one, in the same browser session. */
  async function blank(user, { beside, ...more } = {}) {
    const context = beside?.context() ?? (await browser.newContext({ viewport: { width: 1200, height: 800 }, ...more }));
    const page = await context.newPage();
    open.set(page, user);
    page.problems = [];
    page.on("pageerror", (error) => page.problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content.Security.Policy/i.test(message.text())) page.problems.push(message.text());
    });
    page.on("request", (request) => {
      const { origin } = new URL(request.url().replace(/^ws/, "http"));
      if (origin !== demo.url) page.problems.push(`a request to ${origin}`);
    });
    return page;
  }

  async function windowOf(user) {
    const page = await blank(user);
    await page.goto(`${demo.url}/#token=demo:${user}`);
    await page.getByText("Live", { exact: true }).waitFor();
    return page;
  }

  const journey = (name, play) =>
    test(name, async () => {
      try {
        await play();
        for (const page of open.keys()) assert.deepEqual(page.problems, []);
      } catch (error) {
        await show(open);
        throw error;
      } finally {
        await Promise.all([...open.keys()].map((page) => page.context().close()));
        open.clear();
      }
    });

  /** A window for each, in which that user is signed in. */
  const windows = (...users) => Promise.all(users.map(windowOf));
  return { demo, journey, windows, blank };
}

/** Print what was to be seen when a journey failed. No error gets out of here: the journey's own counts. */
async function show(pages) {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-failed-"));
  for (const [page, user] of pages) {
    const picture = join(folder, `${user}.png`);
    await page.screenshot({ path: picture, timeout: 5000 }).catch(() => {});
    const seen = await page.locator("body").ariaSnapshot({ timeout: 5000 }).catch(String);
    console.error(`${user}'s window (${picture}), its problems: ${JSON.stringify(page.problems)}\n${seen}\n`);
  }
}

export const row = (page, title) => page.getByRole("navigation").getByRole("button", { name: title });
export const path = (page, label) =>
  page.getByRole("region", { name: "What to do" }).getByRole("button", { name: label });

function uuid7() {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = () => Math.floor(Math.random() * 0x1000).toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random()}-8${random()}-${random()}${random()}${random()}${random()}`;
}
