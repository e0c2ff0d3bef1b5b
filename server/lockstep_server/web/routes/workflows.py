"""Definitions: publish and read them."""

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.refusals import Refused
from lockstep_server.runtime.workflows import Published
from lockstep_server.web.edge import Edge, answer, answer_refusal, flag, number, only, read_body


def workflow_routes(edge: Edge) -> list[Route]:
    """``/v1/workflows`` and ``/v1/workflows/NAME``."""

    async def names(request: Request) -> Response:
        await edge.actor(request)
        return answer({"workflows": edge.runtime.admin.workflows()})

    async def read(request: Request) -> Response:
        await edge.actor(request)
        version = number(request, "version", 1)
        return answer(await edge.runtime.admin.workflow(request.path_params["name"], version))

    async def versions(request: Request) -> Response:
        await edge.admin(request)
        found = await edge.runtime.admin.workflow_versions(request.path_params["name"])
        return answer({"versions": found})

    async def publish(request: Request) -> Response:
        actor = await edge.admin(request)
        body = await read_body(request, edge.settings.definition_bytes)
        only(request, "dry", "base")
        name = request.path_params["name"]
        published = await edge.runtime.admin.publish(
            name, body, actor.user, flag(request, "dry"), request.query_params.get("base") or None
        )
        wrong = any(finding.severity == "error" for finding in published.findings)
        status = 422 if wrong else 201 if published.created else 200
        return answer(_shown(published), status)

    async def close(request: Request) -> Response:
        return await _set_closed(request, True)

    async def reopen(request: Request) -> Response:
        return await _set_closed(request, False)

    async def _set_closed(request: Request, closed: bool) -> Response:
        actor = await edge.admin(request)
        name = request.path_params["name"]
        await edge.runtime.admin.close_workflow(name, actor.user, closed)
        return answer({"name": name, "closed": closed})

    async def delete(request: Request) -> Response:
        actor = await edge.admin(request)
        try:
            await edge.runtime.admin.delete_workflow(request.path_params["name"], actor.user)
        except Refused as no:
            if (no.refusal.details or {}).get("inUse"):
                return answer_refusal(no.refusal, HTTPStatus.CONFLICT)
            raise
        return Response(status_code=204)

    return [
        Route("/v1/workflows", names, methods=["GET"]),
        Route("/v1/workflows/{name}", read, methods=["GET"]),
        Route("/v1/workflows/{name}", publish, methods=["PUT"]),
        Route("/v1/workflows/{name}", delete, methods=["DELETE"]),
        Route("/v1/workflows/{name}/versions", versions, methods=["GET"]),
        Route("/v1/workflows/{name}/close", close, methods=["POST"]),
        Route("/v1/workflows/{name}/open", reopen, methods=["POST"]),
    ]


def _shown(published: Published) -> dict[str, Any]:
    return {
        "name": published.name,
        "version": published.version,
        "hash": published.hash,
        "definition": published.definition,
        "findings": published.findings,
    }
