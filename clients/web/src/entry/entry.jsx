import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Act, KEYED } from "./act.jsx";
import { Chat } from "../talk/chat.jsx";
import { useDefinition } from "./definitions.js";
import { Details } from "./details.jsx";
import { Head } from "./head.jsx";
import { History } from "./history.jsx";
import { LostRace, News, forgetRace, refuse, useChange } from "./news.jsx";
import { Panel, Tabs } from "./tabs.jsx";
import { sentence, shut } from "./why.js";
import { useCommands } from "../shell/commands.js";
import { Lazy } from "../shell/lazy.jsx";
import { lockedOut, presence } from "../look/words.js";
import "./entry.css";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {import("lockstep-client").Entry} Entry */
/** @typedef {import("lockstep-client").Path} Path */

/** The graph, which is loaded when it is looked at. */
const graph = () => import("../graph/entrygraph.jsx");

/** @param {{ session: Session, entry: Entry, onClose: () => void }} props */
export function EntryPane({ session, entry, onClose }) {
  const [busy, setBusy] = useState(false);
  const { client } = session;
  const steps = useDefinition(session, entry);
  const [tab, setTab] = useState("chat");
  const [writing, setWriting] = useState(0);
  const acting = !entry.guest && entry.status !== "retired";
  const waiting = client.pending.find(({ type, entry: id }) => type === "choose" && id === entry.id);
  const { change, mark } = useChange(session, entry);
  const view = viewOf(session, steps?.[entry.step]?.step.scope);

  useEffect(() => {
    if (acting && !entry.seen && session.attentive && client.state === "online") client.read(entry.id, { seen: true });
  }, [entry.seen, entry.visit, client.state, session.attentive]);

  /** @param {Path} path */
  const choose = async (path) => {
    if (busy || waiting || lockedOut(session, entry)) return;
    setBusy(true);
    forgetRace(session, entry.id);
    try {
      await client.behaviors.choose(client, entry, path);
    } catch (error) {
      refuse(session, entry, path.label, error);
    }
    setBusy(false);
  };

  /** Go where one writes: with the next drawing, so that the next key is for the field. */
  const write = () => {
    setTab("chat");
    setWriting((times) => times + 1);
  };

  useCommands([
    ...(acting ? entry.paths.slice(0, KEYED) : []).map((path, index) => ({
      title: path.label,
      section: "Paths",
      icon: path.icon,
      keys: [String(index + 1)],
      run: () => void choose(path),
    })),
    { title: "Write a message", section: "Entry", icon: "chat", keys: ["c"], run: write },
    ...(entry.guest ? [] : [{ title: "History", section: "Entry", keys: ["h"], run: () => setTab("history") }]),
    ...(entry.guest ? [] : [{ title: "Workflow", section: "Entry", icon: "flow", keys: ["w"], run: () => setTab("workflow") }]),
  ]);
  useLayoutEffect(() => {
    // Somebody wants to write here: after a choice that leads into the conversation.
    if (session.speak !== entry.id) return;
    session.speak = null;
    write();
  });
  useLayoutEffect(() => {
    if (writing) document.getElementById("say")?.focus();
  }, [writing]);

  const chat = <Chat session={session} place={entry.id} count={entry.chat.count} hint="Write to everybody who has this" />;
  return (
    <div class="entry-place">
      <article class="entry" aria-labelledby="entry-title">
        <Head session={session} entry={entry} why={sentence(view, entry)} mark={mark} onClose={onClose}>
          <News session={session} change={change} />
          <LostRace session={session} entry={entry} closed={acting ? shut(view, entry) : null} />
        </Head>
        {acting && (
          <Act session={session} entry={entry} view={view} busy={busy} waiting={waiting} steps={steps} onChoose={choose} />
        )}
        <Details session={session} entry={entry} steps={steps} mark={mark} />
        <div class="happening">
          {entry.guest ? (
            <>
              <h3>Conversation</h3>
              {chat}
            </>
          ) : (
            <>
              <Tabs
                label="What happened"
                tabs={[
                  {
                    id: "chat",
                    name: "Conversation",
                    count: entry.chat.count,
                    fresh: tab === "chat" ? 0 : session.unread(entry.id, entry.chat),
                  },
                  { id: "history", name: "History" },
                  { id: "workflow", name: "Workflow" },
                ]}
                chosen={tab}
                onChoose={setTab}
              />
              <Panel id={tab}>
                {tab === "chat" && chat}
                {tab === "history" && <History session={session} entry={entry} />}
                {tab === "workflow" && <Lazy load={graph} what="Workflow" props={{ session, entry, onChoose: choose }} />}
              </Panel>
            </>
          )}
        </div>
      </article>
    </div>
  );
}

/** What the sentence on an entry goes by. @param {Session} session @param {string} [scope] @returns {import("./why.js").View} */
function viewOf(session, scope) {
  const { client } = session;
  return {
    me: client.profile ?? { id: "", name: "" },
    name: (id) => client.store.name(id),
    online: (id) => presence(session, id) === "online",
    apart: client.state !== "online",
    clock: (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
    scope,
  };
}
