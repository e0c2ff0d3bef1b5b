"""What went wrong behind entries: administrators list it, have it tried again, or dismiss it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol import limits
from lockstep_server.web.edge import Edge, answer, number


def incident_routes(edge: Edge) -> list[Route]:
    """``/v1/incidents`` and what can be done with one."""

    async def open_ones(request: Request) -> Response:
        await edge.admin(request)
        limit = number(request, "limit", 1, limits.PAGE_ITEMS) or limits.PAGE_ITEMS_DEFAULT
        entry = request.query_params.get("entry") or None
        before = number(request, "before", 0)
        found, more = await edge.runtime.admin.incidents(entry, before, limit)
        page: dict[str, object] = {"incidents": found}
        if more is not None:
            page["before"] = more
        return answer(page)

    async def retry(request: Request) -> Response:
        actor = await edge.admin(request)
        await edge.runtime.admin.retry_incident(actor, request.path_params["id"])
        return Response(status_code=204)

    async def dismiss(request: Request) -> Response:
        actor = await edge.admin(request)
        await edge.runtime.admin.dismiss_incident(actor, request.path_params["id"])
        return Response(status_code=204)

    return [
        Route("/v1/incidents", open_ones, methods=["GET"]),
        Route("/v1/incidents/{id}/retry", retry, methods=["POST"]),
        Route("/v1/incidents/{id}", dismiss, methods=["DELETE"]),
    ]
