import { useEffect, useRef, useState } from "preact/hooks";
import { EntryPane } from "../entry/entry.jsx";
import { Form } from "../form/form.jsx";
import { useCommands, useKeys } from "./commands.js";
import { Help } from "./help.jsx";
import { HistoryPane } from "../entry/history.jsx";
import { Icon } from "../look/icons.jsx";
import { adminCommands } from "../admin/pages.js";
import { many, useIncidents } from "../live/incidents.js";
import { Lazy } from "./lazy.jsx";
import { List } from "../list/list.jsx";
import { Menu, useRenewal } from "./menu.jsx";
import { followClicks } from "../live/push.js";
import { RoomPane } from "../talk/room.jsx";
import { useRoute } from "./route.js";
import { StartMenu } from "./startmenu.jsx";
import { placeKey } from "lockstep-client";
import { useNews } from "../live/session.js";
import { Toasts } from "./toasts.jsx";

/** @typedef {import("../live/session.js").Session} Session */

/** Loaded when an administrator opens a page: the first page stays small. */
const administration = () => import("../admin/admin.jsx");

/** @param {{ session: Session, onSignOut: () => void }} props */
export function Inbox({ session, onSignOut }) {
  useNews(session, "state");
  const [route, go] = useRoute();
  const [help, setHelp] = useState(false);
  const [form, setForm] = useState(/** @type {any} */ (null));
  useRenewal(session);
  const { client } = session;
  const open = { entry: undefined, room: undefined, page: undefined, name: undefined, ...route };
  const close = () => go(null);
  const incidents = useIncidents(session, open.page === "incidents");

  useEffect(followClicks, []);
  useEffect(() => session.look(open.entry ?? null), [open.entry, client.state]);

  useEffect(() => {
    client.behaviors
      .on("form", (run) => new Promise((done) => setForm({ ...run, done })))
      .on("chat", (run) => {
        const text = run.behavior.data?.text;
        if (text && !session.drafts.has(run.entry.id)) session.draft(run.entry.id, String(text));
        session.speak = run.entry.id;
        go({ entry: run.entry.id });
        session.refresh();
      })
      .on("managedChat", (run) => {
        if (run.room && run.target.includes(client.profile?.id ?? "")) go({ room: run.room });
        else if (run.room) session.toast("The room is open for those it is for.");
      })
      .on("automatic", (run) => go({ entry: run.entry.id }))
      .on("ux", close);
  }, [client]);

  useKeys();
  useCommands([
    { title: "Close", section: "General", keys: ["Escape"], run: close, quiet: true },
    { title: "Keyboard help", section: "General", keys: ["?"], run: () => setHelp(true) },
    { title: "Go to the inbox", section: "General", keys: ["g i"], icon: "list", run: close },
    ...adminCommands(session, go),
  ]);

  return (
    <div class={`inbox ${open.page ? "has-page" : route ? "has-entry" : ""}`}>
      <header class="top">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <h1>Lockstep</h1>
        <Connection session={session} />
        <span class="grow" />
        <StartMenu session={session} />
        <Menu
          session={session}
          incidents={many(incidents)}
          go={go}
          onHelp={() => setHelp(true)}
          onSignOut={onSignOut}
        />
      </header>
      <Offline session={session} />
      {open.page ? (
        <Lazy load={administration} what="Administration" props={{ session, page: open.page, name: open.name, go, incidents }} />
      ) : (
        <>
          <List session={session} open={open} go={go} />
          <main class="pane">
            <Opened
              session={session}
              entry={open.entry}
              room={open.room}
              title={incidents.list?.find((incident) => incident.entry === open.entry)?.title}
              onClose={close}
            />
          </main>
        </>
      )}
      {form && <Form session={session} run={form} onDone={() => setForm(null)} />}
      {help && <Help onClose={() => setHelp(false)} />}
      <Toasts session={session} onOpen={(entry) => go({ entry })} />
    </div>
  );
}

/** What the address names, if this user has it. @param {{ session: Session, entry?: string, room?: string, title?: string, onClose: () => void }} props */
function Opened({ session, entry: id, room: roomId, title, onClose }) {
  useNews(session, "state", "pending", "presence", id ?? (roomId ? placeKey({ room: roomId }) : "state"));
  const { store, profile } = session.client;
  const known = id ? (store.entries.get(id) ?? session.aside.get(id)) : undefined;
  const last = useRef(known);
  // What has just left the inbox stays on the page until it is there as it is now.
  const entry = known ?? (id && last.current?.id === id && !session.missing.has(id) ? last.current : undefined);
  last.current = entry;
  if (entry) return <EntryPane key={entry.id} session={session} entry={entry} onClose={onClose} />;
  const room = roomId && store.rooms.get(roomId);
  if (room) return <RoomPane key={room.id} session={session} room={room} onClose={onClose} />;
  if (id && session.missing.has(id) && profile?.roles?.includes("admin")) {
    return <HistoryPane key={id} session={session} id={id} title={title ?? id} onClose={onClose} />;
  }
  const missing = (id && session.missing.has(id)) || (roomId && store.position);
  return (
    <div class="nothing">
      <Icon name="list" />
      {missing ? (
        <p>
          There is nothing of yours at this address.{" "}
          <button class="link" onClick={onClose}>
            Back to the inbox
          </button>
        </p>
      ) : (
        !id && !roomId && (
          <p>
            Choose an entry, or press <kbd>j</kbd>.
          </p>
        )
      )}
    </div>
  );
}

/** What it means that there is no connection, and when the next try is. @param {{ session: Session }} props */
function Offline({ session }) {
  useNews(session, "state", "pending");
  const { client } = session;
  const [, tick] = useState(0);
  const gone = client.state !== "online" && client.state !== "closed" && session.wasLive;
  useEffect(() => {
    if (!gone) return;
    const timer = setInterval(() => tick((times) => times + 1), 1000);
    return () => clearInterval(timer);
  }, [gone]);
  if (!gone) return null;
  const seconds = client.nextTry === null ? 0 : Math.ceil(Math.max(0, client.nextTry - Date.now()) / 1000);
  const waiting = client.pending.length;
  return (
    <div class="offline-bar">
      <p class="grow">
        <strong>No connection.</strong> What you see may be out of date.{" "}
        {waiting > 0 ? `${waiting} queued: sent when the server is back.` : "What you do is queued."}
      </p>
      <span class="quiet" aria-live="off">
        {seconds > 0 ? `next try in ${seconds} s` : "trying…"}
      </span>
      <button onClick={() => client.retry()} disabled={client.state === "connecting"}>
        Try now
      </button>
    </div>
  );
}

/** @param {{ session: Session }} props */
function Connection({ session }) {
  useNews(session, "state", "pending");
  const { state, pending } = session.client;
  const waiting = pending.length;
  /** @type {Record<string, string>} */
  const said = { connecting: "Connecting…", offline: "Offline", closed: "Signed out" };
  return (
    <span class={`connection ${state}`} role="status">
      {state === "online" ? (waiting ? "Saving…" : "Live") : said[state]}
      {state !== "online" && waiting > 0 && <span class="visually-hidden"> {waiting} queued</span>}
    </span>
  );
}
