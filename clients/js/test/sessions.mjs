/** A session without a socket: what it is told, and what it wants done. */

import { Session } from "../src/index.js";

export const view = (id, version = 1, more = {}) => ({
  id, version, title: id, step: "start", visit: 1, status: "active", chat: { count: 0 }, paths: [], ...more,
});

/** A session at second 0, with ids that count. What it does is in `sent`, `said` and `did`. */
export function begin(options = {}) {
  let ids = 0;
  const session = new Session({ name: "test", random: () => 0, newId: (now) => `${++ids}@${now}`, ...options });
  const at = { session, now: 0, sent: [], said: [], did: [], answers: [] };

  at.look = () => {
    for (const effect of session.take()) {
      if (effect.do === "send") at.sent.push(effect.message);
      else if (effect.do === "emit") at.said.push([effect.event, ...effect.args]);
      else at.did.push(effect.do);
    }
    return at;
  };
  /** Tell the session something at the time it is. */
  at.tell = (what, ...args) => {
    session[what](...args, at.now);
    return at.look();
  };
  at.hear = (...messages) => at.tell("received", messages);
  /** Time passes: every timer that is due on the way is rung when it is. */
  at.pass = (ms) => {
    const end = at.now + ms;
    while (session.due <= end) {
      at.now = Math.max(at.now, session.due);
      at.tell("tick");
    }
    at.now = end;
    return at;
  };
  at.give = (command) => {
    session.give(command, at.now, (error, result) => at.answers.push(error ?? result));
    return at.look();
  };
  at.reply = (message, result = {}) => at.hear({ type: "reply", id: message.id, result });
  at.refuse = (message, more) => at.hear({ type: "refusal", id: message.id, message: "no", ...more });
  at.connect = (more = {}, ...rest) => {
    at.tell("dialing").tell("opened", "token");
    const welcome = { type: "welcome", session: "s", user: { id: "ann", name: "Ann" }, epoch: "e", n: 1, resumed: false, heartbeat: 20 };
    return at.hear({ ...welcome, ...more }, ...rest);
  };
  at.snapshot = (...entries) => at.hear({ type: "snapshot", n: 1, page: 1, pages: 1, entries, rooms: [], people: [{ id: "bob", name: "Bob" }] });
  at.forget = () => ((at.sent = []), (at.said = []), (at.did = []), at);
  at.types = () => at.sent.map(({ type }) => type);
  return at;
}

/** One that is online with the entries. */
export const online = (options, ...entries) => begin(options).tell("open").connect().snapshot(...entries).forget();
