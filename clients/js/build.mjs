/**
 * Makes what is shipped: each entry point as one minified file with its source map, and its types. `npm install` and
 * `npm pack` make it, and `npm run check` anew: the compiler may take its types for those of the source.
 */

import { build as bundled } from "esbuild";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { minify } from "terser";
import ts from "typescript";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Members that are nobody else's business begin with `_`, and get names of one letter. */
const PRIVATE = /^_/;

const LETTERS = [..."etisrnoahlcudfpgmybwkvxzqjABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/**
 * A letter for each private member, one that no other of its files has. Which ones makes a hundred bytes: each member
 * in turn tries them all, in exchange with those that have them, and keeps what is compressed best.
 * @param {string} code with a `$` before each private name @returns {Promise<Record<string, string>>} by name
 */
async function letters(code) {
  const sources = (await readdir(`${here}src`, { recursive: true })).filter((file) => file.endsWith(".js")).sort();
  const texts = await Promise.all(sources.map((file) => readFile(`${here}src/${file}`, "utf8")));
  const files = texts.map((text) => [...new Set(text.match(/\b_[a-z]\w*/gi) ?? [])]);
  const names = [...new Set(files.flat())];
  /** @param {string} name */
  const beside = (name) => new Set(files.filter((each) => each.includes(name)).flat().filter((other) => other !== name));
  const others = Object.fromEntries(names.map((name) => [name, beside(name)]));
  /** @param {Record<string, string>} given */
  const size = (given) => gzipSync(code.replace(/\$(_\w+)/g, (_, name) => given[name] ?? name), { level: 9 }).length;

  /** @type {Record<string, string>} */
  let best = {};
  for (const name of names) {
    const taken = [...(others[name] ?? [])].map((other) => best[other]);
    best[name] = LETTERS.find((letter) => !taken.includes(letter)) ?? name;
  }
  let least = size(best);
  for (const name of names) {
    for (const letter of LETTERS.slice(0, 26)) {
      const given = { ...best, [name]: letter };
      for (const other of others[name] ?? []) if (given[other] === letter) given[other] = best[name] ?? other;
      const changed = names.filter((each) => given[each] !== best[each]);
      if (changed.some((each) => [...(others[each] ?? [])].some((other) => given[other] === given[each]))) continue;
      const now = size(given);
      if (now < least) [best, least] = [given, now];
    }
  }
  return best;
}

/**
 * @param {string} code @param {(name: string) => string} called what a private member becomes
 * @param {import("terser").MinifyOptions} [more]
 */
const minified = (code, called, more) =>
  minify(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 4, unsafe: true, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, inline: 1 },
    mangle: { properties: { regex: PRIVATE } },
    nameCache: { props: { props: Object.fromEntries((code.match(/\b_[a-z]\w*/gi) ?? []).map((name) => [`$${name}`, called(name)])) } },
    ...more,
  });

/** @param {string} name of an entry point @param {string} dist */
async function bundle(name, dist) {
  const { outputFiles } = await bundled({
    absWorkingDir: here,
    entryPoints: [`src/${name}.js`],
    bundle: true,
    format: "esm",
    target: "es2022",
    outdir: "dist",
    sourcemap: "external",
    // The hooks use the client that the application has, not another one.
    external: ["react", "./index.js"],
    write: false,
    plugins: name === "index" ? [] : [{ name: "the client itself", setup: outside }],
  });
  const [map, code] = outputFiles.map(({ text }) => text);
  // As long, so that the map still fits; and shorter once compressed, beside the other `let`.
  const even = (code ?? "").replace(/^( *(?:for \()?)const /gm, "$1let   ");
  const { code: named = "" } = await minified(even, (member) => `$${member}`);
  const given = await letters(named);
  const made = await minified(even, (member) => given[member] ?? member, {
    sourceMap: { content: map, filename: `${name}.js`, url: `${name}.js.map` },
  });
  await writeFile(join(dist, `${name}.js`), made.code ?? "");
  await writeFile(join(dist, `${name}.js.map`), String(made.map));
}

/** @param {import("esbuild").PluginBuild} building */
function outside(building) {
  building.onResolve({ filter: /\/index\.js$/ }, () => ({ path: "./index.js", external: true }));
}

/** @param {string} dist */
function declarations(dist) {
  const { options } = ts.getParsedCommandLineOfConfigFile(`${here}tsconfig.json`, undefined, /** @type {any} */ (ts.sys)) ?? {};
  const program = ts.createProgram([`${here}src/index.js`, `${here}src/react.js`], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: dist,
    rootDir: `${here}src`,
  });
  const { diagnostics } = program.emit(undefined, undefined, undefined, true, { afterDeclarations: [withoutPrivate] });
  if (diagnostics.length) throw new Error(ts.formatDiagnostics(diagnostics, ts.createCompilerHost({})));
}

/** Declarations without the members that begin with `_`. @type {ts.TransformerFactory<any>} */
function withoutPrivate(context) {
  /** @param {ts.Node} node @returns {ts.Node | undefined} */
  const visit = (node) => {
    const name = ts.isClassElement(node) ? node.name : undefined;
    if (name && ts.isIdentifier(name) && PRIVATE.test(name.text)) return undefined;
    return ts.visitEachChild(node, visit, context);
  };
  return (file) => ts.visitNode(file, visit);
}

/** @param {string} dist the folder for it all */
export async function build(dist) {
  await mkdir(dist, { recursive: true });
  await Promise.all([bundle("index", dist), bundle("react", dist)]);
  declarations(dist);
}

if (import.meta.filename === process.argv[1]) {
  await build(`${here}dist`);
  // npm puts it into the package by its name.
  await cp(`${here}../../LICENSE`, `${here}LICENSE`);
}
