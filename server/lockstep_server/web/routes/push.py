"""Web push: the server's public key, and the browsers that want to be pushed to."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.refusals import invalid
from lockstep_server.web.edge import Edge, answer, read_object

SUBSCRIPTION_BYTES = 8 * 1024
"""A browser's subscription at most."""


def push_routes(edge: Edge) -> list[Route]:
    """``/v1/push`` and ``/v1/push/subscriptions``."""

    async def key(request: Request) -> Response:
        await edge.actor(request)
        keys = await edge.runtime.subscriptions.keys()
        return answer({"publicKey": keys.public})

    async def register(request: Request) -> Response:
        actor = await edge.actor(request)
        body = await read_object(request, SUBSCRIPTION_BYTES)
        made = await edge.runtime.subscriptions.register(actor.user, body)
        return answer({"id": made.id}, 201)

    async def unregister(request: Request) -> Response:
        actor = await edge.actor(request)
        body = await read_object(request, SUBSCRIPTION_BYTES)
        endpoint = body.get("endpoint")
        if not isinstance(endpoint, str):
            raise invalid("/endpoint", "Name the `endpoint` of the subscription.")
        await edge.runtime.subscriptions.unregister(actor.user, endpoint)
        return Response(status_code=204)

    return [
        Route("/v1/push", key, methods=["GET"]),
        Route("/v1/push/subscriptions", register, methods=["POST"]),
        Route("/v1/push/subscriptions", unregister, methods=["DELETE"]),
    ]
