/** A thousand rows that count how often they are drawn, on a client whose server is in the page. */

import { Client } from "lockstep-client";
import { LockstepProvider, useEntry, useInbox } from "lockstep-client/react";
import { memo } from "react";
import { createRoot } from "react-dom/client";

const draws = { list: 0, rows: {} };
let say;

class Server {
  constructor() {
    say = (...messages) => this.onmessage?.({ data: JSON.stringify(messages) });
    setTimeout(() => this.onopen?.());
  }
  send(text) {
    if (JSON.parse(text).type !== "hello") return;
    const entries = Array.from({ length: 1000 }, (_, index) => ({
      id: `e${index}`, version: 1, title: `Entry ${index}`, step: "start", visit: 1, status: "active", seen: true,
      chat: { count: 0 }, paths: [], recipients: { count: 1, ids: ["ann"] }, createdAt: `2026-01-31T09:00:00.${String(index).padStart(3, "0")}Z`,
    }));
    say(
      { type: "welcome", session: "s", user: { id: "ann", name: "Ann" }, epoch: "e", n: 1, resumed: false, heartbeat: 20 },
      { type: "snapshot", n: 1, page: 1, pages: 1, entries, rooms: [], people: [] },
    );
  }
  close() {}
}

const Row = memo(function Row({ id }) {
  const entry = useEntry(id);
  draws.rows[id] = (draws.rows[id] ?? 0) + 1;
  return <li>{`${entry?.title} ${entry?.name ?? ""}`}</li>;
});

function List() {
  const ids = useInbox();
  draws.list += 1;
  return <ul>{ids.map((id) => <Row key={id} id={id} />)}</ul>;
}

const client = new Client({ url: location.href, token: "t", WebSocket: Server }).connect();
createRoot(document.body).render(<LockstepProvider client={client}><List /></LockstepProvider>);

Object.assign(globalThis, {
  draws: () => structuredClone(draws),
  tell: (...messages) => say(...messages),
});
