"""A copy of everything, to administrators."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from lockstep_server.web.edge import Edge

MEDIA_TYPE = "application/vnd.sqlite3"
PIECE_BYTES = 256 * 1024


def backup_routes(edge: Edge) -> list[Route]:
    """``/v1/backup``."""

    async def backup(request: Request) -> Response:
        await edge.admin(request)
        copy = await edge.runtime.admin.backup()
        size = copy.seek(0, 2)
        copy.seek(0)
        headers = {"Content-Length": str(size), "Cache-Control": "no-store"}
        return StreamingResponse(_pieces(copy), media_type=MEDIA_TYPE, headers=headers)

    return [Route("/v1/backup", backup, methods=["POST"])]


async def _pieces(copy: IO[bytes]) -> AsyncIterator[bytes]:
    with copy:
        while piece := await asyncio.to_thread(copy.read, PIECE_BYTES):
            yield piece
