import { useEffect, useState } from "preact/hooks";

/**
 * A component whose code comes when it is needed first. `load`: the same function at each drawing.
 * @param {{ load: () => Promise<{ default: any }>, what: string, props: Record<string, any> }} props `what`: what is coming, in words
 */
export function Lazy({ load, what, props }) {
  const [Loaded, setLoaded] = useState(/** @type {any} */ (null));
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    let wanted = true;
    setFailed(false);
    load().then(
      (module) => wanted && setLoaded(() => module.default),
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
      setLoaded(null);
    };
  }, [load, tries]);

  if (Loaded) return <Loaded {...props} />;
  if (!failed) return <p class="coming quiet">{`${what}…`}</p>;
  return (
    <p class="coming" role="alert">
      {what} could not be loaded.{" "}
      <button class="link" onClick={() => setTries(tries + 1)}>
        Try again
      </button>
    </p>
  );
}
