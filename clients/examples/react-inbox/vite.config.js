import { defaultClientConditions, defineConfig } from "vite";

/** Where the server is: the page speaks to the address it came from, and Vite passes that on. */
const server = process.env.LOCKSTEP_URL ?? "http://127.0.0.1:8420";
const proxy = { "/v1": { target: server, ws: true } };

export default defineConfig({
  esbuild: { jsx: "automatic" },
  // In this repository the client is used as it is written; elsewhere leave this out.
  resolve: { conditions: ["lockstep-source", ...defaultClientConditions] },
  server: { proxy },
  preview: { proxy },
});
