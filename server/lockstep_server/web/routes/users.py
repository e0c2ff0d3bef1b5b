"""The directory: administrators keep the users."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.codec import wrong_value
from lockstep_protocol.refusals import refused
from lockstep_server.web.edge import Edge, answer, read_object

REVOKE_BYTES = 8 * 1024


class _Revoke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``lift``: accept again what is refused. ``reason``: for administrators to read."""

    lift: bool = False
    reason: Annotated[str, Meta(max_length=500)] = ""


def user_routes(edge: Edge) -> list[Route]:
    """``/v1/users``, ``/v1/users/ID`` and ``/v1/revocations``."""

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

    async def revocation(request: Request) -> Response:
        await edge.admin(request)
        return answer(edge.runtime.admin.revocation(request.path_params["id"]))

    async def revocations(request: Request) -> Response:
        await edge.admin(request)
        return answer({"revocations": edge.runtime.admin.revocations()})

    async def revoke(request: Request) -> Response:
        actor = await edge.admin(request)
        body = await read_object(request, REVOKE_BYTES, empty=True)
        try:
            how = msgspec.convert(body, _Revoke)
        except msgspec.ValidationError as wrong:
            raise wrong_value(wrong) from wrong
        id = request.path_params["id"]
        return answer(await edge.runtime.admin.revoke(id, actor.user, how.lift, how.reason))

    return [
        Route("/v1/revocations", revocations, methods=["GET"]),
        Route("/v1/users", find, methods=["GET"]),
        Route("/v1/users/{id}", read, methods=["GET"]),
        Route("/v1/users/{id}", put, methods=["PUT"]),
        Route("/v1/users/{id}", delete, methods=["DELETE"]),
        Route("/v1/users/{id}/revoke", revocation, methods=["GET"]),
        Route("/v1/users/{id}/revoke", revoke, methods=["POST"]),
    ]
