import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** What is text; pictures are as small as they get. */
const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
/** Under this a file fits into one packet anyway. */
const SMALL = 1000;

/**
 * What is done when all files are built: the page and its service worker learn which build they are and what the page
 * needs to open, and each file gets its compressed ones beside it.
 * @returns {import("vite").Plugin}
 */
export function finish() {
  let folder = "";
  return {
    name: "finish",
    apply: "build",
    configResolved: (config) => void (folder = join(config.root, config.build.outDir)),
    closeBundle: {
      order: "post",
      async handler() {
        const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
          .filter((found) => found.isFile())
          .map((found) => relative(folder, join(found.parentPath, found.name)))
          .sort();
        const hash = createHash("sha256");
        for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
        const build = hash.digest("hex").slice(0, 16);
        await writeFile(join(folder, "build.json"), JSON.stringify({ build }));
        const page = (await readFile(join(folder, "index.html"), "utf8")).replace('name="build" content=""', `name="build" content="${build}"`);
        await writeFile(join(folder, "index.html"), page);
        const needed = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, address]) => address);
        const worker = join(folder, "sw.js");
        const shell = JSON.stringify([...new Set(["/", "/icon-new.svg", ...needed])]);
        await writeFile(worker, (await readFile(worker, "utf8")).replace('"BUILD"', `"${build}"`).replace('["SHELL"]', shell));
        await Promise.all([...names, "build.json"].filter((name) => TEXT.test(name)).map((name) => compress(join(folder, name))));
      },
    },
  };
}

/** @param {string} file */
async function compress(file) {
  const content = await readFile(file);
  if (content.length < SMALL) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}
