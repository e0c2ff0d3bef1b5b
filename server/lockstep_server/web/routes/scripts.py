"""How scripts ran, and a run that changes nothing: for administrators."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol import limits
from lockstep_protocol.codec import wrong_value
from lockstep_server.scripts.limits import PARAMS_BYTES
from lockstep_server.web.edge import Edge, answer, number, only, read_object


class _Try(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``source``: what is tried instead of what is stored. ``params``: what ``param`` answers."""

    source: str | None = None
    params: dict[str, Any] = {}


def script_routes(edge: Edge) -> list[Route]:
    """What is below ``/v1/scripts/HANDLE``; the scripts themselves are records."""

    async def runs(request: Request) -> Response:
        await edge.admin(request)
        only(request, "before", "limit")
        limit = number(request, "limit", 1, limits.PAGE_ITEMS) or limits.PAGE_ITEMS_DEFAULT
        before = number(request, "before", 0)
        handle = request.path_params["handle"]
        return answer(await edge.runtime.admin.script_runs(handle, before, limit))

    async def trial(request: Request) -> Response:
        await edge.admin(request)
        body = await read_object(request, edge.settings.definition_bytes + PARAMS_BYTES, empty=True)
        try:
            asked = msgspec.convert(body, _Try)
        except msgspec.ValidationError as wrong:
            raise wrong_value(wrong) from wrong
        handle = request.path_params["handle"]
        return answer(await edge.runtime.admin.try_script(handle, asked.source, asked.params))

    return [
        Route("/v1/scripts/{handle}/runs", runs, methods=["GET"]),
        Route("/v1/scripts/{handle}/try", trial, methods=["POST"]),
    ]
