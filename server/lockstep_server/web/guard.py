"""What holds for every answer: headers that tell a browser what a page may do, and, in the demo,
that the server is called by this machine's own name."""

import logging
from collections.abc import Awaitable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lockstep_protocol.refusals import refusal

from .edge import answer_refusal
from .origin import is_loopback, own_host

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'self'; connect-src 'self'{sockets}; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

MAY_NOT = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, loopback_only: bool) -> None:
        self._app = app
        self._loopback_only = loopback_only

    def __call__(self, asgi_scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass on what may be answered, and leave nothing behind here while it is."""
        if asgi_scope["type"] not in ("http", "websocket"):
            return self._app(asgi_scope, receive, send)
        if self._loopback_only and not is_loopback(own_host(Headers(scope=asgi_scope))):
            no = refusal("forbidden", "The demo is called by localhost or 127.0.0.1 only.")
            return answer_refusal(no)(asgi_scope, receive, guarded_send(asgi_scope, send))
        if asgi_scope["type"] == "websocket":
            # What is let in gets frames; a refusal is guarded where it is made.
            return self._app(asgi_scope, receive, send)
        return self._app(asgi_scope, receive, guarded_send(asgi_scope, send))


def guarded_send(asgi_scope: Scope, send: Send) -> Send:
    """``send``, which adds the headers to an answer."""
    host = own_host(Headers(scope=asgi_scope))

    async def send_guarded(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            _add_headers(MutableHeaders(raw=message["headers"]), host)
            # Without the query string, which may say anything.
            told = {"url_path": asgi_scope["path"], "status": message["status"]}
            log.debug("request: %s", asgi_scope.get("method", "GET"), extra=told)
        await send(message)

    return send_guarded


def _add_headers(headers: MutableHeaders, host: str | None) -> None:
    # Older browsers do not count a socket to the page's own host as 'self'.
    sockets = f" ws://{host} wss://{host}" if host else ""
    headers.setdefault("Content-Security-Policy", POLICY.format(sockets=sockets))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Permissions-Policy", MAY_NOT)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
