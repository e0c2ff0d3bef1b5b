import { useEffect, useState } from "preact/hooks";
import { forgetForms } from "../form/form.jsx";
import { Inbox } from "./inbox.jsx";
import { forgetRecent } from "./recent.js";
import { SignIn } from "./signin.jsx";
import { forget } from "../live/push.js";
import { forgetToken, openSession, takeToken } from "../live/session.js";
import "./shell.css";

/** Signs in, then shows the inbox; each window of the browser may be another user. */
export function App() {
  const [token, setToken] = useState(takeToken);
  const [session, setSession] = useState(/** @type {ReturnType<typeof openSession> | null} */ (null));
  const [problem, setProblem] = useState("");

  useEffect(() => {
    if (!token) return;
    const opened = openSession(token, (reason) => {
      forgetToken();
      setToken(null);
      setProblem(reason);
    });
    setSession(opened);
    return () => {
      opened.close();
      setSession(null);
    };
  }, [token]);

  /** @param {string} chosen */
  const signIn = (chosen) => {
    setProblem("");
    setToken(takeToken(chosen));
  };
  const signOut = async () => {
    // While the token still counts: the server must not push to this device any more.
    if (session) await forget(session).catch(() => {});
    forgetToken();
    forgetForms();
    forgetRecent();
    history.replaceState(null, "", location.pathname + location.search);
    setToken(null);
  };
  if (!token) return <SignIn onToken={signIn} problem={problem} />;
  return session && <Inbox session={session} onSignOut={signOut} />;
}
