import { useEffect, useState } from "preact/hooks";
import { Avatar, Icon, Logo } from "../look/icons.jsx";
import { wouldStay } from "../live/token.js";
import { doorway } from "./doorway.js";

/**
 * Who one is: one of the demo's people, or whoever a token is for.
 * @param {{ onToken: (token: string, stay: boolean) => void, problem: string }} props `problem`: why one is here again
 */
export function SignIn({ onToken, problem }) {
  const [door, setDoor] = useState(/** @type {import("./doorway.js").Doorway | null} */ (null));
  const [tries, setTries] = useState(0);
  const [stay, setStay] = useState(wouldStay);
  const [token, setToken] = useState("");
  const again = () => setTries((times) => times + 1);

  useEffect(() => {
    let here = true;
    doorway().then((found) => here && setDoor(found));
    addEventListener("online", again);
    return () => {
      here = false;
      removeEventListener("online", again);
    };
  }, [tries]);

  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const given = token.trim().replace(/^Bearer\s+/i, "");
    if (given) onToken(given, stay);
  };
  return (
    <main class="signin">
      <div class="signin-card">
        <Logo />
        <h1>Lockstep</h1>
        <p class="quiet">The work that passes between people: everybody sees every change at once.</p>
        {problem && (
          <div class="problem" role="alert">
            <p>
              <strong>You are not signed in any more.</strong> {problem}
            </p>
          </div>
        )}
        {location.hash.length > 1 && <p class="small quiet">When you are signed in, what your link leads to opens.</p>}
        {door === null && <p class="quiet" role="status">Looking for the server…</p>}
        {door && "trouble" in door && (
          <div class="trouble" role="alert">
            <Icon name="alert" />
            <p>
              <strong>{door.trouble}</strong>
              <br />
              <span class="quiet">{door.advice}</span>
            </p>
            <button class="primary" onClick={again}>
              Try again
            </button>
          </div>
        )}
        {door && "users" in door && (
          <>
            <h2 id="who">Sign in to the demo as</h2>
            <ul class="who" aria-labelledby="who">
              {door.users.map((user) => (
                <li key={user.id}>
                  <button onClick={() => onToken(user.token, stay)}>
                    <Avatar name={user.name} />
                    <span>
                      <strong>{user.name}</strong>
                      <span class="quiet">{user.groups.join(", ") || "no group"}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            <Stay stay={stay} onStay={setStay} />
            <p class="quiet small">Open a second window and sign in as somebody else.</p>
          </>
        )}
        {door && "token" in door && (
          <form onSubmit={submit}>
            <label>
              Your token
              <input
                type="password"
                autocomplete="off"
                autofocus
                required
                aria-describedby="token-from"
                value={token}
                onInput={(event) => setToken(event.currentTarget.value)}
              />
            </label>
            <p id="token-from" class="quiet small">
              You have it from whoever runs {location.host}, or from the application that led you here.
            </p>
            <Stay stay={stay} onStay={setStay} />
            <button class="primary">Sign in</button>
          </form>
        )}
      </div>
    </main>
  );
}

/** @param {{ stay: boolean, onStay: (stay: boolean) => void }} props */
function Stay({ stay, onStay }) {
  return (
    <label class="stay">
      <input type="checkbox" checked={stay} onChange={(event) => onStay(event.currentTarget.checked)} />
      <span>
        Stay signed in on this device
        <span class="quiet small">Keeps your last inbox here, too, to be read without a network.</span>
      </span>
    </label>
  );
}
