"""A server with the directory and workflows of ``tests/workflows``, for the seed page's tests."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lockstep_server.config import Settings
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.app import build
from tests.web.serving import Served, serving

WORKFLOWS = Path(__file__).parents[1] / "workflows"
DIRECTORY: dict[str, Any] = json.loads((WORKFLOWS / "directory.json").read_text())


class House(Served):
    """The server, with what its tests ask of it."""

    async def publish(self, name: str, document: dict[str, Any]) -> None:
        async with self.http("sam") as sam:
            answer = await sam.put(f"/v1/workflows/{name}", json=document)
            assert answer.status_code == 201, answer.text

    async def see(self, user: str) -> list[dict[str, Any]]:
        """The entries in the inbox of ``user``, by title."""
        async with self.http(user) as http:
            pages = (await http.get("/v1/inbox")).json()
        entries = [entry for page in pages for entry in page["entries"] if "guest" not in entry]
        return sorted(entries, key=lambda entry: str(entry["title"]))

    async def do(self, user: str, type: str, /, **members: Any) -> dict[str, Any]:
        """The result of a command."""
        answer = await self.try_to(user, type, **members)
        assert answer["type"] == "reply", answer
        result: dict[str, Any] = answer["result"]
        return result

    async def try_to(self, user: str, type: str, /, **members: Any) -> dict[str, Any]:
        """The answer to a command."""
        async with self.http(user) as http:
            body = {"type": type, "id": new_id(), **members}
            answer: dict[str, Any] = (await http.post("/v1/commands", json=body)).json()
            return answer

    async def choose(self, user: str, path: str, **members: Any) -> dict[str, Any]:
        """Take a path in the only entry that ``user`` has."""
        [entry] = await self.see(user)
        at = {"entry": entry["id"], "step": entry["step"], "visit": entry["visit"]}
        return await self.do(user, "choose", path=path, **at, **members)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(demo=True, db=str(tmp_path / "lockstep.db"), commands_burst=1000).checked()
    app = build(settings)
    async with serving(app) as served:
        admin = app.state.runtime.admin
        for user in DIRECTORY["users"]:
            await admin.put_user(user["id"], user, "setup")
        for tracker in DIRECTORY["trackers"]:
            body = {name: value for name, value in tracker.items() if name != "handle"}
            await admin.put_record("tracker", tracker["handle"], body, "setup")
        house = House(int(served.host.rpartition(":")[2]))
        yield house
