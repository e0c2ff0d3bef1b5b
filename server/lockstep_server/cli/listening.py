"""Running the application: announced when ready, drained when told to stop."""

import asyncio
import errno
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

import click
import uvicorn

from lockstep_server.config import ConfigError, Settings
from lockstep_server.log import flush, logging_to
from lockstep_server.runtime.garbage import Garbage
from lockstep_server.store.interface import StoreFailed
from lockstep_server.web.app import build
from lockstep_server.web.serve import DrainingServer, server_config
from lockstep_server.web.socket import Sockets

from .trouble import Trouble

log = logging.getLogger(__name__)

BACKLOG = 2048

STOP_SECONDS = 9.5
"""However it goes, the process has ended this long after it was told to."""

MANY_FILES = 8192
"""With fewer open files than this the operator is told: they would be the first limit met."""

Prepare = Callable[[str], Awaitable[str]]
"""Called with the server's address once it answers; returns what to print. May raise Trouble."""


def run(settings: Settings, prepare: Prepare | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises ``Trouble`` when it cannot start."""
    with logging_to(sys.stderr, level=settings.log_level, format=settings.log_format):
        _run(settings, prepare)


def _run(settings: Settings, prepare: Prepare | None) -> None:
    raise_file_limit()
    listener = listen(settings.host, settings.port)
    try:
        app = build(settings)
    except ConfigError as wrong:
        listener.close()
        raise Trouble(str(wrong)) from None
    watched = _Startup(app)
    config = server_config(watched, log_config=None)
    url = address(settings.host, listener)
    server = _AnnouncedServer(config, app.state.sockets, listener, url, prepare)
    # uvicorn raises the signal again when it has drained. By then it has done its work, and
    # the process ends with 0 rather than by the signal.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        server.run(sockets=[listener])
    except SystemExit:
        raise Trouble(_why(watched.failure)) from None
    finally:
        listener.close()
    if server.failure is not None:
        raise server.failure


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one. Raises ``Trouble``."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # What is accepted inherits it. Without, the reply after a diff waits some 40 ms for
            # the client to acknowledge the diff (RFC 896 against the delay of RFC 1122).
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            listener.bind(where)
            # At once: two that are bound but do not listen yet would not notice each other.
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as failure:
        raise Trouble(_why_not_listening(host, port, failure)) from None
    return listener


def address(host: str, listener: socket.socket) -> str:
    """The server's address for people and programs: ``http://HOST:PORT``."""
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _AnnouncedServer(DrainingServer):
    """The server that is prepared and announced once it answers, and heeds a second signal."""

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: Sockets,
        listener: socket.socket,
        url: str,
        prepare: Prepare | None,
    ) -> None:
        super().__init__(config, sockets)
        self._listener = listener
        self._garbage = Garbage(lambda: len(sockets))
        self.url = url
        self.failure: Trouble | None = None
        self._prepare = prepare
        self._background: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; requests are answered already while the rest is prepared."""
        await super().startup(sockets)
        # The loop takes few at a time; the system keeps many waiting all the same.
        self._listener.listen(BACKLOG)
        self._garbage.start()
        self._background = asyncio.create_task(self._make_ready())

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains, the second ends the process at once.

        Nothing is lost by that: what was answered is on the disk.
        """
        if self.should_exit:
            os._exit(128 + sig)
        self._sockets.close_doors()
        threading.Thread(target=_end_in_time, daemon=True).start()
        super().handle_exit(sig, frame)

    async def _make_ready(self) -> None:
        try:
            said = await self._prepare(self.url) if self._prepare is not None else ""
        except Trouble as trouble:
            self.failure = trouble
            self.should_exit = True
            return
        if said:
            click.echo(said)
        click.echo(f"listening on {self.url}")
        sys.stdout.flush()


def _end_in_time() -> None:
    """End the process when stopping takes too long: what was answered is on the disk."""
    time.sleep(STOP_SECONDS)
    log.warning("not everything ended within %s seconds; it is left as it is", STOP_SECONDS)
    flush()
    os._exit(0)


def raise_file_limit() -> None:
    """Each socket is an open file: take as many as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (OSError, ValueError) as failure:
            log.warning("the limit of open files stays at %s: %s", soft, failure)
    if soft != resource.RLIM_INFINITY and soft < MANY_FILES:
        log.warning(
            "this process may open %s files, so about that many sockets; raise the hard limit "
            "(ulimit -Hn, LimitNOFILE= of systemd) for more",
            soft,
        )


class _Startup:
    """The application, with what its start failed with kept for one sentence on the terminal."""

    def __init__(self, app: Any) -> None:
        self.failure: BaseException | None = None
        self._app = app

    def __call__(self, asgi_scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        if asgi_scope["type"] == "lifespan":
            return self._lifespan(asgi_scope, receive, send)
        made: Awaitable[None] = self._app(asgi_scope, receive, send)
        return made

    async def _lifespan(self, asgi_scope: Any, receive: Any, send: Any) -> None:
        async def without_traceback(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.failed":
                logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
                message = {"type": message["type"], "message": ""}
            await send(message)

        try:
            await self._app(asgi_scope, receive, without_traceback)
        except BaseException as failure:
            self.failure = failure
            raise


def _why(failure: BaseException | None) -> str:
    match failure:
        case None:
            return "The server could not start."
        case StoreFailed():
            return str(failure)  # names the file and what is wrong with it
        case _:
            return f"The server could not start: {type(failure).__name__}: {failure}"


def _why_not_listening(host: str, port: int, failure: OSError) -> str:
    match failure.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} on {host} is in use already; name another one with --port "
                "(0 picks a free one)."
            )
        case errno.EACCES:
            return f"This user may not listen on port {port}; use one above 1023."
        case _:
            return f"Cannot listen on {host}:{port}: {failure.strerror or failure}."
