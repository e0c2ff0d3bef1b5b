"""A whole server on a temporary database, with three people and one workflow."""

import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from lockstep_server.config import Settings
from lockstep_server.web.app import build

from .serving import Served, serving

SECRET = "s" * 32

CALL: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "nameStyle": "info",
            "template": "Call of {{ data.who }}",
            "scope": "given groups [team]",
            "paths": [{"label": "Claim", "step": "claimed"}],
        }
    },
    "claimed": {
        "step": {
            "name": "Claimed",
            "description": "{{ source.name }} is on the way",
            "scope": "$all",
            "paths": [{"label": "Finish", "step": "done"}],
        },
        "actions": [{"action": "lock", "scope": "$all"}],
    },
    "done": {
        "step": {"name": "Done", "scope": "$all", "status": "retired"},
        "actions": [{"action": "unlock", "scope": "$all"}],
    },
}

USERS: dict[str, dict[str, Any]] = {
    "omar": {"name": "Omar", "groups": ["team"]},
    "mei": {"name": "Mei", "groups": ["team"]},
    "dana": {"name": "Dana"},
    "sam": {"name": "Sam", "roles": ["admin"]},
}


@pytest.fixture
async def empty(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Served]:
    """A server that knows nobody but administrators with a token."""
    settings = Settings(demo=True, jwt_secret=SECRET, db=str(tmp_path / "lockstep.db")).checked()
    async with serving(build(settings)) as served:
        yield served
    loud = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert loud == []


@pytest.fixture
async def lockstep(empty: Served) -> Served:
    """A server with people and the workflow ``call``."""
    async with empty.http(token=admin_token()) as http:
        for id, body in USERS.items():
            assert (await http.put(f"/v1/users/{id}", json=body)).status_code == 201
        assert (await http.put("/v1/workflows/call", json=CALL)).status_code == 201
    return empty


def admin_token() -> str:
    """A token of a program that administers."""
    claims = {"sub": "setup", "exp": time.time() + 600, "roles": ["admin"]}
    return jwt.encode(claims, SECRET, "HS256")
