import { Component, h } from "preact";

/**
 * A component that its parent draws again only when something it is given is another thing.
 * @template {Record<string, any>} Props
 * @param {(props: Props) => any} draw @returns {(props: Props & { key?: string }) => any}
 */
export function memo(draw) {
  class Memo extends Component {
    /** @param {any} next */
    shouldComponentUpdate(next) {
      const { props } = /** @type {any} */ (this);
      for (const name in next) if (next[name] !== props[name]) return true;
      return false;
    }
    /** @param {any} props */
    render(props) {
      return h(/** @type {any} */ (draw), props);
    }
  }
  return /** @type {any} */ (Memo);
}
