"""What many sessions need of the process: small portions, and nothing that is left behind."""

import asyncio
import gc
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from lockstep_server.config import Settings
from lockstep_server.runtime.garbage import OBJECTS_A_SESSION, Garbage
from lockstep_server.session.session import Session
from lockstep_server.web.app import assemble
from lockstep_server.web.connection import FRAMES_AT_ONCE
from lockstep_server.web.crowd import READS_AT_ONCE
from lockstep_server.web.loop import EVENTS_AT_ONCE, new_loop
from lockstep_server.web.serve import READ_BYTES, SocketProtocol
from tests.web.double import DoubleRuntime
from tests.web.serving import serving, until

OURS = ("lockstep_server.", "uvicorn.", "websockets.server")
TRANSPORT = "asyncio.selector_events._SelectorSocketTransport"


def there() -> Counter[str]:
    """How many objects there are of each of the classes that a connection is made of."""
    names = (f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
    return Counter(name for name in names if name == TRANSPORT or name.startswith(OURS))


@pytest.fixture
def collector() -> Iterator[None]:
    """Python's collector as a test wants it, and afterwards as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.enable()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("collector")
async def test_a_connection_that_is_over_leaves_no_cycles() -> None:
    runtime = DoubleRuntime()
    app = assemble(Settings(demo=True), runtime.runtime, time.time)
    async with serving(app) as served:

        async def come_and_go(roughly: bool) -> None:
            async with served.session("omar") as omar:
                await omar.hear("snapshot")
                await omar.command("get", entry="e")
                if roughly:
                    omar.socket.transport.abort()
            await until(lambda: len(app.state.sockets) == 0)

        for roughly in (False, True):
            await come_and_go(roughly)
        gc.collect()
        gc.disable()
        before = there()
        for roughly in (False, True) * 3:
            await come_and_go(roughly)
        # The clients are here, too: their own transports hold themselves.
        before[TRANSPORT] += 6
        await until(lambda: there() <= before)


@pytest.mark.usefixtures("collector")
async def test_what_was_collected_once_is_not_looked_at_again() -> None:
    sessions = 0
    garbage = Garbage(lambda: sessions)
    garbage.start()
    try:
        floor = gc.get_freeze_count()
        kept: list[list[Any]] = [[] for _ in range(3 * floor)]
        for each in kept:
            each.append(each)
        gc.collect()
        assert gc.get_freeze_count() > 4 * floor
        # What ends now and holds itself is where no collection looks any more.
        kept = each = []
        gc.collect()
        assert gc.get_freeze_count() > 4 * floor
        sessions = 4 * floor // OBJECTS_A_SESSION
        assert not garbage.look()  # so many sessions may be made of that
        sessions = 0
        assert garbage.look()  # nobody is there, so it was left behind
        assert gc.get_freeze_count() < 2 * floor
    finally:
        garbage.stop()
    assert gc.get_freeze_count() == 0


def test_the_loop_serves_a_few_at_a_time_and_passes_nobody_over() -> None:
    loop: Any = new_loop()
    pairs = [socket.socketpair() for _ in range(3 * EVENTS_AT_ONCE)]
    heard: list[int] = []
    portions = []

    def hear(number: int, end: socket.socket) -> None:
        heard.append(number)
        end.recv(1)

    try:
        for number, (one, other) in enumerate(pairs):
            one.setblocking(False)
            other.send(b"x")
            loop.add_reader(one, hear, number, one)

        async def look() -> None:
            while len(heard) < len(pairs):
                before = len(heard)
                await asyncio.sleep(0)
                portions.append(len(heard) - before)

        loop.run_until_complete(asyncio.wait_for(look(), 10))
    finally:
        loop.close()
        for pair in pairs:
            for end in pair:
                end.close()
    assert sorted(heard) == list(range(len(pairs)))
    assert max(portions) <= EVENTS_AT_ONCE


def test_the_loop_waits_no_shorter_than_it_is_told() -> None:
    loop: Any = new_loop()
    selector: selectors.BaseSelector = loop._selector
    try:
        begun = time.monotonic()
        assert selector.select(0.0101) == []
        assert time.monotonic() - begun >= 0.0101
        assert selector.select(0) == []
    finally:
        loop.close()


async def test_a_flood_of_small_frames_is_taken_in_small_portions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[int] = []
    taken = [0]
    take, receive = SocketProtocol.data_received, Session.receive

    def data_received(self: SocketProtocol, data: bytes) -> None:
        read.append(len(data))
        take(self, data)

    def heard(self: Session, data: bytes | str, now: float) -> Any:
        if taken[-1] == 0:
            asyncio.get_running_loop().call_soon(taken.append, 0)
        taken[-1] += 1
        return receive(self, data, now)

    monkeypatch.setattr(SocketProtocol, "data_received", data_received)
    monkeypatch.setattr(Session, "receive", heard)
    runtime = DoubleRuntime()
    app = assemble(Settings(demo=True), runtime.runtime, time.time)
    async with serving(app) as served, served.session("omar") as omar:
        await omar.hear("snapshot")
        ping = b'{"type":"ping"}'
        # Masked with zeros, so that they are the bytes that they are.
        omar.socket.transport.write((bytes([0x81, 0x80 | len(ping), 0, 0, 0, 0]) + ping) * 5_000)
        for _ in range(5_000):
            await omar.hear("pong")
    assert max(read) <= READ_BYTES
    assert 1 < max(taken) <= 2 * FRAMES_AT_ONCE


async def test_inboxes_are_read_a_few_at_a_time_and_nobody_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runtime = DoubleRuntime()
    runtime.readable.clear()
    reading: Counter[str] = Counter()
    inbox = runtime.inbox

    async def counted(user: str, since: int | None) -> Any:
        reading["now"] += 1
        reading["most"] = max(reading["most"], reading["now"])
        try:
            return await inbox(user, since)
        finally:
            reading["now"] -= 1

    monkeypatch.setattr(runtime, "inbox", counted)
    sessions = 3 * READS_AT_ONCE
    app = assemble(Settings(demo=True, sockets_per_user=sessions), runtime.runtime, time.time)
    async with serving(app) as served, AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(served.session("omar")) for _ in range(sessions)]
        await until(lambda: runtime.hub.sessions("omar") == sessions)
        runtime.readable.set()
        for talk in talks:
            await talk.hear("snapshot")
    assert reading["most"] == READS_AT_ONCE
