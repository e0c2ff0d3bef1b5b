"""A receiver of HTTP requests on a loopback port: it keeps what came and answers as told."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import h11


@dataclass
class Came:
    """One request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers with ``status``, ``headers`` and ``body``; with ``hangs`` it never answers."""

    port: int = 0
    scheme: str = "http"
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hangs: bool = False
    came: list[Came] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    """The server names that clients asked for in TLS."""
    connections: set[asyncio.StreamWriter] = field(default_factory=set)

    def url(self, host: str = "127.0.0.1", path: str = "/in") -> str:
        """Where a path of this receiver is."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        self.connections.add(writer)
        connection = h11.Connection(h11.SERVER)
        try:
            while await self._exchange(connection, reader, writer):
                connection.start_next_cycle()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _exchange(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        request: h11.Request | None = None
        body = b""
        while True:
            match connection.next_event():
                case h11.NEED_DATA:
                    connection.receive_data(await reader.read(65_536))
                case h11.Request() as request:
                    pass
                case h11.Data() as data:
                    body += bytes(data.data)
                case h11.EndOfMessage():
                    break
                case _:
                    return False
        assert request is not None
        headers = {name.decode(): value.decode() for name, value in request.headers}
        self.came.append(
            Came(request.method.decode(), request.target.decode(), headers, body),
        )
        if self.hangs:
            await reader.read()
            return False
        answer = h11.Response(
            status_code=self.status,
            headers=[*self.headers.items(), ("content-length", str(len(self.body)))],
        )
        for event in (answer, h11.Data(data=self.body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        return True


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver, and no connection of it left at the end."""
    receiver = Receiver(scheme="http" if tls is None else "https")
    if tls is not None:
        tls.sni_callback = lambda _object, name, _context: receiver.names.append(name)
    running: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.ensure_future(receiver.serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for writer in receiver.connections:
            writer.transport.abort()
        await asyncio.gather(*running)
        await server.wait_closed()


@contextmanager
def nobody_listens() -> Iterator[int]:
    """A port that refuses connections and that nobody else is given meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        yield port
