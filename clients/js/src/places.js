/** @import { Message, Place } from "./types.js" */

const ROOM = "room:";

/** Under which key a conversation is kept: an entry's id, or `room:` and the room's id. @param {Place} place */
export function placeKey(place) {
  return typeof place === "string" ? place : ROOM + place.room;
}

/** A place as commands name it. @param {Place} place @returns {{ entry: string } | { room: string }} */
export function placeMembers(place) {
  return typeof place === "string" ? { entry: place } : { room: place.room };
}

/** The same of a key of `placeKey`. @param {string} key */
export function membersOf(key) {
  return placeMembers(key.startsWith(ROOM) ? { room: key.slice(ROOM.length) } : key);
}

/** A message of a conversation as it is kept, of its push. @param {Message} push @returns {import("./types.js").ChatMessage} */
export function saidOf({ type, n, entry, room, people, ...said }) {
  return /** @type {any} */ (said);
}

/** Where a message belongs, of its `entry` or `room`. @param {Message} message */
export function keyOf(message) {
  return message.room === undefined ? (message.entry ?? "") : ROOM + message.room;
}
