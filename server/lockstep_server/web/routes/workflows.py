"""Definitions: publish and read them."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.refusals import Refused
from lockstep_server.web.edge import Edge, answer, answer_refusal, flag, number, read_body


def workflow_routes(edge: Edge) -> list[Route]:
    """``/v1/workflows`` and ``/v1/workflows/NAME``."""

    async def names(request: Request) -> Response:
        await edge.actor(request)
        return answer({"workflows": edge.runtime.admin.workflows()})

    async def read(request: Request) -> Response:
        await edge.actor(request)
        version = number(request, "version", 1)
        return answer(await edge.runtime.admin.workflow(request.path_params["name"], version))

    async def publish(request: Request) -> Response:
        actor = await edge.admin(request)
        body = await read_body(request, edge.settings.definition_bytes)
        dry = flag(request, "dry")
        name = request.path_params["name"]
        base = request.query_params.get("base") or None
        published = await edge.runtime.admin.publish(name, body, actor.user, dry, base)
        wrong = any(finding.severity == "error" for finding in published.findings)
        status = 422 if wrong else 201 if published.created else 200
        shown = {
            "name": published.name,
            "version": published.version,
            "hash": published.hash,
            "definition": published.definition,
            "findings": published.findings,
        }
        return answer(shown, status)

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
        Route("/v1/workflows/{name}/close", close, methods=["POST"]),
        Route("/v1/workflows/{name}/open", reopen, methods=["POST"]),
    ]
