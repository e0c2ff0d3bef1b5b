"""A copy of the database, made while the server goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from lockstep_protocol.refusals import refused
from lockstep_server.store import copying
from lockstep_server.web.edge import Edge

CHUNK = 256 * 1024
MEDIA_TYPE = "application/vnd.sqlite3"


def backup_routes(edge: Edge) -> list[Route]:
    """``/v1/backup``."""
    one_at_a_time = asyncio.Lock()

    async def backup(request: Request) -> Response:
        await edge.admin(request)
        if edge.settings.db == ":memory:":
            raise refused("invalid", "This server keeps nothing on disk: there is nothing to copy.")
        if one_at_a_time.locked():
            raise refused("busy", "Another backup is being made.")
        async with one_at_a_time:
            file = await run_in_threadpool(_copied, Path(f"{edge.settings.db}.backup"))
        size = str(file.seek(0, 2))
        headers = {
            "Content-Length": size,
            "Content-Disposition": 'attachment; filename="lockstep.db"',
        }
        return StreamingResponse(
            _chunks(file), headers=headers, media_type="application/vnd.sqlite3"
        )

    def _copied(part: Path) -> BinaryIO:
        # What a killed server left behind is in the way of nobody.
        part.unlink(missing_ok=True)
        try:
            copying.copy(edge.settings.db, part)
            return part.open("rb")
        finally:
            part.unlink(missing_ok=True)

    return [Route("/v1/backup", backup, methods=["POST"])]


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
