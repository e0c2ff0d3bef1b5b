"""A large body that was not read ends the connection, after the whole answer was to be had."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from lockstep_server.web.unread import LARGE_BYTES, TAKEN_BYTES

from .conftest import admin_token
from .serving import WAIT, Served

CHUNKED = "Transfer-Encoding: chunked"


class Caller:
    """A client that says just what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, line: str, *headers: str, body: bytes = b"") -> dict[str, str]:
        """The headers of the answer, and its body as ``body``."""
        said = "".join(f"{each}\r\n" for each in (f"{line} HTTP/1.1", "Host: localhost", *headers))
        self.writer.write(said.encode() + b"\r\n" + body)
        async with asyncio.timeout(WAIT):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            told = {"status": head[0].split()[1]}
            told |= {n.lower(): v for n, v in (each.split(": ", 1) for each in head[1:] if each)}
            whole = await self.reader.readexactly(int(told["content-length"]))
            return told | {"body": whole.decode()}

    async def over(self) -> bool:
        """Whether the connection ends with nothing more being said."""
        async with asyncio.timeout(WAIT):
            return await self.reader.read() == b""


@asynccontextmanager
async def calling(served: Served) -> AsyncIterator[Caller]:
    host, _, port = served.host.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Caller(reader, writer)
    finally:
        writer.transport.abort()


@pytest.mark.parametrize(
    "line", ["POST /v1/commands", "PUT /v1/nowhere", "GET /v1/inbox", "GET /healthz"]
)
@pytest.mark.parametrize("how", [f"Content-Length: {LARGE_BYTES + 1}", CHUNKED])
async def test_an_answer_before_a_large_body_is_the_last(
    lockstep: Served, line: str, how: str
) -> None:
    async with calling(lockstep) as caller:
        told = await caller.ask(line, how, body=b"1\r\nx")
        assert told["connection"] == "close"
        assert isinstance(json.loads(told["body"]), dict)
        # The server waits a moment for what is on its way; the client has nothing more to say.
        caller.writer.write_eof()
        assert await caller.over()


async def test_a_body_that_was_read_or_is_small_ends_nothing(lockstep: Served) -> None:
    token = f"Authorization: Bearer {admin_token()}"
    small, large = b"x" * LARGE_BYTES, b"x" * LARGE_BYTES * 2
    async with calling(lockstep) as caller:
        for url, body, status in 2 * [
            ("/v1/nowhere", small, "405"),
            ("/v1/workflows/large", large, "422"),
        ]:
            how = f"Content-Length: {len(body)}"
            told = await caller.ask(f"PUT {url}", token, how, body=body)
            assert (told["status"], told.get("connection")) == (status, None)


async def test_who_sends_without_end_is_not_heard_to_the_end(lockstep: Served) -> None:
    async with calling(lockstep) as caller:
        told = await caller.ask("POST /v1/commands", f"Content-Length: {10**10}")
        assert (told["status"], told["connection"]) == ("401", "close")
        # What the system keeps for both sides is more than what the server takes.
        with pytest.raises(ConnectionError):
            await sent(caller, 100 * TAKEN_BYTES)


async def sent(caller: Caller, size: int) -> None:
    for _ in range(size // LARGE_BYTES):
        caller.writer.write(b"x" * LARGE_BYTES)
        await caller.writer.drain()
