"""Definitions: publish and read them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_server.web.edge import Edge, answer, flag, number, read_body


def workflow_routes(edge: Edge) -> list[Route]:
    """``/v1/workflows`` and ``/v1/workflows/NAME``."""

    async def names(request: Request) -> Response:
        await edge.actor(request)
        return answer({"workflows": edge.runtime.workflows()})

    async def read(request: Request) -> Response:
        await edge.actor(request)
        version = number(request, "version", 1)
        return answer(await edge.runtime.workflow(request.path_params["name"], version))

    async def publish(request: Request) -> Response:
        actor = await edge.admin(request)
        body = await read_body(request, edge.settings.definition_bytes)
        dry = flag(request, "dry")
        name = request.path_params["name"]
        published = await edge.runtime.publish(name, body, actor.user, dry)
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

    return [
        Route("/v1/workflows", names, methods=["GET"]),
        Route("/v1/workflows/{name}", read, methods=["GET"]),
        Route("/v1/workflows/{name}", publish, methods=["PUT"]),
    ]
