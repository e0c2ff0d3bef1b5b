"""A thousand viewers in one process, that count what comes and keep time.

``python -m tests.bench.viewers KIND VIEWERS PORT CONTROL``; then lines on the standard input:
``closed SECONDS CHANGES`` asks for so many changes at once, again as soon as everybody has them;
``paced SECONDS RATE`` asks for one change so many times a second. The answer is a line of JSON.

It must not be what is measured: what comes is read and counted by its length, and only looked at
where that is another one than before. The sockets are the system's own, without a loop.
"""

import json
import select
import socket
import sys
import time
from collections.abc import Callable
from struct import unpack_from

from lockstep_load.lean import CLOSE, PING, PONG, UPGRADE, many_files, masked

from .standing import token, user

LEAST = 150
"""Bytes of what is counted; what is shorter is of the protocol."""
PATIENCE = 20.0
NAMESPACE = "/socket.io/?EIO=4&transport=websocket"


class Viewers:
    """All of them, signed in."""

    def __init__(self, kind: str, count: int, port: int) -> None:
        self._kind = kind
        self._port = port
        self._poll = select.epoll()
        self._ends: dict[int, socket.socket] = {}
        self._take: dict[int, Callable[[memoryview], int]] = {}
        self._rest: dict[int, bytes] = {}
        self._room = memoryview(bytearray(1 << 18))
        self._others = 0
        """How many frames came that are not counted as changes."""
        self.sample = b""
        for number in range(count):
            end = self._open(number)
            end.setblocking(False)
            self._ends[end.fileno()], self._take[end.fileno()] = end, end.recv_into
            self._poll.register(end, select.EPOLLIN)

    def gather(self, changes: int, until: float) -> None:
        """Read until everybody has the frames of so many changes."""
        missing, size = changes * len(self._ends), -1
        take, room, rest = self._take, self._room, self._rest
        while missing > 0:
            for fd, _ in self._poll.poll(max(0.0, until - time.monotonic()), 256):
                got = take[fd](room)
                if got == size and fd not in rest:
                    missing -= changes
                else:
                    others = self._others
                    found = self._look(fd, got)
                    # With a ping among them they are no measure: the next ping would be missed.
                    alone = others == self._others and fd not in rest
                    size = got if found == changes and alone else size
                    missing -= found
            if missing and time.monotonic() > until:
                raise TimeoutError(f"{missing} of {changes * len(self._ends)} did not come")

    def idle(self, until: float) -> None:
        """Answer what has to be answered, until somebody wants something."""
        while not select.select([sys.stdin], [], [], 0)[0] and time.monotonic() < until:
            for fd, _ in self._poll.poll(0.05, 256):
                self._look(fd, self._take[fd](self._room))

    def _look(self, fd: int, got: int) -> int:
        """How many of the frames that are to be counted came, now that this came, too."""
        if got == 0:
            raise ConnectionError("a viewer was cut off")
        data = self._rest.pop(fd, b"") + bytes(self._room[:got])
        count = start = 0
        while (frame := _frame(data, start)) is not None:
            opcode, begin, start = frame
            count += self._heard(self._ends[fd], opcode, data[begin:start])
        if start < len(data):
            self._rest[fd] = data[start:]
        return count

    def _heard(self, end: socket.socket, opcode: int, payload: bytes) -> int:
        if opcode not in (PING, CLOSE) and len(payload) >= LEAST:
            self.sample = self.sample or payload
            return 1
        self._others += 1
        if opcode == PING:
            end.send(masked(payload, PONG))
        elif opcode == CLOSE:
            raise ConnectionError("a viewer was sent away")
        elif payload == b"2" and self._kind == "socketio":
            end.send(masked(b"3"))  # engine.io's own ping and pong
        return 0

    def _open(self, number: int) -> socket.socket:
        end = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        url_path = NAMESPACE if self._kind == "socketio" else "/v1/ws"
        asked = UPGRADE.format(url_path=url_path, host="127.0.0.1", port=self._port)
        end.sendall(asked.encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += end.recv(4096)
        assert data.startswith(b"HTTP/1.1 101"), data
        rest = data.partition(b"\r\n\r\n")[2]
        if self._kind == "lockstep":
            hello = {"type": "hello", "token": token(user(number))}
            end.sendall(masked(json.dumps(hello).encode()))
            _wait(end, rest, b'"snapshot"')
        elif self._kind == "socketio":
            _wait(end, rest, b"0{")
            end.sendall(masked(b"40"))
            _wait(end, b"", b"40{")
        return end


def _wait(end: socket.socket, data: bytes, what: bytes) -> None:
    """Read until the frame that says ``what`` is whole."""
    while True:
        start = 0
        while (frame := _frame(data, start)) is not None:
            _, begin, start = frame
            if what in data[begin:start]:
                return
        data += end.recv(1 << 16)


def _frame(data: bytes, start: int) -> tuple[int, int, int] | None:
    """Opcode, begin and end of the payload of the frame at ``start``, if it is whole."""
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


def closed(viewers: Viewers, control: socket.socket, seconds: float, changes: int) -> list[float]:
    """How long each round took."""
    took = []
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        control.send(bytes([changes]))
        viewers.gather(changes, time.monotonic() + PATIENCE)
        took.append(time.perf_counter() - begun)
    return took


def paced(viewers: Viewers, control: socket.socket, seconds: float, rate: int) -> list[float]:
    """How long it took from asking until the last viewer had it, each time."""
    took = []
    due = time.perf_counter()
    for _ in range(int(seconds * rate)):
        time.sleep(max(0.0, due - time.perf_counter()))
        begun = time.perf_counter()
        control.send(bytes([1]))
        viewers.gather(1, time.monotonic() + PATIENCE)
        took.append(time.perf_counter() - begun)
        due += 1 / rate
    return took


def main() -> None:
    many_files()
    kind, count, port, driver = sys.argv[1], *map(int, sys.argv[2:5])
    viewers = Viewers(kind, count, port)
    control = socket.create_connection(("127.0.0.1", driver))
    control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print("ready", flush=True)
    while True:
        viewers.idle(time.monotonic() + 3600)
        asked = sys.stdin.readline().split()
        if not asked:
            return
        how = closed if asked[0] == "closed" else paced
        cpu = time.process_time()
        took = how(viewers, control, float(asked[1]), int(asked[2]))
        said = {"took": took, "cpu": time.process_time() - cpu, "sample": viewers.sample.decode()}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
