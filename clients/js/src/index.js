/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Path} Path */
/** @typedef {import("./types.js").Person} Person */
/** @typedef {import("./types.js").Profile} Profile */
/** @typedef {import("./types.js").ChatMessage} ChatMessage */
/** @typedef {import("./types.js").ChatSummary} ChatSummary */
/** @typedef {import("./types.js").Room} Room */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Lock} Lock */
/** @typedef {import("./types.js").Behavior} Behavior */
/** @typedef {import("./behaviors.js").Run} Run */
/** @typedef {import("./behaviors.js").Handler} Handler */
/** @typedef {import("./behaviors.js").Page} Page */
/** @typedef {import("./client.js").Options} Options */
/** @typedef {import("./client.js").Events} Events */
/** @typedef {import("./session.js").State} State */
/** @typedef {import("./queue.js").Keep} Keep */
/** @typedef {import("./types.js").Dispatch} Dispatch */
/** @typedef {import("./types.js").HistoryEvent} HistoryEvent */
/** @typedef {import("./types.js").Presence} Presence */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Waiting} Waiting */

export { backoff } from "./backoff.js";
export { Behaviors } from "./behaviors.js";
export { Client } from "./client.js";
export { Conversations } from "./conversations.js";
export { crc32, digest } from "./digest.js";
export { uuid7 } from "./ids.js";
export { placeKey } from "./places.js";
export { RefusalError } from "./refusal.js";
export { Session } from "./session.js";
export { Store } from "./store.js";
export { fillIn, parseTemplate } from "./templates.js";
