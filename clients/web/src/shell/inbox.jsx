import { useEffect, useRef, useState } from "preact/hooks";
import { EntryPane } from "../entry/entry.jsx";
import { Form } from "../form/form.jsx";
import { Caps, NextKey } from "./caps.jsx";
import { useCommands, useKeys } from "./commands.js";
import { Connection, Offline } from "./connection.jsx";
import { Help } from "./help.jsx";
import { HistoryPane } from "../entry/history.jsx";
import { Icon } from "../look/icons.jsx";
import { adminCommands } from "../admin/pages.js";
import { many, useIncidents } from "../live/incidents.js";
import { Lazy } from "./lazy.jsx";
import { List } from "../list/list.jsx";
import { Menu, useRenewal } from "./menu.jsx";
import { followClicks } from "../live/push.js";
import { Newer } from "./newer.jsx";
import { RoomPane } from "../talk/room.jsx";
import { useLater } from "./later.js";
import { useRoute } from "./route.js";
import { useSchemeCommands } from "./settings.js";
import { StartMenu } from "./startmenu.jsx";
import { placeKey } from "lockstep-client";
import { useNews } from "../live/session.js";
import { Toasts } from "./toasts.jsx";
import { Waiting } from "./waiting.js";

/** @typedef {import("../live/session.js").Session} Session */

/** Loaded when an administrator opens a page: the first page stays small. */
const administration = () => import("../admin/admin.jsx");

/** @param {{ session: Session, onSignOut: () => void }} props */
export function Inbox({ session, onSignOut }) {
  useNews(session, "state");
  const [route, go] = useRoute();
  const [over, setOver] = useState(/** @type {"help" | "palette" | null} */ (null));
  const [starting, setStarting] = useState(/** @type {import("./starting.js").Kind | "any" | null} */ (null));
  const [form, setForm] = useState(/** @type {any} */ (null));
  useRenewal(session);
  const { client } = session;
  const open = { entry: undefined, room: undefined, page: undefined, name: undefined, ...route };
  const close = () => go(null);
  const Palette = useLater(over === "palette", () => import("./palette.jsx").then((loaded) => loaded.Palette));
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

  // The installed app's shortcuts.
  useEffect(() => {
    const asked = () => {
      if (location.hash !== "#new" && location.hash !== "#find") return;
      if (location.hash === "#new") setStarting("any");
      else setOver("palette");
      go(null);
    };
    asked();
    addEventListener("hashchange", asked);
    return () => removeEventListener("hashchange", asked);
  }, []);

  const waiting = useKeys();
  useSchemeCommands();
  useCommands([
    { title: "Close", section: "General", keys: ["Escape"], run: close, quiet: true },
    { title: "Go to the inbox", section: "Go to", icon: "list", keys: ["g i"], run: close },
    { title: "Find or do anything", section: "General", keys: ["mod+k"], run: () => setOver("palette"), quiet: true },
    { title: "Keyboard help", section: "General", icon: "keyboard", keys: ["?"], run: () => setOver("help") },
    ...adminCommands(session, go),
    { title: "Sign out", section: "General", icon: "out", run: onSignOut },
  ]);

  return (
    <div class={`inbox ${open.page ? "has-page" : route ? "has-entry" : ""}`}>
      <header class="top">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <h1>Lockstep</h1>
        <Connection session={session} />
        <span class="grow" />
        <button class="plain find" aria-keyshortcuts="Control+K Meta+K" onClick={() => setOver("palette")}>
          <Icon name="search" />
          <span class="find-text">Find or do anything</span>
          <Caps keys="mod+k" />
        </button>
        <StartMenu session={session} kind={starting} onKind={setStarting} />
        <Menu
          session={session}
          incidents={many(incidents)}
          go={go}
          onHelp={() => setOver("help")}
          onSignOut={onSignOut}
        />
      </header>
      <div class="bars">
        <Newer session={session} />
        <Offline session={session} />
      </div>
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
      {over === "help" && <Help onClose={() => setOver((now) => (now === "help" ? null : now))} onPalette={() => setOver("palette")} />}
      {over === "palette" && Palette && (
        <Palette session={session} go={go} onStart={setStarting} onClose={() => setOver((now) => (now === "palette" ? null : now))} />
      )}
      <Waiting session={session} />
      <NextKey waiting={waiting} />
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
        <p>
          {id || roomId ? (
            session.lostAt ? "This is shown once there is a connection." : "Loading…"
          ) : store.entries.size > 0 ? (
            <>
              Choose an entry, or press <kbd>j</kbd>.
            </>
          ) : (
            "What you open appears here."
          )}
        </p>
      )}
    </div>
  );
}
