/** A real server, a real browser: what the journeys need to start. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
  static async start() {
    const demo = new Demo();
    demo.folder = await mkdtemp(join(tmpdir(), "lockstep-"));
    await demo.run(0);
    return demo;
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
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill(signal);
    await ended;
  }

  async remove() {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
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

/** A window in which `user` is signed in. */
export async function signIn(browser, demo, user) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("request", (request) => {
    const { origin } = new URL(request.url().replace(/^ws/, "http"));
    if (origin !== demo.url) page.problems.push(`a request to ${origin}`);
  });
  await page.goto(`${demo.url}/#token=demo:${user}`);
  await page.getByText("Live", { exact: true }).waitFor();
  return page;
}

export const row = (page, title) => page.getByRole("navigation").getByRole("button", { name: title });
export const path = (page, label) =>
  page.getByRole("region", { name: "What to do" }).getByRole("button", { name: label });

function uuid7() {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = () => Math.floor(Math.random() * 0x1000).toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random()}-8${random()}-${random()}${random()}${random()}${random()}`;
}
