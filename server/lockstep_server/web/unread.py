"""Who is answered before having sent a large body is not listened to until its end."""

import asyncio
import contextlib

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGE_BYTES = 64 * 1024
"""What is left of a smaller body is taken and thrown away, and the connection goes on."""

TAKEN_BYTES = 1024 * 1024
"""So much of a large one is still taken: closing on what was not read resets the connection, and
with it an answer that is on its way."""

TAKEN_SECONDS = 2.0
"""And for so long."""


class Unread:
    """ASGI middleware: an answer to a request whose large body was not read ends the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, asgi_scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, and watch how much of it is read."""
        if asgi_scope["type"] != "http" or not _may_be_large(Headers(scope=asgi_scope)):
            await self._app(asgi_scope, receive, send)
            return
        unread, closing = True, False

        async def receive_noted() -> Message:
            nonlocal unread
            message = await receive()
            unread = message.get("more_body", False)
            return message

        async def send_and_close(message: Message) -> None:
            nonlocal closing
            if message["type"] == "http.response.start" and unread:
                closing = True
                message = dict(message) | {
                    "headers": [*message["headers"], (b"connection", b"close")]
                }
            elif closing and not message.get("more_body", False):
                # The client has its whole answer; what ends the connection comes a little later.
                await send(dict(message) | {"more_body": True})
                await _take(receive)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(asgi_scope, receive_noted, send_and_close)


def _may_be_large(headers: Headers) -> bool:
    declared = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not declared.isdigit() or int(declared) > LARGE_BYTES


async def _take(receive: Receive) -> None:
    """Read on for a moment, and throw it away."""
    taken = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TAKEN_SECONDS):
            while taken < TAKEN_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
