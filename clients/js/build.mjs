/**
 * Makes what is shipped: each entry point as one minified file with its source map, and its types. It is there while
 * `npm pack` packs it and no longer: the compiler would take its types for those of the source.
 */

import { build as bundled } from "esbuild";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { minify } from "terser";
import ts from "typescript";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Members that are nobody else's business begin with `_`, and get names of one letter. */
const PRIVATE = /^_/;

/**
 * A letter for each private member, one that no other of its file has: the fewer letters there are, the better it is
 * compressed. Those that are named most come first. @returns {Promise<Record<string, string>>} as terser's name cache has it
 */
async function letters() {
  const sources = (await readdir(`${here}src`)).filter((file) => file.endsWith(".js"));
  const texts = await Promise.all(sources.map((file) => readFile(`${here}src/${file}`, "utf8")));
  const files = texts.map((text) => text.match(/\b_[a-z]\w*/gi) ?? []);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of files.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  /** @type {Record<string, string>} */
  const given = {};
  for (const [name] of [...counts].sort(([, one], [, other]) => other - one)) {
    const beside = files.filter((names) => names.includes(name)).flat().map((other) => given[`$${other}`]);
    given[`$${name}`] = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((letter) => !beside.includes(letter)) ?? name;
  }
  return given;
}

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
  const made = await minify((code ?? "").replace(/^( *(?:for \()?)const /gm, "$1let   "), {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe: true, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, inline: 1 },
    mangle: { properties: { regex: PRIVATE } },
    nameCache: { props: { props: await letters() } },
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
