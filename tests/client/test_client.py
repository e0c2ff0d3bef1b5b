"""The shell against a scripted server: what it sends on each connection, and when it gives up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from lockstep_client import Client, CommandRefused, ConnectionEnded

from .test_core import diff, snapshot, view, welcome

Script = Callable[[ServerConnection], Awaitable[None]]
PATIENCE = 20.0


@asynccontextmanager
async def served(*scripts: Script) -> AsyncIterator[str]:
    """A server that plays one script a connection, in order; its address."""
    left = list(scripts)

    async def play(socket: ServerConnection) -> None:
        await left.pop(0)(socket)

    json = Subprotocol("lockstep.v1.json")
    async with serve(play, "127.0.0.1", 0, subprotocols=[json]) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with asyncio.timeout(PATIENCE):
            yield f"http://127.0.0.1:{port}"
    assert left == []


def client(url: str) -> Client:
    return Client(url, "token", random=lambda: 0.0)


async def send(socket: ServerConnection, *messages: dict[str, Any]) -> None:
    await socket.send(msgspec.json.encode(messages), text=True)


async def read(socket: ServerConnection) -> dict[str, Any]:
    message: dict[str, Any] = msgspec.json.decode(await socket.recv())
    return message


async def let_in(socket: ServerConnection) -> None:
    assert (await read(socket))["type"] == "hello"
    await send(socket, welcome(), snapshot(view()))


async def test_a_dropped_connection_is_resumed_and_the_command_given_again() -> None:
    given: list[dict[str, Any]] = []

    async def first(socket: ServerConnection) -> None:
        await let_in(socket)
        await send(socket, diff(1, 2, n=7, name="Claimed"))
        given.append(await read(socket))
        await socket.close(4000)

    async def second(socket: ServerConnection) -> None:
        assert (await read(socket))["position"] == {"epoch": "E", "n": 7}
        await send(socket, welcome(resumed=True), {"type": "position", "n": 7})
        given.append(await read(socket))
        await send(socket, {"type": "reply", "id": given[1]["id"], "n": 8, "result": {"m": 1}})
        await socket.wait_closed()

    async with served(first, second) as url, client(url) as it:
        assert await it.say("e1", "Hi") == 1
        assert it.connections == 2
        assert it.entries["e1"]["name"] == "Claimed"
    assert given[0] == given[1]
    assert given[0]["body"] == "Hi"


async def test_a_refusal_is_raised_with_all_that_it_says() -> None:
    async def script(socket: ServerConnection) -> None:
        await let_in(socket)
        id = (await read(socket))["id"]
        details = {"by": "omar", "at": "now", "step": "claimed"}
        stale = {"type": "refusal", "code": "stale", "class": "fix", "message": "Moved."}
        await send(socket, {**stale, "id": id, "details": details, "entry": view(version=2)})
        await socket.wait_closed()

    async with served(script) as url, client(url) as it:
        with pytest.raises(CommandRefused, match="stale: Moved") as refused:
            await it.choose("e1", "Claim")
    assert refused.value.details["by"] == "omar"
    assert refused.value.entry == view(version=2)


async def test_choosing_names_the_step_and_visit_that_are_shown() -> None:
    asked: list[dict[str, Any]] = []

    async def script(socket: ServerConnection) -> None:
        await let_in(socket)
        asked.append(await read(socket))
        await send(socket, {"type": "reply", "id": asked[0]["id"], "result": {"version": 2}})
        await socket.wait_closed()

    async with served(script) as url, client(url) as it:
        await it.choose("e1", "Claim", data={"minutes": 5})
        with pytest.raises(KeyError):
            await it.choose("elsewhere", "Claim")
    asked[0].pop("id")
    assert asked[0] == {
        "type": "choose",
        "entry": "e1",
        "step": "start",
        "visit": 1,
        "path": "Claim",
        "data": {"minutes": 5},
    }


async def test_whoever_is_not_let_in_is_told_why_and_does_not_come_back() -> None:
    async def script(socket: ServerConnection) -> None:
        await read(socket)
        no = {"type": "refusal", "code": "unauthorized", "class": "stop", "message": "Who?"}
        await send(socket, no)
        await socket.close(4100)

    async with served(script) as url:
        with pytest.raises(ConnectionEnded, match=r"Who\?") as ended:
            async with client(url):
                pass
    assert ended.value.code == 4100


async def test_without_a_server_the_first_connection_fails_at_once() -> None:
    async with served() as url:
        pass
    with pytest.raises(OSError, match="Connect call failed"):
        async with client(url):
            pass


async def test_closing_ends_followers_and_waiting_commands() -> None:
    heard = asyncio.Event()

    async def script(socket: ServerConnection) -> None:
        await let_in(socket)
        await socket.recv()
        heard.set()
        await socket.wait_closed()

    async with served(script) as url:
        async with client(url) as it:
            waiting = asyncio.create_task(it.say("e1", "Hi"))
            following = asyncio.create_task(anext(it.changes()))
            await heard.wait()
        with pytest.raises(ConnectionEnded):
            await waiting
        with pytest.raises(StopAsyncIteration):
            await following
        with pytest.raises(ConnectionEnded):
            await it.say("e1", "Hi")


async def test_waits_are_short_again_once_the_network_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: asyncio.Queue[int] = asyncio.Queue()

    def wait(attempt: int, *_: object) -> float:
        tries.put_nowait(attempt)
        return 0.0 if attempt == 0 else PATIENCE

    monkeypatch.setattr("lockstep_client.client.delay", wait)
    gone = asyncio.Event()

    async def script(socket: ServerConnection) -> None:
        await let_in(socket)
        await gone.wait()

    async with served(script) as url:
        one = client(url)
        await one.__aenter__()
        gone.set()
    async with asyncio.timeout(PATIENCE):
        assert [await tries.get(), await tries.get()] == [0, 1]
        one.retry()
        assert [await tries.get(), await tries.get()] == [0, 1]
        await one.close()


async def test_a_fault_of_the_client_itself_is_raised_where_the_inbox_is_awaited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(token: object) -> str:
        raise RuntimeError("no token today")

    monkeypatch.setattr("lockstep_client.client.fresh", broken)
    one = client("http://127.0.0.1:1")
    with pytest.raises(RuntimeError, match="no token today"):
        async with asyncio.timeout(PATIENCE):
            await one.__aenter__()
