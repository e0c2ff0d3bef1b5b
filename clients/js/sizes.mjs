/** How large what is shipped is, in bytes: as it stands in the package, and as it travels. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** @param {string} file @returns {Promise<{ bytes: number, gzipped: number }>} */
export async function sizeOf(file) {
  const code = await readFile(file);
  return { bytes: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

if (import.meta.filename === process.argv[1]) {
  const { build } = await import("./build.mjs");
  const folder = await mkdtemp(join(tmpdir(), "lockstep-sizes-"));
  await build(folder);
  for (const [what, file] of [["client", "index.js"], ["its hooks for React", "react.js"]]) {
    const { bytes, gzipped } = await sizeOf(join(folder, String(file)));
    console.log(String(what).padEnd(24), `${bytes} bytes, ${gzipped} gzipped`);
  }
  await rm(folder, { recursive: true });
}
