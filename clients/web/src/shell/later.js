import { useEffect, useState } from "preact/hooks";

/**
 * What is loaded when it is wanted first, or when the browser has nothing else to do: null until then.
 * @template T @param {boolean} wanted @param {() => Promise<T>} load @returns {T | null}
 */
export function useLater(wanted, load) {
  const [loaded, setLoaded] = useState(/** @type {T | null} */ (null));
  useEffect(() => {
    if (loaded) return;
    const take = () => void load().then((found) => setLoaded(() => found));
    if (wanted || !("requestIdleCallback" in globalThis)) return take();
    const idle = requestIdleCallback(take);
    return () => cancelIdleCallback(idle);
  }, [wanted, loaded]);
  return loaded;
}
