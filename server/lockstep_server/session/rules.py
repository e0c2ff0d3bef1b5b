"""What one session must keep to, and what it tells of itself."""

import msgspec

from lockstep_protocol import limits
from lockstep_protocol.pushes import ServerInfo


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a session. Durations are seconds."""

    server: ServerInfo
    epoch: str
    told: limits.Limits = limits.Limits()
    """The bounds as the client hears them in ``welcome``; those of a session are kept here."""
    hello_timeout: float = limits.HELLO_SECONDS
    heartbeat: float = limits.HEARTBEAT_SECONDS
    invalid_frames: int = limits.INVALID_FRAMES
    held_frames: int = 1_000
    """Changes that may wait until the client is up to date; of more, it is read what they did."""
    held_bytes: int = 8 * 1024 * 1024
    """The same in bytes."""


MESSAGES_A_FRAME = 64
"""Messages in one frame of a client at most: bounds the work that one frame can ask for."""

HELD_SIGNALS = 100
"""What is no change (own marks, typing) and waits until the client is up to date."""

REFUSED_IN_A_ROW = 100
"""Commands refused for being too fast, one after the other, before the session is closed."""

DIGEST_AGAIN_SECONDS = 5.0
"""When a digest is tried again that would not have been exact."""

AUTH_SOON_SECONDS = 60.0
"""How long before its token expires a session is told so."""

COME_BACK_MS = 1_000
"""Nobody who is sent away is to be back sooner."""

LEAVING = "The server is stopping."
"""What a command is told that comes too late."""
