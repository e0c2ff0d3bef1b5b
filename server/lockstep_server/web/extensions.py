"""What this program's own server offers beyond ASGI, under ``extensions`` of the ASGI scope.

Under another server they are missing, and the socket goes plain ASGI's way.
"""

TRANSPORT = "lockstep.transport"
"""The connection's ``asyncio.Transport``, to drop it at once and to see what it still holds.

Where it is there, ``websocket.send`` takes whole frames as ready bytes under ``READY``.
"""

READY = "lockstep.ready"
"""In ``websocket.send``: the bytes of whole frames, to be written as they are."""
