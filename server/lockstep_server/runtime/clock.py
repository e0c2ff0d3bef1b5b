"""The sources of what pure rooms are handed: the time and new ids."""

import secrets
import time
from collections.abc import Callable

from lockstep_protocol.ids import uuid7

Clock = Callable[[], float]
"""Unix seconds."""

NewId = Callable[[], str]


def new_id() -> str:
    """A UUIDv7 (RFC 9562): sorted by time, unguessable in its lower 74 bits."""
    return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))
