"""The composition root: the only place where the parts are made and put together."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from lockstep_protocol.refusals import RefusalCode, Refused, refusal
from lockstep_server.config import ConfigError, Settings
from lockstep_server.metrics import Metrics
from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.mail import Mail
from lockstep_server.outside.posting import Poster
from lockstep_server.outside.vapid import checked_subject
from lockstep_server.outside.webhook import Webhook
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.loop_watch import LoopWatch
from lockstep_server.runtime.outlets import Outlets
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.interface import Store, StoreFailed
from lockstep_server.store.memory import MemoryStore
from lockstep_server.store.sqlite import SqliteStore

from .edge import Edge, answer_refusal
from .guard import Guard
from .page import page_routes
from .readiness import Readiness
from .routes.about import about_routes
from .routes.backup import backup_routes
from .routes.commands import command_routes
from .routes.dispatches import dispatch_routes
from .routes.entries import POSITION, entry_routes
from .routes.incidents import incident_routes
from .routes.keys import key_routes
from .routes.metrics import metrics_routes
from .routes.push import push_routes
from .routes.records import record_routes
from .routes.running import running_routes
from .routes.scripts import script_routes
from .routes.sessions import session_routes
from .routes.users import user_routes
from .routes.workflows import workflow_routes
from .socket import Sockets
from .unread import Unread

MEMORY = ":memory:"

SOCKET = "/v1/ws"


def build(
    settings: Settings,
    *,
    store: Store | None = None,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The server as an ASGI application. Its lifespan opens and closes the store and the runtime.

    ``app.state.sockets`` is for whoever runs it: they are told to leave before the server stops.
    """
    if store is None:
        store = MemoryStore() if settings.db == MEMORY else SqliteStore(settings.db)
    metrics = Metrics()
    runtime = Runtime(
        store,
        clock=clock,
        outlets=_outlets(settings),
        metrics=metrics,
        lock_grace=settings.lock_grace,
    )
    return assemble(settings, runtime, clock, metrics)


def _outlets(settings: Settings) -> Outlets:
    """The ways out of the house. Raises ``ConfigError`` for settings that cannot be used."""
    try:
        addresses = Addresses(settings.allowed_addresses)
        poster = Poster(addresses)
        posters: tuple[Poster, ...] = ()
        contact = checked_subject(settings.push_contact)
        webhook = None
        if settings.webhook_url is not None:
            # The operator names this address, and no user: its own host is allowed, for it alone.
            host = urlsplit(settings.webhook_url).hostname or ""
            own = Poster(Addresses((*settings.allowed_addresses, *([host] if host else []))))
            posters = (own,)
            webhook = Webhook(own, settings.webhook_url, settings.webhook_secret or "")
        mail = None
        if settings.smtp_host is not None:
            mail = Mail(
                settings.smtp_host,
                settings.smtp_port,
                tls=settings.smtp_tls,
                username=settings.smtp_username,
                password=settings.smtp_password,
                sender=settings.mail_from or "",
            )
    except ValueError as wrong:
        raise ConfigError(f"The settings cannot be used: {wrong}.") from wrong
    return Outlets(
        addresses=addresses,
        poster=poster,
        posters=posters,
        contact=contact,
        mail=mail,
        webhook=webhook,
        page=settings.public_url or "",
    )


class _Application(Starlette):
    """The routes, and the sockets, which go by them.

    A socket stays open, and so would everything between the server and it, thousands of times.
    """

    def __init__(self, sockets: Sockets, loopback_only: bool, **more: Any) -> None:
        super().__init__(**more)
        self._sockets = Guard(sockets, loopback_only)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Answer one request, or serve one socket: to be awaited."""
        if scope["type"] == "websocket" and scope["path"] == SOCKET:
            scope["app"] = self  # as the framework says it to everybody else
            return self._sockets(scope, receive, send)
        return super().__call__(scope, receive, send)


def assemble(
    settings: Settings,
    runtime: Runtime,
    clock: Callable[[], float],
    metrics: Metrics | None = None,
) -> Starlette:
    """The doors around a runtime that is not open yet; ``metrics`` are those it counts in."""
    edge = Edge(settings, runtime, clock, new_id, metrics or Metrics())
    sockets = Sockets(edge)
    watch = LoopWatch(edge.metrics)
    file = None if settings.db == MEMORY else Path(settings.db)
    readiness = Readiness(runtime, watch, sockets.crowd.budget, file)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await runtime.open()
        watch.start()
        try:
            yield
        finally:
            await sockets.leave()
            await runtime.close()
            watch.stop()

    app = _Application(
        sockets,
        settings.demo,
        routes=[
            *workflow_routes(edge),
            *user_routes(edge),
            *key_routes(edge),
            *record_routes(edge),
            *script_routes(edge),
            *running_routes(edge),
            *command_routes(edge),
            *entry_routes(edge),
            *dispatch_routes(edge),
            *incident_routes(edge),
            *push_routes(edge),
            *about_routes(edge, readiness),
            *backup_routes(edge),
            *metrics_routes(edge, sockets),
            *session_routes(edge, sockets),
            *page_routes(),
        ],
        middleware=_middleware(settings),
        exception_handlers={
            Refused: _on_refused,
            StoreFailed: _on_store_failed,
            HTTPException: _on_http,
            Exception: _on_fault,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.runtime, app.state.sockets, app.state.metrics = runtime, sockets, edge.metrics
    return app


def _middleware(settings: Settings) -> list[Middleware]:
    middleware = [Middleware(Unread), Middleware(Guard, loopback_only=settings.demo)]
    if settings.trusted_proxies:
        trusted = list(settings.trusted_proxies)
        middleware.insert(0, Middleware(_proxied, trusted))
    if settings.allowed_origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.allowed_origins,
                allow_methods=["GET", "PUT", "POST", "PATCH", "DELETE"],
                allow_headers=["Authorization", "Content-Type"],
                expose_headers=[POSITION],
            )
        )
    return middleware


def _proxied(app: ASGIApp, trusted: list[str]) -> ASGIApp:
    made: Any = ProxyHeadersMiddleware(cast(Any, app), trusted)
    return cast(ASGIApp, made)


async def _on_refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return answer_refusal(refused.refusal)


async def _on_store_failed(request: Request, failure: Exception) -> Response:
    return answer_refusal(refusal("unavailable"))


async def _on_http(request: Request, error: Exception) -> Response:
    """What the framework refuses: an unknown route, or a method that a route does not have."""
    assert isinstance(error, HTTPException)
    code: RefusalCode = "not_found" if error.status_code == 404 else "invalid"
    text = f"There is nothing at {request.url.path}."
    if error.status_code == 405:
        text = f"{request.method} is not possible at {request.url.path}."
    answered = answer_refusal(refusal(code, text), error.status_code)
    answered.headers.update(error.headers or {})
    return answered


async def _on_fault(request: Request, fault: Exception) -> Response:
    """Ours: the framework logs it after this answer."""
    return answer_refusal(refusal("internal"))
