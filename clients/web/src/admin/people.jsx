import { Avatar } from "../look/icons.jsx";

/** @typedef {{ id: string, name?: string, email?: string | null, groups?: string[], labels?: string[], roles?: string[], attributes?: Record<string, any> }} DirectoryUser */
/** @typedef {{ people: DirectoryUser[] | undefined, revoked: Map<string, any>, error: string, again: () => void }} Directory */

/** @param {DirectoryUser} user */
export const nameOf = ({ id, name }) => name || id;

/** @param {{ user: DirectoryUser }} props */
export function Face({ user }) {
  return (
    <span class="who-link">
      <Avatar name={nameOf(user)} />
      {nameOf(user)}
    </span>
  );
}

/** @param {{ names?: string[], href?: (name: string) => string }} props */
export function Tags({ names = [], href }) {
  if (!names.length) return null;
  return (
    <span class="tags">
      {names.map((name) =>
        href ? (
          <a key={name} class="tag" href={href(name)}>
            {name}
          </a>
        ) : (
          <span key={name} class="tag">
            {name}
          </span>
        ),
      )}
    </span>
  );
}
