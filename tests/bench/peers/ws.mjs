// Node's `ws`: `node ws.mjs PAYLOAD`
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { driven } from "./control.mjs";

const payload = Buffer.from(process.argv[2]);
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

driven(server, () => {
  for (const viewer of sockets.clients) viewer.send(payload, { binary: false });
});
