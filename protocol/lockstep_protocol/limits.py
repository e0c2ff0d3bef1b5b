"""How much is allowed. Every bound is a named constant here and is told in ``welcome``."""

import msgspec

CLIENT_FRAME_BYTES = 64 * 1024
"""One frame from a client, all its messages together."""
HELLO_FRAME_BYTES = 8 * 1024
"""The first frame, before anybody is known to be there."""
TRANSPORT_FRAME_BYTES = 1024 * 1024
"""Above this the transport itself gives up (close 1009) and no refusal is sent."""
HELLO_SECONDS = 5.0
"""How long a new connection may stay without its ``hello``."""
HEARTBEAT_SECONDS = 20.0
"""After this much silence the server sends ``position``."""
COMMANDS_IN_FLIGHT = 32
"""Commands of one session that have no answer yet."""
COMMANDS_PER_SECOND = 20
"""Commands of one user, over all sessions, in the long run."""
COMMANDS_BURST = 40
"""Commands of one user at once, after a rest."""
BYTES_PER_SECOND = 512 * 1024
"""What one user may send, over all doors, in the long run."""
BYTES_BURST = 8 * 1024 * 1024
"""The same at once, after a rest."""
SOCKETS_PER_USER = 8
"""Sessions of one user at a time."""
CHAT_BODY_BYTES = 4 * 1024
"""The body of one chat message, in UTF-8."""
ENTRY_DATA_BYTES = 64 * 1024
"""The data object of an entry, and of any command, as JSON in UTF-8."""
TITLE_CHARACTERS = 500
"""The title of an entry; what is longer is cut."""
NESTING_LEVELS = 32
"""Objects and arrays inside one another in a message; the message itself is the first."""
IDENTIFIER_CHARACTERS = 200
"""Ids, handles, step keys, labels and keys given by a client."""
PAGE_ITEMS = 200
"""Events or messages in one page of ``history`` or ``messages``."""
PAGE_ITEMS_DEFAULT = 50
"""The same, when the command names no ``limit``."""
LOCK_SECONDS_DEFAULT = 15 * 60.0
"""The lease of a lock that a user takes without naming ``ttl``."""
LOCK_SECONDS_MAX = 24 * 60 * 60.0
"""The longest lease a user may ask for."""
LOCK_GRACE_SECONDS = 60.0
"""A lock taken over a session ends so long after the user's last session."""
LOCK_WAITERS = 20
"""Users who may wait for an entry's lock, and who are named as having asked for it."""
NOTE_CHARACTERS = 500
"""What somebody may say with an `ask`, or an administrator who frees a lock."""
INVALID_FRAMES = 20
"""Frames that are refused as ``invalid`` before the session is closed with 4200."""
TOKEN_CHARACTERS = 7 * 1024
"""A token, so that it fits the first frame."""
ANSWER_HOURS = 48
"""How long the answer to a command id is kept."""
AHEAD_SECONDS = 60 * 60.0
"""How far the time in a command's id may be ahead of the server's clock."""
DIGEST_SECONDS = 60.0
"""Between two digests of one session at least."""
SLOW_READER_SECONDS = 30.0
"""A session that takes nothing for this long is closed with 4003."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The bounds a client has to keep, as told in ``welcome``. Sizes in bytes, times in seconds."""

    frame_bytes: int = CLIENT_FRAME_BYTES
    hello_bytes: int = HELLO_FRAME_BYTES
    commands_in_flight: int = COMMANDS_IN_FLIGHT
    commands_per_second: int = COMMANDS_PER_SECOND
    commands_burst: int = COMMANDS_BURST
    bytes_per_second: int = BYTES_PER_SECOND
    bytes_burst: int = BYTES_BURST
    sockets_per_user: int = SOCKETS_PER_USER
    chat_body_bytes: int = CHAT_BODY_BYTES
    entry_data_bytes: int = ENTRY_DATA_BYTES
    title_characters: int = TITLE_CHARACTERS
    nesting_levels: int = NESTING_LEVELS
    identifier_characters: int = IDENTIFIER_CHARACTERS
    page_items: int = PAGE_ITEMS
    lock_seconds: float = LOCK_SECONDS_MAX
    lock_waiters: int = LOCK_WAITERS
    note_characters: int = NOTE_CHARACTERS
    answer_hours: int = ANSWER_HOURS
