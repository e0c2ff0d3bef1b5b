"""Writing the same bytes to many sessions, as close to the system as can be."""

import os
from collections.abc import Sequence, Sized
from typing import Protocol

from .frame import Burst

AT_ONCE_BYTES = 64 * 1024
"""More than that is not tried at once: it waits where what waits is counted."""


class Lane(Protocol):
    """What is touched of a session for each change (``session/lane.py`` has the meaning)."""

    fd: int
    held: Sized
    n: int
    sent: float
    subprotocol: str


def write(burst: Burst, lanes: Sequence[Lane], now: float) -> list[tuple[int, bytes]]:
    """Write to all that may be written to, which have been told then.

    Of the others come the indexes: with what is still to be written, or with nothing where nothing
    was told. This is done for each session and change, so it does as little as it can.
    """
    first, last = burst.first, burst.last
    left: list[tuple[int, bytes]] = []
    subprotocol, data = "", b""
    for index, lane in enumerate(lanes):
        if lane.n < first and lane.fd >= 0 and not lane.held:
            if lane.subprotocol != subprotocol:
                subprotocol = lane.subprotocol
                data = burst.wire(subprotocol)
            if len(data) <= AT_ONCE_BYTES:
                try:
                    taken = os.write(lane.fd, data)
                except OSError:
                    left.append((index, b""))  # the error is the transport's to find
                    continue
                lane.n = last
                lane.sent = now
                if taken < len(data):
                    left.append((index, data[taken:]))
                continue
        left.append((index, b""))
    return left
