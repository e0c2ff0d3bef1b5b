"""Who is connected: for administrators."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.entry import rfc3339
from lockstep_server.web.edge import Edge, answer
from lockstep_server.web.socket import Sockets


def session_routes(edge: Edge, sockets: Sockets) -> list[Route]:
    """``/v1/sessions``."""

    async def sessions(request: Request) -> Response:
        await edge.admin(request)
        told = [
            {
                "session": each.notes.session,
                "user": each.notes.user,
                "client": each.notes.client,
                "watching": edge.runtime.hub.looked_at(each),
                "since": rfc3339(each.notes.since),
                "address": each.notes.address,
                "outbox": {"frames": each.waiting, "bytes": each.buffered},
            }
            for each in sockets.connections
            if each.notes.user is not None
        ]
        return answer({"sessions": sorted(told, key=lambda one: str(one["session"]))})

    return [Route("/v1/sessions", sessions, methods=["GET"])]
