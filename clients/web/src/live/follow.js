import { happening, told } from "./happenings.js";

/** What comes within this time is told together. */
const TOGETHER_MS = 600;
const NEWS = "news";

/** Tell what others do to the entries, but not to the one that is looked at: that one shows it itself. @param {import("./session.js").Session} session */
export function followOthers(session) {
  const { client, toasts } = session;
  /** Titles as they were, to say what has gone. @type {Map<string, string>} */
  const titles = new Map();
  /** What is told, or about to be. @type {import("./happenings.js").Happening[]} */
  let all = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  client.on("change", (/** @type {Map<string, any>} */ changed) => {
    let any = false;
    for (const [id, message] of changed) {
      const entry = client.store.entries.get(id);
      const found = happening(message, entry, titles.get(id), client.profile?.id);
      if (entry) titles.set(id, entry.title);
      else titles.delete(id);
      const own = message.type === "gone" && client.pending.some(({ entry: waiting }) => waiting === id);
      if (!found || own || (session.attentive && id === session.open)) continue;
      all.push(found);
      any = true;
    }
    if (!any || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      const { text, entry } = told(all, (user) => session.name(user));
      toasts.show(text, "info", entry, NEWS);
    }, TOGETHER_MS);
  });
  session.onToastGone = ({ key }) => {
    if (key === NEWS) all = [];
  };
}
