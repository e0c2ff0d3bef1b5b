/** Each example of the README, in its order, against a real server. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const lockstep = join(here, "../../../.venv/bin/lockstep");
const readme = await readFile(join(here, "../README.md"), "utf8");
const blocks = (language) => [...readme.matchAll(new RegExp("^```" + language + "\n(.*?)^```", "gms"))].map(([, code]) => code);

let folder;
let server;
let url;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-readme-"));
  if (!existsSync(lockstep)) return;
  server = spawn(lockstep, ["demo", "--port", "0", "--db", join(folder, "demo.db")], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: server.stdout })) {
    url = /^listening on (http:\S+)$/.exec(line)?.[1];
    if (url) break;
  }
  server.stdout.resume();
});
after(async () => {
  if (server) {
    const ended = new Promise((done) => server.once("exit", done));
    server.kill();
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

test("the examples do what they say", { skip: !existsSync(lockstep) && "there is no server here" }, async () => {
  const examples = [...blocks("js"), ...blocks("jsx")];
  assert.equal(examples.length, 10);
  const imports = examples.join("\n").match(/^import .*$/gm).join("\n");
  const code = examples.join("\n").replace(/^import .*$/gm, "").replaceAll("https://lockstep.example.org", url).replace("export const App", "const App");
  const source = `
    import { WebSocket } from "ws";
    import { renderToString } from "react-dom/server";
    ${imports}
    globalThis.WebSocket ??= WebSocket;
    const kept = new Map();
    globalThis.localStorage = {
      get length() { return kept.size; }, key: (index) => [...kept.keys()][index] ?? null, getItem: (name) => kept.get(name) ?? null,
      setItem: (name, text) => void kept.set(name, text), removeItem: (name) => void kept.delete(name),
    };
    const said = [];
    const console = { log: (...words) => said.push(words.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(" ")) };
    ${code}
    export async function play() {
      const until = async (find) => { for (;;) { const found = find(); if (found) return found; await new Promise((later) => setTimeout(later, 20)); } };
      const dana = new Client({ url: ${JSON.stringify(url)}, token: "demo:dana" }).connect();
      await dana.dispatch("service-request", { subject: "Leak", visitTracker: "call-sign-off" });
      const now = () => [...client.store.entries.values()].find(({ title }) => title.includes("Leak"));
      const first = await until(now);
      const step = (name) => until(() => now()?.name === name && now());
      await alone(first);
      await take(now(), "Claim");
      await step("Claimed");
      await take(first, "Claim");
      await talk(now());
      await take(now(), "Log visit");
      await take(now(), "Message the requester");
      await until(() => shared.store.entries.get(first.id)?.name === "Claimed");
      const page = renderToString(<App client={client} />);
      await take(await step("Claimed"), "Finish");
      await until(() => !now());
      for (const one of [client, dana, shared]) one.close();
      return { said, page };
    }`;
  const entry = join(here, `.readme-${process.pid}.jsx`);
  const made = join(folder, "examples.mjs");
  await writeFile(entry, source);
  try {
    const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
    const options = { bundle: true, platform: "node", format: "esm", jsx: "automatic", conditions: ["lockstep-source"], banner };
    await build({ entryPoints: [entry], outfile: made, logLevel: "error", ...options });
  } finally {
    await rm(entry);
  }
  const { said, page } = await (await import(pathToFileURL(made).href)).play();
  const words = said.join("\n");
  for (const expected of [
    /^now online$/m, /changed by diff/, /Service call: Leak for Dana Reyes Claimed/, /^show Service call: Leak/m, /^stale .* \["Omar Haddad"\]$/m,
    /\["Omar Haddad: On my way, @mei"\]/, /^plan call-sign-off for \["dana"\]$/m, /^talk about Service call: Leak/m,
    /^Mei pays \$1,234\.50 on 1 February 2026, at once$/m,
  ]) {
    assert.match(words, expected);
  }
  assert.match(page, /<h2>Service call: Leak[^<]*<\/h2>.*Finish/);
});
