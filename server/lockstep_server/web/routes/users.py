"""The directory: administrators keep the users."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.refusals import refused
from lockstep_server.web.edge import Edge, answer, read_object


def user_routes(edge: Edge) -> list[Route]:
    """``/v1/users`` and ``/v1/users/ID``."""

    async def find(request: Request) -> Response:
        await edge.admin(request)
        query = request.query_params.get("query") or None
        return answer({"users": edge.runtime.admin.find_users(query)})

    async def read(request: Request) -> Response:
        await edge.admin(request)
        id = request.path_params["id"]
        user = edge.runtime.admin.user(id)
        if user is None:
            raise refused("not_found", f"There is no user {id!r}.")
        return answer(user)

    async def put(request: Request) -> Response:
        actor = await edge.admin(request)
        id = request.path_params["id"]
        body = await read_object(request, edge.settings.definition_bytes)
        created = await edge.runtime.admin.put_user(id, body, actor.user)
        return answer(edge.runtime.admin.user(id), 201 if created else 200)

    async def delete(request: Request) -> Response:
        actor = await edge.admin(request)
        await edge.runtime.admin.delete_user(request.path_params["id"], actor.user)
        return Response(status_code=204)

    return [
        Route("/v1/users", find, methods=["GET"]),
        Route("/v1/users/{id}", read, methods=["GET"]),
        Route("/v1/users/{id}", put, methods=["PUT"]),
        Route("/v1/users/{id}", delete, methods=["DELETE"]),
    ]
