"""Nothing that a client, a script or a fault says gets into the log, whatever goes wrong."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from lockstep_server.config import Settings
from lockstep_server.log import logging_to
from lockstep_server.store.interface import StoreFailed
from lockstep_server.store.memory import MemoryStore
from lockstep_server.web.app import build
from tests.outside.receiver import receiving

from . import issuer
from .conftest import SECRET, admin_token
from .serving import Served, serving, until

M = "xyzzy-marker"
"""Stands in everything that is said here."""

FLOW: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "{{ data.who }}",
            "scope": "given groups [team]",
            "paths": [{"label": "Go", "step": "going"}],
        }
    },
    "going": {
        "step": {"name": "Going", "scope": "$all", "paths": [{"label": "Go", "step": "going"}]},
        "actions": [
            {"action": "script", "args": {"handle": "robot", "body": {"a": "{{ who }}"}}},
            {"action": "notify", "scope": "$all", "args": "{{ who }}"},
        ],
    },
}


class Faulty(MemoryStore):
    """A store with faults whose words quote what came in."""

    fault: Exception | None = None

    async def messages(self, *given: Any, **more: Any) -> Any:
        if self.fault is not None:
            raise self.fault
        return await super().messages(*given, **more)


@pytest.fixture
async def said() -> AsyncIterator[io.StringIO]:
    """All that is logged, at debug."""
    stream = io.StringIO()
    with logging_to(stream, level="debug"):
        yield stream


async def furnish(served: Served) -> str:
    async with served.http(token=admin_token()) as admin:
        user = {"name": M, "groups": ["team"], "labels": [M]}
        script = {"source": "error('" + M + "' .. param('payload').who)"}
        for url, body in (
            ("users/omar", user),
            ("workflows/call", FLOW),
            ("scripts/robot", script),
        ):
            answer = await admin.put(f"/v1/{url}", json=body)
            assert answer.is_success, answer.text
        key = {"user": "omar", "name": M, "scopes": ["read"]}
        made = await admin.post("/v1/keys", json=key)
        secret: str = made.json()["key"]
        return secret


async def talk_of_it(served: Served) -> None:
    async with served.session("omar", user_agent_header=M) as omar:
        await omar.hear("snapshot")
        reply = await omar.command("start", workflow="call", data={"who": M, "more": [M]})
        [entry] = reply["result"]["entries"]
        await omar.command("say", entry=entry, body=M, data={"a": M})
        go = {"entry": entry, "step": "start", "visit": 1, "path": "Go"}
        assert (await omar.command("choose", **go, data={"form": M}))["type"] == "reply"
        assert (await omar.command("choose", **go | {"path": M}))["type"] == "refusal"
        await omar.say({"type": "typing", "entry": "none", "on": True})
        for wrong in (f"{{{M}", f'"{M}"', json.dumps({"type": M, M: M}), M.encode() + b"\xff"):
            await omar.socket.send(wrong)
            assert (await omar.hear("refusal"))["code"] == "invalid"
    for token in (M, f"lsk_{M}", f"{M}.{M}.{M}", issuer.fresh("omar", key=M * 4)):
        async with served.socket() as talk:
            await talk.say({"type": "hello", "token": token})
            assert (await talk.hear())["code"] == "unauthorized"
    async with served.socket() as talk:
        await talk.say({"type": "hello", "token": issuer.fresh("omar"), M: M})
        assert (await talk.hear())["code"] == "invalid"
    async with served.http("omar") as http:
        for content in (M, json.dumps({"type": M}), json.dumps({"type": "get", "id": M})):
            assert (await http.post(f"/v1/commands?{M}", content=content)).status_code == 400
        assert (await http.get("/v1/inbox", params={"since": M})).status_code == 400
        await http.put("/v1/users/omar", json={M: M})


async def test_nothing_that_was_said_is_in_the_log(said: io.StringIO) -> None:
    async with receiving() as receiver:
        receiver.status, receiver.body = 500, M.encode()
        store = Faulty()
        settings = Settings(
            demo=True,
            jwt_secret=SECRET,
            db=":memory:",
            webhook_url=receiver.url(path=f"/{M}"),
            webhook_secret=f"whsec_{'c2VjcmV0' * 4}",
        ).checked()
        app = build(settings, store=store)
        async with serving(app) as served:
            secret = await furnish(served)
            async with served.http(token=secret) as robot:
                assert (await robot.get("/v1/inbox")).status_code == 200
            await talk_of_it(served)
            await until(lambda: said.getvalue().count("an effect failed") >= 2)
            # Faults of our own, in a command, in a request, and where nobody waits.
            async with served.http("omar") as http, served.session("omar") as omar:
                entry = (await http.get("/v1/inbox")).json()[0]["entries"][0]["id"]
                await omar.hear("snapshot")
                for fault in (ValueError(M), StoreFailed("full"), KeyError({M: M})):
                    store.fault = fault
                    answer = await omar.command("messages", entry=entry)
                    assert answer["code"] in ("internal", "unavailable")
                    assert (await http.get(f"/v1/entries/{entry}/messages")).status_code >= 500
            loop = asyncio.get_running_loop()

            def fail(what: str) -> None:
                raise ValueError(what)

            loop.call_soon(fail, M)
            await until(lambda: "Exception in callback" in said.getvalue())
    text = said.getvalue()
    for line in ("a command failed", "ValueError", "start: done", "signed in"):
        assert line in text, line
    leaks = [line for line in text.splitlines() if M in line or secret in line]
    assert leaks == []
    assert admin_token()[:20] not in text
    assert SECRET not in text
