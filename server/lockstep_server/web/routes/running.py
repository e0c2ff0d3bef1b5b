"""What is under way, for administrators: by step, at a step, and what is stuck."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol import limits
from lockstep_protocol.refusals import invalid
from lockstep_server.runtime.overseeing import mark_of
from lockstep_server.web.edge import Edge, answer, number, only

STUCK_SECONDS = 24 * 3600
"""An entry that is at its step for longer is stuck, unless the request says otherwise."""
STUCK_AT_MOST = 365 * 24 * 3600


def running_routes(edge: Edge) -> list[Route]:
    """``/v1/running`` and what is below it."""

    async def running(request: Request) -> Response:
        await edge.admin(request)
        only(request, "stuck")
        return answer(await edge.runtime.overseeing.running(_stuck(request)))

    async def stuck(request: Request) -> Response:
        await edge.admin(request)
        only(request, "stuck", "limit")
        return answer(await edge.runtime.overseeing.stuck(_stuck(request), _limit(request)))

    async def step(request: Request) -> Response:
        await edge.admin(request)
        only(request, "version", "after", "limit")
        told = request.query_params.get("after")
        after = mark_of(told) if told else None
        if told and after is None:
            raise invalid("/after", "after is what the page before gave.")
        of, version = request.path_params, number(request, "version", 1)
        limit = _limit(request)
        return answer(
            await edge.runtime.overseeing.step(of["workflow"], version, of["step"], after, limit)
        )

    return [
        Route("/v1/running", running, methods=["GET"]),
        Route("/v1/running/stuck", stuck, methods=["GET"]),
        Route("/v1/running/{workflow}/{step}", step, methods=["GET"]),
    ]


def _stuck(request: Request) -> float:
    seconds = number(request, "stuck", 1, STUCK_AT_MOST)
    return float(STUCK_SECONDS if seconds is None else seconds)


def _limit(request: Request) -> int:
    return number(request, "limit", 1, limits.PAGE_ITEMS) or limits.PAGE_ITEMS_DEFAULT
