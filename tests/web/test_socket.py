"""The socket's shell: admission, limits, nonsense, slow readers, stopping. No engine behind it."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import jwt
import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from lockstep_protocol import closes
from lockstep_protocol.codec import JSON, MSGPACK
from lockstep_protocol.pushes import Gone, TypingPush
from lockstep_server.config import Settings
from lockstep_server.hub.frame import Frame
from lockstep_server.runtime.clock import new_id
from lockstep_server.session.catching_up import Part
from lockstep_server.store.interface import StoreFailed
from lockstep_server.web.app import assemble

from .double import DoubleRuntime
from .serving import Served, serving, until

SECRET = "x" * 32


@pytest.fixture
def settings() -> Settings:
    return Settings(demo=True, jwt_secret=SECRET, hello_timeout=0.3, clock_skew=0)


@pytest.fixture
async def runtime() -> DoubleRuntime:
    return DoubleRuntime()


@pytest.fixture
async def served(
    settings: Settings, runtime: DoubleRuntime, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Served]:
    async with serving(assemble(settings, runtime.runtime, time.time)) as served:
        yield served
    loud = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert loud == []


def token(user: str = "omar", seconds: float = 600, **claims: Any) -> str:
    return jwt.encode({"sub": user, "exp": time.time() + seconds} | claims, SECRET, "HS256")


def gone(n: int, entry: str = "e") -> Frame:
    return Frame((Gone(n=n, entry=entry, reason="left"),))


# admission


async def test_welcome_and_snapshot(served: Served) -> None:
    async with served.session("omar") as omar:
        welcome = await omar.hear()
        assert welcome["type"] == "welcome"
        assert (welcome["user"]["name"], welcome["epoch"]) == ("Omar", "e1")
        assert (await omar.hear())["type"] == "snapshot"
        assert omar.socket.subprotocol is None


async def test_message_pack_is_spoken_when_asked_for(served: Served) -> None:
    async with served.socket(subprotocols=("other", MSGPACK, JSON)) as omar:
        assert omar.socket.subprotocol == MSGPACK
        await omar.socket.send(msgspec.msgpack.encode({"type": "hello", "token": "demo:omar"}))
        assert (await omar.hear())["type"] == "welcome"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
@pytest.mark.door("origin", "socket")
async def test_another_origin_is_refused_before_the_upgrade(served: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as raised:
        async with served.socket(origin=origin):
            pass
    response = raised.value.response
    assert response.status_code == 403
    assert json.loads(response.body)["code"] == "forbidden"


async def test_the_own_origin_is_admitted(served: Served) -> None:
    async with served.session("omar", origin=served.url) as omar:
        assert (await omar.hear())["type"] == "welcome"


async def test_an_allowed_origin_is_admitted(runtime: DoubleRuntime) -> None:
    settings = Settings(demo=True, allowed_origins=("https://app.example",))
    async with (
        serving(assemble(settings, runtime.runtime, time.time)) as served,
        served.session("omar", origin="https://app.example") as omar,
    ):
        assert (await omar.hear())["type"] == "welcome"


async def test_a_name_that_was_made_to_point_here_is_refused(served: Served) -> None:
    # DNS rebinding: the page's own origin, but not this machine's own name.
    name = served.host.replace("127.0.0.1", "rebound.example")
    with pytest.raises(InvalidStatus) as raised:
        async with connect(f"ws://{name}/v1/ws", host="127.0.0.1", origin=Origin(f"http://{name}")):
            pass
    assert raised.value.response.status_code == 403


async def test_an_unknown_subprotocol_is_refused(served: Served) -> None:
    with pytest.raises(InvalidStatus) as raised:
        async with served.socket(subprotocols=("other",)):
            pass
    assert raised.value.response.status_code == 400


@pytest.mark.door("signed", "socket")
async def test_no_hello(served: Served) -> None:
    async with served.socket() as silent:
        assert await silent.closed() == closes.SILENT


async def test_a_bad_token(served: Served) -> None:
    for bad in ("demo:nobody", "x", token(seconds=-1), token() + "x"):
        async with served.socket() as talk:
            await talk.say({"type": "hello", "token": bad})
            assert (await talk.hear())["code"] == "unauthorized"
            assert await talk.closed() == closes.UNAUTHORIZED


async def test_the_ninth_socket_of_a_user_is_told_to_try_later(served: Served) -> None:
    async with asyncio.TaskGroup() as group:
        release = asyncio.Event()
        opened = asyncio.Semaphore(0)

        async def stay() -> None:
            async with served.session("omar") as omar:
                await omar.hear("snapshot")
                opened.release()
                await release.wait()

        for _ in range(8):
            group.create_task(stay())
        for _ in range(8):
            await opened.acquire()
        async with served.session("omar") as ninth:
            assert (await ninth.hear())["code"] == "busy"
            assert await ninth.closed() == closes.TRY_LATER
        release.set()


async def test_places_of_closed_sockets_are_free_again(
    served: Served, runtime: DoubleRuntime
) -> None:
    for _ in range(10):
        async with served.session("omar") as omar:
            await omar.hear("snapshot")
    await until(lambda: runtime.hub.sessions("omar") == 0)


# nonsense: each gets its answer, and the server serves on


@pytest.mark.parametrize(
    "first", ["no json", "[]", '{"type":"ping"}', '{"type":"hello","tokn":""}', "[" * 8000, b"\xff"]
)
async def test_a_wrong_first_frame(served: Served, first: str | bytes) -> None:
    async with served.socket() as talk:
        await talk.socket.send(first)
        assert (await talk.hear())["code"] == "invalid"
        assert await talk.closed() == closes.VIOLATION


async def test_nonsense_after_hello(served: Served) -> None:
    async with served.session("omar") as omar:
        await omar.hear("snapshot")
        surrogate = '{"type":"say","entry":"e","id":"' + new_id() + '","body":"\\ud800"}'
        for nonsense in (
            surrogate,
            "{",
            "[" * 60_000,
            '{"type":"x"}',
            '{"type":"get","id":1}',
            b"\x00\xff",
        ):
            await omar.socket.send(nonsense)
            assert (await omar.hear())["code"] == "invalid"
        await omar.socket.send(json.dumps({"type": "ping", "pad": "x" * 70_000}))
        assert (await omar.hear())["code"] == "too_large"
        await omar.say({"type": "ping"})
        assert (await omar.hear())["type"] == "pong"


async def test_ten_megabytes_end_the_connection_and_nothing_else(served: Served) -> None:
    async with served.session("omar") as other:
        await other.hear("snapshot")
        async with served.session("omar") as omar:
            await omar.hear("snapshot")
            # The answer, 1009, may be lost: the server does not wait for the rest to arrive.
            with contextlib.suppress(ConnectionClosed):
                await omar.socket.send("x" * 10_000_000)
            with pytest.raises(ConnectionClosed) as ended:
                await omar.hear()
            assert ended.value.rcvd is None or ended.value.rcvd.code == closes.TOO_LARGE
        await other.say({"type": "ping"})
        assert (await other.hear())["type"] == "pong"


async def test_a_client_that_goes_on_with_nonsense_is_sent_away(served: Served) -> None:
    async with served.session("omar") as omar:
        await omar.hear("snapshot")
        for _ in range(21):
            await omar.socket.send("{")
        assert await omar.closed() == closes.VIOLATION


async def test_a_connection_that_breaks_off_leaves_nothing(
    served: Served, runtime: DoubleRuntime
) -> None:
    async with served.session("omar") as omar:
        await omar.hear("snapshot")
        runtime.hold.clear()
        await omar.say({"type": "get", "id": new_id(), "entry": "e"})
        await until(lambda: len(runtime.executed) == 1)
        omar.socket.transport.abort()
    await until(lambda: runtime.hub.sessions("omar") == 0)
    runtime.hold.set()


# commands and pushes


async def test_several_commands_are_under_way_at_once(
    served: Served, runtime: DoubleRuntime
) -> None:
    runtime.hold.clear()
    async with served.session("omar") as omar:
        await omar.hear("snapshot")
        ids = [new_id() for _ in range(33)]
        for id in ids:
            await omar.say({"type": "get", "id": id, "entry": "e"})
        refusal = await omar.hear()
        assert (refusal["code"], refusal["id"]) == ("busy", ids[32])
        assert len(runtime.executed) == 32
        await omar.say({"type": "ping"})
        assert (await omar.hear())["type"] == "pong"
        runtime.hold.set()
        assert sorted([(await omar.hear("reply"))["id"] for _ in range(32)]) == sorted(ids[:32])


async def test_a_burst_over_the_rate_is_told_how_long_to_wait(served: Served) -> None:
    async with served.session("omar") as omar, served.http("omar") as http:
        await omar.hear("snapshot")
        answers = [await omar.command("get", entry="e") for _ in range(60)]
        late = [answer for answer in answers if answer["type"] == "refusal"]
        assert late
        assert late[0]["code"] == "rate_limited"
        assert late[0]["details"]["after_ms"] > 0
        body = {"type": "get", "id": new_id(), "entry": "e"}
        answered = [await http.post("/v1/commands", json=body) for _ in range(5)]
        limited = [answer for answer in answered if answer.status_code == 429]
        assert limited
        assert limited[0].headers["retry-after"] == "1"


async def test_signals_reach_the_runtime(served: Served, runtime: DoubleRuntime) -> None:
    async with served.session("omar") as omar:
        await omar.hear("snapshot")
        await omar.say({"type": "watch", "entry": "e"}, {"type": "read", "entry": "e", "m": 3})
        await until(lambda: len(runtime.signals) == 1)
        assert runtime.hub.is_looking("omar", "e")
        await omar.say({"type": "watch", "entry": None}, {"type": "typing", "entry": "e"})
        await until(lambda: len(runtime.signals) == 2)
        assert not runtime.hub.is_looking("omar", "e")


async def test_what_happens_while_the_inbox_is_read_comes_after_it_once(
    served: Served, runtime: DoubleRuntime
) -> None:
    runtime.readable.clear()
    runtime.part = Part(n=12)
    async with served.session("omar") as omar:
        await runtime.reading.wait()
        (sink,) = list(runtime.hub._by_user["omar"])
        for n in (11, 12, 13):
            sink.push(n, gone(n))
        runtime.readable.set()
        seen = [await omar.hear() for _ in range(3)]
        assert [message["type"] for message in seen] == ["welcome", "snapshot", "gone"]
        assert [message["n"] for message in seen] == [12, 12, 13]


async def test_a_resumed_session_says_so(served: Served, runtime: DoubleRuntime) -> None:
    runtime.part = Part(n=10, left=("x",))
    async with served.session("omar", {"epoch": "e1", "n": 4}) as omar:
        assert (await omar.hear())["resumed"] is True
        assert await omar.hear() == {"type": "gone", "n": 10, "entry": "x", "reason": "left"}
        assert await omar.hear() == {"type": "position", "n": 10}


async def test_a_failing_store_is_unavailable_and_passes(
    served: Served, runtime: DoubleRuntime
) -> None:
    async with served.session("omar") as omar:
        await omar.hear("snapshot")
        runtime.fault = StoreFailed("disk full")
        assert (await omar.command("get", entry="e"))["code"] == "unavailable"
        async with served.session("omar") as later:
            assert (await later.hear())["code"] == "unavailable"
            assert await later.closed() == closes.TRY_LATER
        runtime.fault = None
        assert (await omar.command("get", entry="e"))["type"] == "reply"


async def test_a_reader_that_takes_nothing_is_dropped_and_nobody_waits(
    runtime: DoubleRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lockstep_server.web.writing.CLOSE_SECONDS", 0.05)
    settings = Settings(demo=True, outbox_bytes=1_000_000)
    async with (
        serving(assemble(settings, runtime.runtime, time.time)) as served,
        served.session("omar", max_queue=1) as stuck,
        served.session("omar") as other,
    ):
        await stuck.hear("snapshot")
        await other.hear("snapshot")
        stuck.socket.transport.pause_reading()
        for n in range(11, 411):
            frame = gone(n, f"{n}" + "x" * 50_000)
            for sink in tuple(runtime.hub._by_user["omar"]):
                sink.push(n, frame)
            assert (await other.hear())["n"] == n
        await until(lambda: runtime.hub.sessions("omar") == 1)
        stuck.socket.transport.abort()


async def test_typing_is_left_out_before_a_change_is(
    runtime: DoubleRuntime,
) -> None:
    settings = Settings(demo=True, outbox_frames=4)
    async with (
        serving(assemble(settings, runtime.runtime, time.time)) as served,
        served.session("omar") as omar,
    ):
        await omar.hear("snapshot")
        (sink,) = runtime.hub._by_user["omar"]
        typing = Frame((TypingPush(user="mei", entry="e"),))
        for _ in range(10):
            sink.push(None, typing)
        sink.push(11, gone(11))
        sink.push(12, gone(12))
        heard = [(await omar.hear())["type"] for _ in range(4)]
        assert heard == ["typing", "typing", "gone", "gone"]


# tokens and time


@pytest.mark.door("expired", "socket")
async def test_an_expiring_token_is_announced_and_ends_the_session(served: Served) -> None:
    async with served.socket() as omar:
        await omar.say({"type": "hello", "token": token(seconds=1.2)})
        assert (await omar.hear("auth_soon"))["seconds"] <= 1.2
        assert await omar.closed() == closes.TOKEN_EXPIRED


async def test_a_new_token_carries_the_session_on(served: Served) -> None:
    async with served.socket() as omar:
        await omar.say({"type": "hello", "token": token(seconds=1.0)})
        await omar.hear("auth_soon")
        await omar.say({"type": "auth", "token": token(seconds=30)})
        assert (await omar.hear("auth_soon"))["seconds"] > 20


async def test_an_unknown_user_with_a_token_is_added(
    served: Served, runtime: DoubleRuntime
) -> None:
    async with served.socket() as nina:
        known = token("nina", name="Nina", groups=["office"], labels=["new"], roles=["auditor"])
        await nina.say({"type": "hello", "token": known})
        user = (await nina.hear("welcome"))["user"]
        assert (user["name"], user["groups"], user["roles"]) == ("Nina", ["office"], ["auditor"])
    assert runtime.users["nina"]["labels"] == ["new"]


async def test_the_heartbeat_says_the_position(runtime: DoubleRuntime) -> None:
    settings = Settings(demo=True, heartbeat=0.05)
    async with (
        serving(assemble(settings, runtime.runtime, time.time)) as served,
        served.session("omar") as omar,
    ):
        await omar.hear("snapshot")
        assert await omar.hear() == {"type": "position", "n": 10}
        assert await omar.hear() == {"type": "position", "n": 10}


async def test_a_server_that_stops_says_when_to_come_back(runtime: DoubleRuntime) -> None:
    settings = Settings(demo=True)
    context = serving(assemble(settings, runtime.runtime, time.time))
    served = await context.__aenter__()
    async with served.session("omar") as first, served.session("omar") as second:
        await first.hear("snapshot")
        await second.hear("snapshot")
        stopping = asyncio.create_task(context.__aexit__(None, None, None))
        slots = [(await each.hear("goaway"))["after_ms"] for each in (first, second)]
        assert len(set(slots)) == 2
        assert await first.closed() == closes.RESTARTING
        assert await second.closed() == closes.RESTARTING
        await stopping
