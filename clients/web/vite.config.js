import { defaultClientConditions, defineConfig } from "vite";
import { finish } from "./finish.js";

export default defineConfig({
  plugins: [finish()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  // The client's own files, not its package: that is built for others.
  resolve: { conditions: ["lockstep-source", ...defaultClientConditions] },
  build: {
    // Into the server's package: the wheel carries the page built.
    outDir: "../../server/lockstep_server/web/inbox",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Nothing inline: the server's Content-Security-Policy allows files only.
    assetsInlineLimit: 0,
  },
});
