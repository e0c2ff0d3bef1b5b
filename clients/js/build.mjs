/**
 * Makes what is shipped: each entry point as one minified file with its source map, and its types. Nothing of it is
 * committed; `npm pack` builds it by itself.
 */

import { build } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { minify } from "terser";
import ts from "typescript";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = `${here}dist/`;

/** Members that are nobody else's business begin with `_`, and get names of one letter. */
const PRIVATE = /^_/;

/** @param {string} name of an entry point */
async function bundle(name) {
  const { outputFiles } = await build({
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
  const made = await minify(code ?? "", {
    module: true,
    ecma: 2020,
    compress: { passes: 5, unsafe_arrows: true, unsafe_methods: true, pure_getters: true },
    mangle: { properties: { regex: PRIVATE } },
    sourceMap: { content: map, filename: `${name}.js`, url: `${name}.js.map` },
  });
  await writeFile(`${dist}${name}.js`, made.code ?? "");
  await writeFile(`${dist}${name}.js.map`, String(made.map));
}

/** @param {import("esbuild").PluginBuild} building */
function outside(building) {
  building.onResolve({ filter: /\/index\.js$/ }, () => ({ path: "./index.js", external: true }));
}

function declarations() {
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

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
await Promise.all([bundle("index"), bundle("react")]);
declarations();
// npm puts it into the package by its name.
await cp(`${here}../../LICENSE`, `${here}LICENSE`);
