import { useEffect, useState } from "preact/hooks";
import { forgetForms } from "../form/form.jsx";
import { Inbox } from "./inbox.jsx";
import { forgetRecent } from "./recent.js";
import { SignIn } from "./signin.jsx";
import { forget } from "../live/push.js";
import { followKnown, forgetKnown } from "../live/known.js";
import { openSession } from "../live/session.js";
import { forgetToken, isKept, keepToken, takeToken } from "../live/token.js";
import "./shell.css";

/** Nobody has to stay signed in because the server is away. */
const patience = () => new Promise((done) => setTimeout(done, 2000));

/** Signs in, then shows the inbox; each window of the browser may be another user. */
export function App() {
  const [token, setToken] = useState(takeToken);
  const [session, setSession] = useState(/** @type {ReturnType<typeof openSession> | null} */ (null));
  const [problem, setProblem] = useState("");

  useEffect(() => {
    if (!token) return;
    const opened = openSession(token, (reason) => {
      void leave();
      setProblem(reason);
    });
    const stop = isKept(token) ? followKnown(opened) : () => {};
    setSession(opened);
    return () => {
      stop();
      opened.close();
      setSession(null);
    };
  }, [token]);

  /** @param {string} chosen @param {boolean} stay on this device */
  const signIn = (chosen, stay) => {
    setProblem("");
    if (stay) keepToken(chosen);
    setToken(takeToken(chosen));
  };
  const leave = async () => {
    forgetToken();
    setToken(null);
    await forgetKnown();
  };
  const signOut = async () => {
    // While the token still counts: the server must not push to this device any more.
    if (session) await Promise.race([forget(session), patience()]).catch(() => {});
    forgetForms();
    forgetRecent();
    history.replaceState(null, "", location.pathname + location.search);
    await leave();
  };
  if (!token) return <SignIn onToken={signIn} problem={problem} />;
  return session && <Inbox session={session} onSignOut={signOut} />;
}
