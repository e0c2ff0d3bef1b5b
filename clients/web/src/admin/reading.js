import { useEffect, useState } from "preact/hooks";

/** @typedef {import("../live/session.js").Session} Session */
/** @typedef {{ data: any, error: string, code?: string, at: number, again: () => void }} Reading `code`: of the refusal; `at`: when it was read last; `again`: read it now */

/**
 * What is at an address of the server, read again by itself every so often while somebody looks.
 * What was read stays when a later look fails, with the `error` beside it.
 * @param {Session} session @param {string | null} address null: nothing is read @param {number} [every] milliseconds; 0: once
 * @returns {Reading}
 */
export function useReading(session, address, every = 0) {
  const [read, setRead] = useState(/** @type {{ of: string | null, data: any, error: string, code?: string, at: number }} */ (NOTHING));
  const [looks, setLooks] = useState(0);
  const online = session.client.state === "online";

  useEffect(() => {
    if (!address || !online) return;
    let wanted = true;
    const look = async () => {
      try {
        const data = await session.read(address);
        if (wanted) setRead({ of: address, data, error: "", at: Date.now() });
      } catch (error) {
        const { message: said, code } = /** @type {any} */ (error);
        if (wanted) setRead((known) => ({ ...(known.of === address ? known : NOTHING), of: address, error: said, code }));
      }
    };
    void look();
    const timer = every ? setInterval(() => document.visibilityState === "visible" && look(), every) : undefined;
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [session, address, online, every, looks]);

  const { data, error, code, at } = read.of === address ? read : NOTHING;
  return { data, error, code, at, again: () => setLooks((times) => times + 1) };
}

const NOTHING = { of: null, data: null, error: "", code: undefined, at: 0 };

/**
 * Something that is done on a click: `busy` while it is, `problem` when it was refused.
 * @returns {{ busy: boolean, problem: any, setProblem: (problem: any) => void, run: (work: () => Promise<any>) => Promise<boolean> }}
 */
export function useDoing() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  /** @param {() => Promise<any>} work */
  const run = async (work) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, setProblem, run };
}
