/** How large what is shipped is, in bytes: as it stands in `dist`, and as it travels. */

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** @param {string} name @returns {Promise<{ name: string, bytes: number, gzipped: number }>} */
export async function sizeOf(name) {
  const code = await readFile(new URL(`dist/${name}.js`, import.meta.url));
  // Its source map's address is for debuggers only, but it is shipped, so it counts.
  return { name, bytes: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

if (import.meta.filename === process.argv[1]) {
  await import("./build.mjs");
  for (const { name, bytes, gzipped } of [await sizeOf("index"), await sizeOf("react")]) {
    console.log(`client/${name}.js`.padEnd(24), `${bytes} bytes, ${gzipped} gzipped`);
  }
}
