"""A WebSocket client (RFC 6455) of the fewest parts, so that thousands fit beside the server that
is measured. Frames are masked with zeros, which is allowed and leaves the bytes as they are."""

import asyncio
import socket
from struct import pack, unpack_from
from typing import Protocol

import msgspec

UPGRADE = (
    "GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
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


class Ear(Protocol):
    """Who uses a ``Lean`` connection."""

    def opened(self) -> None: ...

    def frame(self, payload: bytes) -> None: ...

    def ended(self, status: int, code: int | None) -> None:
        """``status``: of the handshake, 101 when it was good; ``code``: of the close, if any."""
        ...


class Lean(asyncio.Protocol):
    """One connection; ``ear`` hears what comes."""

    def __init__(self, port: int, ear: Ear) -> None:
        self._port = port
        self._ear = ear
        self._data = bytearray()
        self._status = 0
        self._code: int | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(UPGRADE.format(port=self._port).encode())

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        """Send one frame."""
        assert self.transport is not None
        size = len(payload)
        if size < 126:
            head = pack("!BBI", 0x80 | opcode, 0x80 | size, 0)
        else:
            head = pack("!BBHI", 0x80 | opcode, 0x80 | 126, size, 0)
        self.transport.write(head + payload)

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._status:
            head, found, rest = self._data.partition(b"\r\n\r\n")
            if not found:
                return
            self._status = int(head.split(b" ", 2)[1])
            self._data = rest
            if self._status != 101:
                assert self.transport is not None
                self.transport.close()
                return
            self._ear.opened()
        start = 0
        while (frame := self._frame(start)) is not None:
            opcode, begin, start = frame
            self._take(opcode, bytes(self._data[begin:start]))
        del self._data[:start]

    def _frame(self, start: int) -> tuple[int, int, int] | None:
        data = self._data
        if len(data) < start + 2:
            return None
        size, begin = data[start + 1], start + 2
        if size == 126 and len(data) >= start + 4:
            (size,), begin = unpack_from("!H", data, begin), begin + 2
        elif size == 127 and len(data) >= start + 10:
            (size,), begin = unpack_from("!Q", data, begin), begin + 8
        elif size >= 126:
            return None
        end = begin + size
        return (data[start] & 0x0F, begin, end) if len(data) >= end else None

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._ear.frame(payload)
        elif opcode == PING:
            self.send(payload, PONG)
        elif opcode == CLOSE:
            (self._code,) = unpack_from("!H", payload) if payload else (1005,)
            self.send(payload, CLOSE)

    def connection_lost(self, error: Exception | None) -> None:
        self._ear.ended(self._status, self._code)


async def open_lean(port: int, ear: Ear, *, receive_bytes: int | None = None) -> Lean:
    """Connect; ``receive_bytes``: how much the system may hold of what is not read. May raise
    ``OSError``."""
    end = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        end.setblocking(False)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_bytes is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(end, ("127.0.0.1", port))
        _, made = await loop.create_connection(lambda: Lean(port, ear), sock=end)
    except BaseException:
        end.close()
        raise
    return made
