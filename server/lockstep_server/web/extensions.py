"""What this program's own server offers beyond ASGI, under ``extensions`` of the ASGI scope.

Under another server it is missing, and the socket goes plain ASGI's way.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from lockstep_server.session.lane import Lane

from .waiting import Gate

WIRE = "lockstep.wire"
"""The connection itself (``Wire``): whole frames are written to it as ready bytes."""


class Wire(Protocol):
    """A connection, to write to, to drop at once, and to see what it still holds."""

    transport: asyncio.Transport
    writable: Gate
    """Not set while the transport holds so much that more should wait."""
    resumed: Callable[[], None]
    """Called when it is set again; whoever writes puts it here."""
    lane: Lane | None
    """Shut once the connection is closing; whoever opens it puts it here."""
