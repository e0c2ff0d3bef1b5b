"""The socket under a server that offers nothing beyond ASGI."""

from typing import Any

import pytest

from lockstep_protocol.codec import JSON, MSGPACK, encode_client
from lockstep_protocol.commands import Hello, Ping
from lockstep_server.config import Settings
from lockstep_server.web.app import build
from lockstep_server.web.serve import SocketProtocol
from tests.web.serving import serving


@pytest.mark.parametrize("subprotocol", [JSON, MSGPACK])
@pytest.mark.parametrize("ws", ["websockets-sansio", SocketProtocol])
async def test_both_ways_of_writing_say_the_same(ws: Any, subprotocol: str) -> None:
    settings = Settings(demo=True, db=":memory:").checked()
    app = build(settings)
    async with serving(app, ws=ws) as served:
        await app.state.runtime.admin.put_user("omar", {"name": "Omar"}, "sam")
        async with served.socket(subprotocols=(subprotocol,)) as omar:
            await omar.socket.send(encode_client([Hello(token="demo:omar")], subprotocol))
            assert (await omar.hear())["user"]["name"] == "Omar"
            assert (await omar.hear())["type"] == "snapshot"
            # Replies interleave with the transport's own frames.
            await (await omar.socket.ping())
            await omar.socket.send(encode_client([Ping()], subprotocol))
            assert (await omar.hear())["type"] == "pong"
