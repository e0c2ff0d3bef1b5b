"""Which heads go the short way to a WebSocket, and that the long way ends at the same."""

import asyncio

import pytest

from lockstep_server.config import Settings
from lockstep_server.web.app import build
from lockstep_server.web.arriving import LONGEST_HEAD, is_ordinary_upgrade

from .serving import serving, until

LINES = (
    "GET /v1/ws?a=b HTTP/1.1",
    "Host: {host}",
    "Connection: keep-alive, Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)


def head(*more: str, without: str = "no such line", first: str = LINES[0]) -> bytes:
    lines = [first, *(line for line in LINES[1:] if not line.startswith(without)), *more]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    "data",
    [head(), head("Cookie: a=b; c", "Origin: http://x", "sec-websocket-protocol: lockstep.v1")],
)
def test_an_upgrade_as_clients_send_it_goes_the_short_way(data: bytes) -> None:
    assert is_ordinary_upgrade(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        head()[:-1],
        head() + b"\x81\x80\0\0\0\0",
        head(first="GET /v1/ws HTTP/1.0"),
        head(first="POST /v1/ws HTTP/1.1"),
        head(first="GET http://x/v1/ws HTTP/1.1"),
        head(first="GET /v1 /ws HTTP/1.1"),
        head(without="Host"),
        head("host: twice"),
        head(without="Connection"),
        head("Connection: close"),
        head("Connection: noupgrade", without="Connection"),
        head(without="Upgrade"),
        head("Upgrade: h2c"),
        head("Upgrade: h2c", without="Upgrade"),
        head("Content-Length: 0"),
        head("Transfer-Encoding: chunked"),
        head("Expect: 100-continue"),
        head("X: a\r\n folded"),
        head("X : a"),
        head("X: \xe4"),
        head("X: \x00"),
        head("no colon"),
        head().replace(b"\r\n", b"\n"),
        head("X: " + "a" * LONGEST_HEAD),
    ],
)
def test_whatever_is_odd_goes_the_long_way(data: bytes) -> None:
    assert not is_ordinary_upgrade(data)


@pytest.mark.parametrize(
    ("more", "status"),
    [((), 101), (("X: \xe4",), 101), (("ORIGIN: http://elsewhere.example",), 403)],
    ids=["short", "long", "refused by a header in capitals"],
)
async def test_both_ways_lead_to_the_same_door(more: tuple[str, ...], status: int) -> None:
    async with serving(build(Settings(demo=True, db=":memory:"))) as served:
        host, port = served.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head(*more).replace(b"{host}", served.host.encode()))
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
    assert int(answer.split()[1]) == status


async def test_a_head_in_two_pieces_and_a_connection_without_a_word() -> None:
    app = build(Settings(demo=True, db=":memory:"))
    async with serving(app) as served:
        host, port = served.host.split(":")
        _, silent = await asyncio.open_connection(host, int(port))
        _, gone = await asyncio.open_connection(host, int(port))
        gone.close()
        reader, writer = await asyncio.open_connection(host, int(port))
        data = head().replace(b"{host}", served.host.encode())
        writer.write(data[:20])
        await writer.drain()
        async with served.http("nobody") as http:
            assert (await http.get("/healthz")).status_code == 200
        writer.write(data[20:])
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        await until(lambda: len(app.state.sockets) == 1)
        writer.close()
    silent.close()
