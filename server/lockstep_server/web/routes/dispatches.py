"""Dispatches after they were made; a new one is made by a command."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_server.web.edge import Edge, answer, read_object


def dispatch_routes(edge: Edge) -> list[Route]:
    """``/v1/dispatches/ID``."""

    async def read(request: Request) -> Response:
        actor = await edge.actor(request)
        return answer(await edge.runtime.dispatch(actor, request.path_params["id"]))

    async def change(request: Request) -> Response:
        actor = await edge.actor(request)
        body = await read_object(request, edge.settings.definition_bytes)
        return answer(await edge.runtime.change_dispatch(actor, request.path_params["id"], body))

    return [
        Route("/v1/dispatches/{id}", read, methods=["GET"]),
        Route("/v1/dispatches/{id}", change, methods=["PATCH"]),
    ]
