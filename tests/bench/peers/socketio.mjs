// socket.io over WebSockets only: `node socketio.mjs PAYLOAD`
import { createServer } from "node:http";
import { Server } from "socket.io";
import { driven } from "./control.mjs";

const said = JSON.parse(process.argv[2]);
const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });

driven(server, () => io.emit("change", said));
