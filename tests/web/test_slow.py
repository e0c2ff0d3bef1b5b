"""Readers that take little or nothing, on real sockets: it costs their own session only."""

import logging
import time
from collections.abc import AsyncIterator, Iterator, KeysView
from contextlib import asynccontextmanager
from typing import Any

import pytest

from lockstep_protocol.limits import SLOW_READER_SECONDS
from lockstep_protocol.pushes import Gone
from lockstep_server.config import Settings
from lockstep_server.hub.frame import Frame
from lockstep_server.web.app import assemble
from tests.web.double import DoubleRuntime
from tests.web.serving import Served, Talk, serving, until

PAD = "x" * 50_000


class Clock:
    """The real time, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def runtime() -> DoubleRuntime:
    return DoubleRuntime()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    monkeypatch.setattr("lockstep_server.web.writing.CLOSE_SECONDS", 0.05)
    monkeypatch.setattr("lockstep_server.web.serve.CLOSE_SECONDS", 0.05)
    monkeypatch.setattr("lockstep_server.web.socket.LOOK_SECONDS", 0.01)
    yield
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


@asynccontextmanager
async def house(
    runtime: DoubleRuntime, clock: Clock, **more: int | float
) -> AsyncIterator[tuple[Served, set[Any]]]:
    """A server whose heartbeats are far apart, and its open connections."""
    settings = Settings(demo=True, heartbeat=100_000.0, **more)  # type: ignore[arg-type]
    app = assemble(settings, runtime.runtime, clock)
    async with serving(app) as served:
        yield served, app.state.sockets.connections


def gone(n: int, pad: str = PAD) -> Frame:
    return Frame((Gone(n=n, entry=f"e{n}", reason=pad),))


def push(runtime: DoubleRuntime, frame: Frame, n: int) -> None:
    for sink in tuple(runtime.hub._by_user.get("omar", ())):
        sink.push(n, frame)


class ToOmar:
    """A change that one user is told."""

    key = None

    def __init__(self, pad: str) -> None:
        self._pad = pad

    def among(self, connected: KeysView[str]) -> set[str]:
        return {"omar"} & connected

    def message(self, n: int) -> Gone:
        return Gone(n=n, entry=f"e{n}", reason=self._pad)


async def stop_reading(talk: Talk) -> None:
    await talk.hear("snapshot")
    talk.socket.transport.pause_reading()


async def test_a_reader_that_stops_is_noticed_without_any_heartbeat(
    runtime: DoubleRuntime,
) -> None:
    clock = Clock()
    async with (
        house(runtime, clock) as (served, sockets),
        served.session("omar", max_queue=1) as stuck,
        served.session("omar") as other,
    ):
        await stop_reading(stuck)
        await other.hear("snapshot")
        for n in range(11, 161):
            push(runtime, gone(n), n)
            assert (await other.hear())["n"] == n
        (slow,) = (s for s in sockets if s._writer.buffered())
        clock.ahead = SLOW_READER_SECONDS - 5
        # As if it took a little: the time begins anew.
        slow._writer._sent += 1
        await until(lambda: slow._writer._progress._moved > clock() - 1)
        clock.ahead += SLOW_READER_SECONDS - 5
        push(runtime, gone(161, ""), 161)
        assert (await other.hear())["n"] == 161
        assert runtime.hub.sessions("omar") == 2
        clock.ahead += 10
        # The goodbye cannot be written: the socket itself is let go of, bytes and all.
        await until(lambda: len(sockets) == 1)
        assert runtime.hub.sessions("omar") == 1
        stuck.socket.transport.abort()


async def test_a_small_rest_in_the_transport_is_enough_to_be_noticed(
    runtime: DoubleRuntime,
) -> None:
    clock = Clock()
    async with (
        house(runtime, clock) as (served, sockets),
        served.session("omar", max_queue=1) as stuck,
    ):
        await stop_reading(stuck)
        (slow,) = sockets
        n = 11
        while not slow._writer._in_transport():
            push(runtime, gone(n, PAD[:20_000]), n)
            n += 1
            await until(lambda: len(slow._writer._outbox) == 0)
        left = slow._writer._sent - slow._writer._in_transport()
        await until(lambda: slow._writer._progress._left == left)
        clock.ahead = SLOW_READER_SECONDS + 1
        # The goodbye stands in the transport, unread: that must not keep the socket open for ever.
        await until(lambda: not sockets and slow._writer._transport.is_closing())
        socket = slow._writer._transport.get_extra_info("socket")
        await until(lambda: socket.fileno() == -1)
        stuck.socket.transport.abort()


async def test_over_the_budget_the_one_who_holds_most_is_sent_away(
    runtime: DoubleRuntime,
) -> None:
    async with (
        house(runtime, Clock(), buffered_bytes=2_000_000) as (served, sockets),
        served.session("omar", max_queue=1) as stuck,
        served.session("omar") as other,
        served.session("omar") as third,
    ):
        await stop_reading(stuck)
        for talk in (other, third):
            await talk.hear("snapshot")
        for n in range(11, 311):
            push(runtime, gone(n), n)
            assert [(await talk.hear())["n"] for talk in (other, third)] == [n, n]
        await until(lambda: len(sockets) == 2)
        stuck.socket.transport.abort()


async def test_a_reader_that_comes_back_in_time_finds_the_changes_together(
    runtime: DoubleRuntime,
) -> None:
    async with (
        house(runtime, Clock(), outbox_frames=100) as (served, _),
        served.session("omar", max_queue=1) as slow,
    ):
        await stop_reading(slow)
        for n in range(11, 1_011):
            push(runtime, Frame((Gone(n=n, entry=f"e{n % 10}", reason=PAD[:20_000]),)), n)
        slow.socket.transport.resume_reading()
        reached = 10
        while reached < 1_010:
            message = await slow.hear()
            assert message["n"] > reached
            reached = message["n"]
        assert 1 < max(len(frame) for frame in slow.frames) <= 10
        assert len(slow.frames) < 600


async def test_what_is_written_at_once_stays_in_order_with_what_waits(
    runtime: DoubleRuntime,
) -> None:
    pad = ToOmar("".join(f"{number:05}" for number in range(4_001)))
    async with (
        house(runtime, Clock(), outbox_frames=1_000) as (served, sockets),
        served.session("omar", max_queue=1) as slow,
    ):
        await stop_reading(slow)
        (connection,) = sockets
        lane, writer, n = connection.lane, connection._writer, 10
        while not writer._in_transport():
            assert lane.fd >= 0
            n += 1
            runtime.hub.publish(n, [pad])
            assert writer.waiting == 0, "it was written at once"
        # The rest is the transport's, and nothing passes it even when the system has room again.
        assert len(lane.held) == writer._in_transport() == writer.buffered()
        for _ in range(5):
            n += 1
            runtime.hub.publish(n, [pad])
        assert writer.waiting == 5
        assert lane.fd == -1
        slow.socket.transport.resume_reading()
        for expected in range(11, n + 1):
            assert (await slow.hear())["n"] == expected
        await until(lambda: lane.fd >= 0)
        runtime.hub.publish(n + 1, [pad])
        assert writer.waiting == 0
        assert (await slow.hear())["n"] == n + 1


async def test_nothing_is_written_at_once_behind_a_close(runtime: DoubleRuntime) -> None:
    async with (
        house(runtime, Clock()) as (served, sockets),
        served.session("omar") as omar,
    ):
        await omar.hear("snapshot")
        (connection,) = sockets
        open_before = connection.lane.fd
        wire = connection._writer._wire
        transport = wire.transport
        closing: list[bool] = []

        def close() -> None:
            closing.append(bool(connection.lane.held))
            type(transport).close(transport)

        vars(transport)["close"] = close
        await omar.socket.close()
        await until(lambda: not sockets)
        assert open_before >= 0
        assert closing
        assert all(closing)
        assert connection.lane.fd == -1
