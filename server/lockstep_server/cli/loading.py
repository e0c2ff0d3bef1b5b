"""Filling a demo's server through its own HTTP door, as any administrator would."""

import asyncio
import time
from types import TracebackType
from typing import Any, Self

import httpx
import jwt
import msgspec

from lockstep_client import new_id
from lockstep_server.config import Settings

from .folder import Folder, read_object
from .remote import refusal_text, segment
from .trouble import Trouble

AT_ONCE = 16
"""Requests under way together, so that a large directory shares the disk's writes."""
TOKEN_SECONDS = 3600
PATIENCE = 30.0
"""Seconds that a busy server is asked again."""


class Loader:
    """Brings the server's users, trackers, workflows and scripts to what the folder has.

    What is there already and equal is left alone; nothing is taken away.
    """

    def __init__(self, url: str, settings: Settings, folder: Folder) -> None:
        self._folder = folder
        headers = {"Authorization": f"Bearer {_token(settings, folder)}"}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def load(self) -> None:
        """Load everything. Raises ``Trouble`` with the first thing that is refused."""
        folder = self._folder
        # The administrator alone first: signing in with an unknown name makes that user.
        users = sorted(folder.users, key=lambda user: user["id"] != folder.administrator)
        await self._bring("users", users[0]["id"], users[0])
        await self._together("users", {user["id"]: user for user in users[1:]})
        for name, file in folder.workflows.items():
            await self._put(f"/v1/workflows/{segment(name)}", file.read_bytes(), str(file))
        await self._together("trackers", {one["handle"]: one for one in folder.trackers})
        scripts = {name: {"source": file.read_text()} for name, file in folder.scripts.items()}
        await self._together("scripts", scripts)

    async def _together(self, kind: str, records: dict[str, dict[str, Any]]) -> None:
        await asyncio.gather(*(self._bring(kind, id, record) for id, record in records.items()))

    async def _bring(self, kind: str, id: str, record: dict[str, Any]) -> None:
        url_path = f"/v1/{kind}/{segment(id)}"
        async with self._turns:
            there = await self._http.get(url_path)
            if there.is_success and _same(there.json(), record):
                return
            await self._put(url_path, msgspec.json.encode(record), f"{kind} {id}")

    async def _put(self, url_path: str, body: bytes, what: str) -> None:
        headers = {"Content-Type": "application/json"}
        answer = await self._http.put(url_path, content=body, headers=headers)
        if not answer.is_success:
            raise Trouble(f"{what} could not be loaded: {refusal_text(answer)}")


async def start_samples(url: str, folder: Folder) -> None:
    """Start one of each bundled workflow. Their keys make that happen once a database."""
    if not {"dana", "ruth"} <= {user["id"] for user in folder.users}:
        return
    service_call = {"subject": "Boiler without pressure", "address": "12 Harbour Street"}
    commands: list[dict[str, Any]] = [
        {
            "type": "dispatch",
            "tracker": "service-request",
            "serviceId": "demo-service-call",
            "data": {**service_call, "visitTracker": "visit"},
        },
        {
            "type": "dispatch",
            "tracker": "incident",
            "serviceId": "demo-incident",
            "data": {"system": "Payments", "severity": 1, "roomId": "payments-outage"},
        },
        {
            "type": "start",
            "workflow": "expense",
            "to": ["ruth"],
            "key": "demo-expense",
            "data": read_object(folder.samples["expense"]),
        },
    ]
    headers = {"Authorization": "Bearer demo:dana"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE) as http:
        for command in commands:
            answer = await http.post("/v1/commands", json={**command, "id": new_id()})
            if not answer.is_success:
                raise Trouble(f"The demo's samples could not start: {refusal_text(answer)}")


def _same(there: Any, record: dict[str, Any]) -> bool:
    return isinstance(there, dict) and all(
        there.get(name) == value or (not value and not there.get(name))
        for name, value in record.items()
    )


def _token(settings: Settings, folder: Folder) -> str:
    claims: dict[str, Any] = {
        "sub": folder.administrator,
        "exp": int(time.time()) + TOKEN_SECONDS,
        "roles": ["admin"],
    }
    if settings.jwt_audience is not None:
        claims["aud"] = settings.jwt_audience
    if settings.jwt_issuer is not None:
        claims["iss"] = settings.jwt_issuer
    return jwt.encode(claims, settings.jwt_secret or "", algorithm="HS256")
