"""What the server counts, for Prometheus: to administrators, and to programs beside it."""

from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_server.web.edge import Edge
from lockstep_server.web.origin import is_loopback

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy says that somebody else asks through it."""


def metrics_routes(edge: Edge) -> list[Route]:
    """``/metrics``."""

    async def metrics(request: Request) -> Response:
        if not edge.settings.metrics_public and not from_this_machine(request):
            await edge.admin(request)
        body, content_type = edge.metrics.exposition(request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": content_type})

    return [Route("/metrics", metrics, methods=["GET"])]


def from_this_machine(request: Request) -> bool:
    """Whether a program on this machine asks for itself.

    A proxy on this machine comes from here too, with what others want: one that says so, or that
    passes on the name by which it was called, is not taken for a program of this machine.
    """
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        local = ip_address(request.client.host).is_loopback
    except ValueError:
        return False
    return local and is_loopback(request.headers.get("host"))
