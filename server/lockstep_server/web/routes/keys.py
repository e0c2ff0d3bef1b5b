"""API keys: administrators make them, list them, and take them away."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_server.web.edge import Edge, answer, only, read_object

KEY_BYTES = 8 * 1024
"""What describes a key at most."""


def key_routes(edge: Edge) -> list[Route]:
    """``/v1/keys`` and ``/v1/keys/ID``."""

    async def all_of_them(request: Request) -> Response:
        await edge.admin(request)
        only(request, "user")
        user = request.query_params.get("user") or None
        return answer({"keys": edge.runtime.admin.keys(user)})

    async def create(request: Request) -> Response:
        actor = await edge.admin(request)
        body = await read_object(request, KEY_BYTES)
        return answer(await edge.runtime.admin.create_key(body, actor.user), 201)

    async def delete(request: Request) -> Response:
        actor = await edge.admin(request)
        await edge.runtime.admin.delete_key(request.path_params["id"], actor.user)
        return Response(status_code=204)

    return [
        Route("/v1/keys", all_of_them, methods=["GET"]),
        Route("/v1/keys", create, methods=["POST"]),
        Route("/v1/keys/{id}", delete, methods=["DELETE"]),
    ]
