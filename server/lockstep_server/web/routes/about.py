"""What the server says of itself: health, its documents, and who is in the demo."""

from importlib.resources import files
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lockstep_protocol.refusals import refused
from lockstep_server.web.edge import Edge, answer
from lockstep_server.web.readiness import Readiness
from lockstep_server.web.signin import DEMO

DOCUMENTS = {
    "/v1/asyncapi.json": "asyncapi.json",
    "/v1/openapi.json": "openapi.json",
    "/v1/schemas/workflow.json": "workflow.schema.json",
}


def about_routes(edge: Edge, readiness: Readiness) -> list[Route]:
    """``/healthz``, ``/readyz``, the documents, and ``/v1/demo`` in the demo."""

    async def healthy(request: Request) -> Response:
        return answer({"status": "ok"})

    async def ready(request: Request) -> Response:
        if reasons := await readiness.reasons():
            text = " ".join(each.message for each in reasons)
            details = {"reasons": msgspec.to_builtins(reasons)}
            raise refused("unavailable", text, details=details)
        return answer({"status": "ready"})

    async def demo(request: Request) -> Response:
        users = [
            {
                "id": user["id"],
                "name": user.get("name") or user["id"],
                "groups": user.get("groups") or [],
                "token": f"{DEMO}{user['id']}",
            }
            for user in edge.runtime.admin.find_users(None)
        ]
        return answer({"users": users})

    routes = [
        Route("/healthz", healthy, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        *(_document(url_path, name) for url_path, name in DOCUMENTS.items()),
    ]
    if edge.settings.demo:
        routes.append(Route("/v1/demo", demo, methods=["GET"]))
    return routes


def _document(url_path: str, name: str) -> Route:
    async def read(request: Request) -> Response:
        body = document(name)
        if body is None:
            raise refused("not_found", f"{name} was not installed with the server.")
        return Response(body, media_type="application/json")

    return Route(url_path, read, methods=["GET"])


def document(name: str) -> bytes | None:
    """A document of the protocol: in the package when installed, beside it in the repository."""
    package = files("lockstep_protocol")
    for place in (package / "spec" / name, Path(str(package)).parent / "spec" / name):
        if place.is_file():
            return place.read_bytes()
    return None
