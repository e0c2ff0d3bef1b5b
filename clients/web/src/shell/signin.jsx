import { useEffect, useState } from "preact/hooks";
import { Avatar, Logo } from "../look/icons.jsx";

/** @param {{ onToken: (token: string) => void, problem: string }} props */
export function SignIn({ onToken, problem }) {
  const [users, setUsers] = useState(
    /** @type {{ id: string, name: string, groups: string[], token: string }[] | null} */ (null),
  );
  const [token, setToken] = useState("");

  useEffect(() => {
    fetch("/v1/demo")
      .then((answer) => (answer.ok ? answer.json() : { users: [] }))
      .then((demo) => setUsers(demo.users))
      .catch(() => setUsers([]));
  }, []);

  return (
    <main class="signin">
      <div class="signin-card">
        <Logo />
        <h1>Lockstep</h1>
        <p class="quiet">The work that passes between people: everybody sees every change at once.</p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {users?.length ? (
          <>
            <h2 id="who">Sign in to the demo as</h2>
            <ul class="who" aria-labelledby="who">
              {users.map((user) => (
                <li key={user.id}>
                  <button onClick={() => onToken(user.token)}>
                    <Avatar name={user.name} />
                    <span>
                      <strong>{user.name}</strong>
                      <span class="quiet">{user.groups.join(", ") || "no group"}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            <p class="quiet small">Open a second window and sign in as somebody else.</p>
          </>
        ) : (
          users && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (token.trim()) onToken(token.trim());
              }}
            >
              <label>
                Your token
                <input
                  type="password"
                  autocomplete="off"
                  value={token}
                  onInput={(event) => setToken(event.currentTarget.value)}
                />
              </label>
              <button class="primary">Sign in</button>
            </form>
          )
        )}
      </div>
    </main>
  );
}
