import { Client } from "lockstep-client";
import { LockstepProvider } from "lockstep-client/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Inbox } from "./inbox.jsx";
import "./style.css";

const root = createRoot(/** @type {HTMLElement} */ (document.getElementById("app")));

/** The token is in the address (`#token=demo:omar`), or was asked for; a real application has its own sign-in. */
function start() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return root.render(<SignIn />);
  // One connection for all tabs of this user, and nothing that was clicked is lost by a reload.
  const keep = { storage: localStorage, key: token };
  const client = new Client({ url: location.origin, token, name: "react-inbox", tabs: token, keep });
  client.on("refused", () => {
    history.replaceState(null, "", location.pathname);
    root.render(<SignIn problem="The server does not know this name." />);
  });
  client.connect();
  root.render(
    <StrictMode>
      <LockstepProvider client={client}>
        <Inbox />
      </LockstepProvider>
    </StrictMode>,
  );
}

/** @param {{ problem?: string }} props */
function SignIn({ problem }) {
  return (
    <form
      className="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = `token=demo:${new FormData(event.currentTarget).get("user")}`;
        start();
      }}
    >
      <h1>A small inbox</h1>
      <label>
        Your name in the demo <input name="user" required autoFocus placeholder="omar" autoCapitalize="none" />
      </label>
      <button className="primary">Sign in</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}

start();
