"""What this program's own server offers beyond ASGI, under ``extensions`` of the ASGI scope.

Under another server they are missing, and the socket goes plain ASGI's way.
"""

ABORT = "lockstep.abort"
"""A function that drops the connection at once, whatever is still to be written."""

READY = "lockstep.ready"
"""Present when ``websocket.send`` takes, under this name, a whole frame as ready bytes."""
