"""Strangers at the door of a real server: what they are told, and what it costs."""

import asyncio
import gc
import logging
import os
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from random import Random

from lockstep_protocol.closes import CLOSES
from lockstep_server.config import Settings
from lockstep_server.web.app import MEMORY, build
from tests.web.serving import Served, serving

from .making import SECRET, frames, request, upgrade

AT_ONCE = 16
PATIENCE = 0.4
"""Seconds for an answer to what may be an unfinished request."""

LONGEST = 15.0
"""Seconds after which the end of a socket is missing."""

STATUSES = frozenset(
    (101, 200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 411, 413, 414, 426, 429, 431, 501, 505)
)
"""What an HTTP request may be told."""

CODES = frozenset((*CLOSES, 1000, 1001, 1002, 1005, 1007, 1009))
"""What a socket may be closed with; 1005 stands for a close without a code."""


class Loud(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, and where it comes from."""
        self.heard.append(self.format(record))


@contextmanager
def listening() -> Iterator[Loud]:
    """Hear every error of this process, those of the loop too."""
    loud = Loud()
    logging.getLogger().addHandler(loud)
    try:
        yield loud
    finally:
        logging.getLogger().removeHandler(loud)


@asynccontextmanager
async def house() -> AsyncIterator[Served]:
    """A server that knows how to tell good tokens from bad ones, and does not wait long."""
    settings = Settings(
        jwt_secret=SECRET, db=MEMORY, hello_timeout=0.3, failed_sign_ins_per_minute=1_000_000
    )
    async with serving(build(settings.checked())) as served:
        yield served


async def visit(served: Served, random: Random) -> str:
    """One connection from a stranger: how it was answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.host.partition(":")[2])
    try:
        if random.random() < 0.5:
            return await _ask(reader, writer, request(random))
        msgpack = random.random() < 0.4
        writer.write(upgrade(msgpack))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        writer.write(frames(random, msgpack))
        async with asyncio.timeout(LONGEST):
            return await _end(reader)
    except (ConnectionError, asyncio.IncompleteReadError):
        # What was still unread when the server closed resets the connection.
        return "dropped"
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> str:
    writer.write(data)
    try:
        async with asyncio.timeout(PATIENCE):
            line = await reader.readline()
    except TimeoutError:
        return "waits for the rest"
    if not line:
        return "dropped"
    status = int(line.split()[1])
    assert status in STATUSES | {100}, (line, data)
    return f"HTTP {status}"


async def _end(reader: asyncio.StreamReader) -> str:
    """Read frames until the close, or until a stranger is no stranger any more."""
    while True:
        first, size = await reader.readexactly(2)
        if size > 125:
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8))
        data = await reader.readexactly(size)
        if first & 15 == 8:
            code = int.from_bytes(data[:2]) if data else 1005
            # A close of the client's is echoed, whatever code it has.
            assert code in CODES or 3000 <= code < 5000 or 1000 <= code < 1016, code
            return f"closed with {code}" if code in CODES else "closed by itself"
        if b"welcome" in data[:40]:
            return "welcome"


async def visits(served: Served, seed: int, count: int) -> Counter[str]:
    """``count`` visits, ``AT_ONCE`` at a time; each has a seed of its own."""
    told: Counter[str] = Counter()
    numbers = iter(range(count))

    async def come() -> None:
        for number in numbers:
            try:
                told[await visit(served, Random(f"{seed}/{number}"))] += 1
            except BaseException as fault:
                fault.add_note(f"visit {number} of seed {seed}")
                raise

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(come())
    return told


def held() -> int:
    """Bytes that Python's objects take, after a collection; ``tracemalloc`` is on."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def resident() -> int:
    """Bytes of this process in memory."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
