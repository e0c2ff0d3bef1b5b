import { useEffect, useState } from "preact/hooks";
import { Avatar, Icon } from "../look/icons.jsx";
import { useDisclosure } from "./disclosure.js";
import { pushState, renew, turnOff, turnOn } from "../live/push.js";

/** @typedef {import("../live/session.js").Session} Session */

/**
 * What belongs to the user and this device.
 * @param {{
 *   session: Session, incidents: string, go: (route: import("./route.js").Route) => void, onHelp: () => void, onSignOut: () => void,
 * }} props
 */
export function Menu({ session, incidents, go, onHelp, onSignOut }) {
  const { open, setOpen, whole, button } = useDisclosure();
  const { profile } = session.client;

  if (!profile) return null;
  /** @param {() => void} act */
  const chosen = (act) => () => {
    setOpen(false);
    act();
  };
  return (
    <div class="menu" ref={whole}>
      <button
        class="me plain"
        ref={button}
        aria-label={`${profile.name}: menu${incidents ? `, ${incidents} incidents` : ""}`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Avatar name={profile.name} />
        <span class="me-name">{profile.name}</span>
        {incidents ? <span class="dot warn" /> : null}
        <Icon name="down" />
      </button>
      {open && (
        <div class="menu-panel">
          <p class="menu-who">
            <strong>{profile.name}</strong>
            <span class="quiet small">{profile.email ?? profile.id}</span>
          </p>
          <NotifyMe session={session} />
          {profile.roles?.includes("admin") && (
            <>
              <button onClick={chosen(() => go({ page: "running" }))}>
                <Icon name="pulse" />
                Administration
              </button>
              <button onClick={chosen(() => go({ page: "incidents" }))}>
                <Icon name="alert" />
                Incidents
                {incidents ? <span class="badge warn">{incidents}</span> : null}
              </button>
            </>
          )}
          <button class="help-button" onClick={chosen(onHelp)}>
            <Icon name="keyboard" />
            Keyboard
          </button>
          <button onClick={chosen(onSignOut)}>
            <Icon name="out" />
            Sign out
          </button>
        </div>
      )}
    </div>
  );
}

/** @type {Record<import("../live/push.js").PushState, string>} */
const SAID = {
  unsupported: "This browser cannot be notified.",
  blocked: "Blocked in the browser's settings.",
  off: "When you are not looking at this page.",
  on: "This device tells you what needs you.",
};

/** @param {{ session: Session }} props */
function NotifyMe({ session }) {
  const [state, setState] = useState(/** @type {import("../live/push.js").PushState} */ ("off"));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    pushState(session).then(setState).catch(() => setState("unsupported"));
  }, [session]);

  const turn = async () => {
    setBusy(true);
    setProblem("");
    try {
      setState(await (state === "on" ? turnOff(session) : turnOn(session)));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setState(await pushState(session));
    }
    setBusy(false);
  };
  return (
    <button
      class="notify-me"
      role="switch"
      aria-checked={state === "on"}
      disabled={busy || state === "unsupported" || state === "blocked"}
      onClick={turn}
    >
      <Icon name="bell" />
      <span class="grow">
        Notify me on this device
        <span class={problem ? "error small" : "quiet small"} role="status">
          {problem || (busy && state === "off" ? "Your browser asks whether it may." : SAID[state])}
        </span>
      </span>
      <span class="switch" aria-hidden="true" />
    </button>
  );
}

/** Once a session: keep the device's registration fresh. @param {Session} session */
export function useRenewal(session) {
  const { profile, state } = session.client;
  useEffect(() => {
    if (profile && state === "online") renew(session).catch(() => {});
  }, [session, profile?.id]);
}
