"""Whoever goes away before the answer to the handshake is nothing to be worried about."""

import asyncio
import logging

import pytest

from lockstep_server.config import Settings
from lockstep_server.web.app import build

from .serving import serving, until

UPGRADE = (
    "GET /v1/ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)
FOREIGN = "Origin: http://elsewhere.example\r\n"


@pytest.mark.parametrize("more", ["", FOREIGN], ids=["let in", "refused"])
async def test_a_handshake_that_is_left_is_no_error(
    more: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = build(Settings(demo=True, db=":memory:"))
    async with serving(app) as served:
        host, port = served.host.split(":")
        request = UPGRADE.format(host=served.host, more=more).encode()
        for number in range(60):
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(request)
            match number % 3:
                case 0:
                    writer.write_eof()
                case 1:
                    writer.transport.abort()
                case _:
                    pass
            writer.close()
        async with served.http("nobody") as http:
            assert (await http.get("/healthz")).status_code == 200
        await until(lambda: not app.state.sockets)
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


async def test_a_refused_handshake_is_answered_and_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(build(Settings(demo=True, db=":memory:"))) as served:
        host, port = served.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(UPGRADE.format(host=served.host, more=FOREIGN).encode())
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
