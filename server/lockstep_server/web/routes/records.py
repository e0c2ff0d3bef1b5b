"""Trackers, which anybody signed in may read (forms are drawn from them), and scripts."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.refusals import invalid, refused
from lockstep_server.runtime.records import Kind
from lockstep_server.web.edge import Edge, answer, read_body, read_object


def record_routes(edge: Edge) -> list[Route]:
    """``/v1/trackers``, ``/v1/scripts`` and one of either by its handle."""
    return [*_routes(edge, "tracker", readable=True), *_routes(edge, "script", readable=False)]


def _routes(edge: Edge, kind: Kind, *, readable: bool) -> list[Route]:
    reader = edge.actor if readable else edge.admin

    async def all_of_them(request: Request) -> Response:
        await reader(request)
        return answer({f"{kind}s": edge.runtime.admin.records(kind)})

    async def read(request: Request) -> Response:
        await reader(request)
        handle = request.path_params["handle"]
        record = edge.runtime.admin.record(kind, handle)
        if record is None:
            raise refused("not_found", f"There is no {kind} {handle!r}.")
        return answer(record)

    async def put(request: Request) -> Response:
        actor = await edge.admin(request)
        handle = request.path_params["handle"]
        body = await _read(request, edge.settings.definition_bytes, kind)
        created = await edge.runtime.admin.put_record(kind, handle, body, actor.user)
        return answer(edge.runtime.admin.record(kind, handle), 201 if created else 200)

    return [
        Route(f"/v1/{kind}s", all_of_them, methods=["GET"]),
        Route(f"/v1/{kind}s/{{handle}}", read, methods=["GET"]),
        Route(f"/v1/{kind}s/{{handle}}", put, methods=["PUT"]),
    ]


async def _read(request: Request, limit: int, kind: Kind) -> dict[str, Any]:
    """The record as JSON; a script may also come as it is, as any ``text/…`` (``text/x-lua``)."""
    if kind == "script" and request.headers.get("content-type", "").startswith("text/"):
        try:
            return {"source": (await read_body(request, limit)).decode()}
        except UnicodeDecodeError as wrong:
            raise invalid("", f"The script is not UTF-8: {wrong}.") from None
    return await read_object(request, limit)
