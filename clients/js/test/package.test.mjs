/** What is shipped: it holds what is needed, works where it is installed, has types, is small. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sizeOf } from "../sizes.mjs";

const clients = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lockstep-package-"));
after(() => rmSync(folder, { recursive: true }));

const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

let packed;
before(() => {
  const said = execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", folder], { cwd: join(clients, "js"), encoding: "utf8" });
  [packed] = JSON.parse(said.slice(said.indexOf("[")));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "somebody", private: true, type: "module" }));
  run("npm", "install", "--offline", "--omit=peer", "--no-audit", "--no-fund", join(folder, packed.filename));
});

test("the package holds the client, its hooks, their types and maps, and nothing else", () => {
  const files = packed.files.map(({ path }) => path);
  const types = files.filter((path) => path.endsWith(".d.ts"));
  const others = files.filter((path) => !path.endsWith(".d.ts")).sort();
  assert.deepEqual(others, [
    "LICENSE", "README.md", "dist/index.js", "dist/index.js.map", "dist/react.js", "dist/react.js.map", "package.json",
  ]);
  assert.ok(types.includes("dist/index.d.ts") && types.includes("dist/react.d.ts"));
  assert.deepEqual(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")), ["lockstep-client"]);
});

test("the client does not grow: what is shipped, gzipped", async () => {
  const { gzipped } = await sizeOf(join(folder, "node_modules/lockstep-client/dist/index.js"));
  assert.ok(gzipped < 12_288, `${gzipped} bytes`);
});

test("Node imports what was installed, and it works", () => {
  writeFileSync(
    join(folder, "use.mjs"),
    `import { Client, parseTemplate, Store, uuid7 } from "lockstep-client";
     const client = new Client({ url: "http://127.0.0.1:9", token: "t", WebSocket: class {} });
     client.say("a", "hello").catch((error) => console.log(error.message));
     console.log(client.pending.length, parseTemplate("{a|upper}", { a: "x" }), uuid7()[14], new Store().entries.size);
     client.close();`,
  );
  assert.equal(run("node", "use.mjs"), "1 X 7 0\nthe client was closed\n");
});

/** The findings of the compiler about a file, which sees what was installed only. */
function checked(source, more = {}) {
  const options = { strict: true, skipLibCheck: false, noEmit: true, module: "NodeNext", target: "ES2022", types: [], ...more };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["use.ts"] }));
  writeFileSync(join(folder, "use.ts"), source);
  try {
    run("node", join(clients, "node_modules/typescript/bin/tsc"));
    return "";
  } catch (error) {
    return error.stdout;
  }
}

const USE = `import { Client, RefusalError, type Entry } from "lockstep-client";
  const client = new Client({ url: "https://example.org", token: async () => "t" }).connect();
  const stop: () => void = client.on("change", (changed) => { for (const [id, message] of changed) console.log(id.length, message.type); });
  client.on("refused", (refusal) => console.log(refusal.code));
  client.behaviors.on("wiki", ({ entry, target }) => console.log(entry.title, target.length));
  async function take(entry: Entry): Promise<number> {
    try { return (await client.choose(entry, entry.paths[0]!.label)).version; }
    catch (error) { return error instanceof RefusalError ? error.by.length : 0; }
  }
  stop(); void take;`;

test("TypeScript knows the types, and checks them", () => {
  assert.equal(checked(USE), "");
  assert.equal(checked(USE, { module: "ESNext", moduleResolution: "Bundler" }), "");
  const wrong = checked('import { Client } from "lockstep-client"; new Client({ url: 1, token: "t" }).nothing();');
  assert.match(wrong, /TS2322[\s\S]*TS2339/);
  assert.match(checked('import { Client } from "lockstep-client"; new Client({ url: "", token: "" })._session;'), /TS2339/);
});
