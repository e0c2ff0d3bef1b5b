"""A WebSocket client (RFC 6455) of the fewest parts, so that thousands fit beside the server that
is measured. Frames are masked with zeros, which is allowed and leaves the bytes as they are."""

import asyncio
import contextlib
import resource
import socket
import ssl
from struct import pack, unpack_from
from typing import Protocol

import msgspec

UPGRADE = (
    "GET {url_path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
"""A server's answer to it: the key is the example of RFC 6455."""
READ_BYTES = 262_144
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Heard(msgspec.Struct):
    """Of any message of a server, what these measurements look at."""

    type: str
    n: int | None = None
    id: str | None = None
    epoch: str | None = None
    page: int = 0
    pages: int = 0
    code: int | str | None = None
    after_ms: int | None = None
    result: dict[str, msgspec.Raw] | None = None


_many = msgspec.json.Decoder(list[Heard]).decode
_one = msgspec.json.Decoder(Heard).decode


def read(payload: bytes) -> list[Heard]:
    """The messages of a frame."""
    return _many(payload) if payload[:1] == b"[" else [_one(payload)]


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """A frame as clients send it, masked with zeros; of 65,535 bytes at most."""
    size = len(payload)
    if size < 126:
        return pack("!BBI", 0x80 | opcode, 0x80 | size, 0) + payload
    return pack("!BBHI", 0x80 | opcode, 0x80 | 126, size, 0) + payload


def many_files() -> int:
    """Each connection is an open file: take as many as the system gives, and say how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Ear(Protocol):
    """Who uses a ``Lean`` connection."""

    def opened(self) -> None: ...

    def frame(self, payload: bytes) -> None: ...

    def ended(self, status: int, code: int | None) -> None:
        """``status``: of the handshake, 101 when it was good; ``code``: of the close, if any."""
        ...


_buffer = memoryview(bytearray(READ_BYTES))
"""Of all connections: each read is taken out of it at once. A buffer made for each read, and cut
to what came, would leave the process's memory in pieces."""


class Lean(asyncio.BufferedProtocol):
    """One connection; ``ear`` hears what comes."""

    def __init__(
        self, port: int, ear: Ear, *, host: str = "127.0.0.1", url_path: str = "/v1/ws"
    ) -> None:
        self._upgrade = UPGRADE.format(url_path=url_path, host=host, port=port).encode()
        self._ear = ear
        self._rest = b""
        self._status = 0
        self._code: int | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._upgrade)

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        """Send one frame."""
        assert self.transport is not None
        self.transport.write(masked(payload, opcode))

    def get_buffer(self, sizehint: int) -> memoryview:
        return _buffer

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(_buffer[:nbytes])
        if self._rest:
            data = self._rest + data
        if not self._status:
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = data
                return
            self._status = int(head.split(b" ", 2)[1])
            data = rest
            if self._status != 101:
                assert self.transport is not None
                self.transport.close()
                return
            self._ear.opened()
        # One slice of what came makes a payload: it is copied once, however many came together.
        start, length = 0, len(data)
        while length >= start + 2:
            size, begin = data[start + 1], start + 2
            if size >= 126:
                begin += 2 if size == 126 else 8
                if length < begin:
                    break
                size = int.from_bytes(data[start + 2 : begin], "big")
            if length < begin + size:
                break
            opcode = data[start] & 0x0F
            start = begin + size
            if opcode == TEXT:
                self._ear.frame(data[begin:start])
            else:
                self._control(opcode, data[begin:start])
        self._rest = data[start:]

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.send(payload, PONG)
        elif opcode == CLOSE:
            (self._code,) = unpack_from("!H", payload) if payload else (1005,)
            self.send(payload, CLOSE)

    def connection_lost(self, error: Exception | None) -> None:
        self._ear.ended(self._status, self._code)


async def open_lean(
    port: int,
    ear: Ear,
    *,
    host: str = "127.0.0.1",
    url_path: str = "/v1/ws",
    tls: ssl.SSLContext | None = None,
    receive_bytes: int | None = None,
) -> Lean:
    """Connect; ``receive_bytes``: how much the system may hold of what is not read. May raise
    ``OSError``."""
    loop = asyncio.get_running_loop()
    kind, family = socket.SOCK_STREAM, socket.AF_INET
    where: tuple[object, ...] = (host, port)
    if host != "127.0.0.1":
        family, kind, _, _, where = (await loop.getaddrinfo(host, port, type=kind))[0]
    end = socket.socket(family, kind)
    try:
        end.setblocking(False)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_bytes is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        await loop.sock_connect(end, where)
        _, made = await loop.create_connection(
            lambda: Lean(port, ear, host=host, url_path=url_path),
            sock=end,
            ssl=tls,
            server_hostname=host if tls else None,
        )
    except BaseException:
        with contextlib.suppress(OSError):
            end.close()
        raise
    return made
