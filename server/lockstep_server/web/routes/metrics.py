"""What the server counts, for Prometheus: to administrators, and to programs beside it."""

from contextlib import suppress
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_server.session.outbox import Tally
from lockstep_server.store.interface import StoreFailed
from lockstep_server.web.edge import Edge
from lockstep_server.web.origin import is_loopback
from lockstep_server.web.socket import Sockets

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy says that somebody else asks through it."""


def metrics_routes(edge: Edge, sockets: Sockets) -> list[Route]:
    """``/metrics``."""
    told = Tally()

    async def metrics(request: Request) -> Response:
        if not edge.settings.metrics_public and not from_this_machine(request):
            await edge.admin(request)
        await look(edge, sockets, told)
        body, content_type = edge.metrics.exposition(request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": content_type})

    return [Route("/metrics", metrics, methods=["GET"])]


async def look(edge: Edge, sockets: Sockets, told: Tally) -> None:
    """Take the values that are not counted as they change. ``told``: what was counted so far."""
    metrics, runtime = edge.metrics, edge.runtime
    metrics.sessions.set(len(sockets.connections))
    metrics.users.set(len(runtime.hub.connected))
    metrics.outbox_frames.set(sum(each.waiting for each in sockets.connections))
    metrics.outbox_bytes.set(sockets.crowd.budget.used)
    tally = sockets.crowd.tally
    metrics.outbox_merged.inc(tally.merged - told.merged)
    metrics.outbox_dropped.inc(tally.dropped - told.dropped)
    told.merged, told.dropped = tally.merged, tally.dropped
    if runtime.ready() is not None:
        return  # it is not open yet, or not any more
    metrics.resident.set(runtime.condition.resident)
    metrics.effects_pending.clear()
    for kind, count in runtime.condition.effects_pending.items():
        metrics.effects_pending.labels(kind).set(count)
    # A store that fails must not take the other values with it.
    with suppress(StoreFailed):
        metrics.incidents.set(await runtime.condition.open_incidents())


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
