/**
 * What goes over the wire, as types only. `protocol/spec/protocol.md` says what it means.
 *
 * @typedef {{ id: string, name: string, email?: string }} Person
 * @typedef {Person & { groups?: string[], labels?: string[], roles?: string[] }} Profile
 * @typedef {{ epoch: string, n: number }} Position
 * @typedef {{ handle: string, behavior: string, target?: string, fields?: any, data?: any, templates?: string[] }} Behavior
 * @typedef {{ label: string, step: string, icon?: string, behavior?: Behavior }} Path
 * @typedef {{ by: string[], since: string, until?: string, fence: number, waiting?: string[], asked?: string[] }} Lock
 * @typedef {{
 *   m: number, from: string, at: string, body: string, schema?: string, kind?: string, data?: any,
 *   revision?: number, editedAt?: string, deleted?: boolean,
 * }} ChatMessage
 * @typedef {{ state: "online" | "away", watching: string[] }} Presence `watching`: entry ids
 * @typedef {{
 *   key: number, id?: string, type: string, entry?: string, room?: string, since: number,
 *   state: "queued" | "sent", command: Message,
 * }} Waiting a command without an answer: `key` is this client's, `id` is there once it was sent
 * @typedef {{ count: number, last?: ChatMessage }} ChatSummary
 * @typedef {{ id: string, title: string, members: { count: number, ids: string[] }, chat: ChatSummary }} Room
 * @typedef {string | { room: string }} Place the conversation of an entry (its id) or of a room
 * @typedef {{
 *   id: string, tracker: string, taskState?: string, author: string, user: string, displayName: string,
 *   userName: string, authorName: string, serviceId?: string, data: Record<string, any>, createdAt: string,
 * }} Dispatch
 * @typedef {{
 *   id: string, version: number, title: string, chat: ChatSummary,
 *   recipients: { count: number, ids: string[] }, guest?: boolean,
 *   workflow: string, workflowVersion: number, icon?: string, summaryTitle?: string, summary?: string,
 *   step: string, visit: number, name: string, nameStyle?: string, description?: string,
 *   paths: Path[], status: string, locked?: Lock, source: string, sink: string | null,
 *   data: Record<string, any>, dispatch?: Dispatch, seen: boolean,
 *   createdAt: string, updatedAt: string,
 * }} Entry
 * @typedef {{ type: string, [member: string]: any }} Message
 * @typedef {{ n: number, at: string, by: string, cause: string, facts: Record<string, any>[] }} HistoryEvent
 */

export {};
