"""What the cases run against, and running them."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.types import Receive, Scope, Send

from lockstep_server.config import Settings
from lockstep_server.web.app import MEMORY, SOCKET, build
from lockstep_server.web.serve import server_config
from tests.web.serving import serving, until

ROOT = Path(__file__).parents[2]

QUICK = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.1.*", "6.2.*", "6.3.*", *(
    f"6.{number}.*" for number in range(5, 24)
), "7.*", "10.*")  # fmt: skip
"""All of the sections 1 to 7 and 10, without the four cases that wait for seconds."""

SLOW = ("6.4.*",)
LARGE = ("9.*",)
COMPRESSED = ("12.*", "13.*")


class Result(msgspec.Struct, frozen=True):
    """How one case ended. ``code``: the close code that the server sent."""

    case: str
    verdict: str
    close: str
    code: int | None
    passed: bool
    why: str

    @property
    def section(self) -> int:
        """The case's chapter."""
        return int(self.case.partition(".")[0])

    @property
    def smooth(self) -> bool:
        """Whether nothing at all is to be said about it."""
        return self.verdict == "OK" and self.close in ("OK", "INFORMATIONAL")


async def run(url: str, cases: tuple[str, ...]) -> list[Result]:
    """The results of all ``cases``, in order."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.conformance.drive", url, *cases),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, "the driver of the cases failed"
    return [msgspec.json.decode(line, type=Result) for line in out.splitlines()]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """What every case but Lockstep's own protocol expects: each message comes back."""
    if scope["type"] == "lifespan":
        for done in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{done}.complete"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        await send({**event, "type": "websocket.send"})


@asynccontextmanager
async def echoing(**more: Any) -> AsyncIterator[str]:
    """The address of an echo behind the server's own configuration and protocol."""
    config = server_config(echo, host="127.0.0.1", port=0, log_config=None, **more)
    server = uvicorn.Server(config)
    background = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started)
        yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await background


@asynccontextmanager
async def lockstep() -> AsyncIterator[str]:
    """The address of Lockstep's own socket."""
    settings = Settings(demo=True, db=MEMORY, unsigned_sockets_per_address=1_000).checked()
    async with serving(build(settings)) as served:
        yield f"ws://{served.host}{SOCKET}"
