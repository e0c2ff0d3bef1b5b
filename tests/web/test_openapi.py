"""The OpenAPI document has every door of the server and no other; the answers are as it says."""

from typing import Any

import httpx
import jsonschema_rs
from starlette.routing import Route

from lockstep_protocol.doors import DOORS
from lockstep_protocol.openapi import openapi
from lockstep_server.config import Settings
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.app import build

from .serving import Served

JSON = "application/json"


def test_every_route_is_a_door_and_every_door_a_route() -> None:
    app = build(Settings(demo=True, db=":memory:").checked())
    routes = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route) and not route.path.startswith("/{")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {(door.method, door.path) for door in DOORS} == routes


async def furnish(http: httpx.AsyncClient) -> dict[str, str]:
    """Something behind every door; what stands in the place of each name in a path."""
    tracker = {"schema": {"type": "object"}, "workflow": "call"}
    assert (await http.put("/v1/trackers/note", json=tracker)).status_code == 201
    assert (await http.put("/v1/scripts/tidy", json={"source": "log.info(1)"})).status_code == 201
    key = {"user": "sam", "name": "robot", "scopes": ["read"]}
    assert (await http.post("/v1/keys", json=key)).status_code == 201
    made = (await command(http, "dispatch", tracker="note", data={"who": "Dana"}))["result"]
    return {"call": made["entries"][0], "note": made["dispatch"]}


async def command(http: httpx.AsyncClient, type: str, **members: Any) -> dict[str, Any]:
    answer = await http.post("/v1/commands", json={"type": type, "id": new_id(), **members})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_what_is_read_is_as_the_document_says(lockstep: Served) -> None:
    document = openapi()
    async with lockstep.http("sam") as sam, lockstep.http("omar") as omar:
        ids = await furnish(sam)
        await command(omar, "say", entry=ids["call"], body="@dana is on the way")
        named = {
            "/v1/entries/{id}": ids["call"],
            "/v1/dispatches/{id}": ids["note"],
            "/v1/users/{id}": "omar",
            "/v1/trackers/{handle}": "note",
            "/v1/scripts/{handle}": "tidy",
        }
        read = [door for door in DOORS if door.method == "GET" and door.gives == JSON]
        assert len(read) > 20
        for door in read:
            path = door.path.replace("{name}", "call").replace("{step}", "start")
            path = path.replace("{workflow}", "call")
            for start, name in named.items():
                if path.startswith(start):
                    path = start.split("{")[0] + name + path[len(start) :]
            recipient = path.startswith("/v1/entries") or door.who == "all"
            answer = await (omar if recipient else sam).get(path)
            assert answer.status_code == 200, (path, answer.text)
            told = document["paths"][door.path]["get"]["responses"]["200"]["content"][JSON]
            schema = told["schema"] | {"components": document["components"]}
            found = list(jsonschema_rs.validator_for(schema).iter_errors(answer.json()))
            assert not found, (path, [(str(each), each.instance_path) for each in found])
            assert not _unsaid(told["schema"], answer.json()), (path, answer.text)


def _unsaid(schema: dict[str, Any], value: Any) -> list[str]:
    """Members that the answer has and the document does not know."""
    if schema.get("type") == "array":
        return [name for each in value for name in _unsaid(schema["items"], each)]
    if "properties" not in schema:
        return []
    known: dict[str, Any] = schema["properties"]
    return [
        missing
        for name, member in value.items()
        for missing in ([name] if name not in known else _unsaid(known[name], member))
    ]
