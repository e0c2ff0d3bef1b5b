"""The doors by which administrators see what runs: steps, what is stuck, runs of scripts."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from lockstep_protocol.limits import PAGE_ITEMS
from lockstep_server.runtime.clock import new_id

from .conftest import admin_token
from .serving import Served

TOLD: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "Told",
            "scope": "$source",
            "paths": [{"label": "Again", "step": "start"}],
        },
        "actions": [{"action": "script", "args": {"handle": "tell", "body": {"n": 1}}}],
    }
}

DOORS = (
    ("GET", "/v1/running"),
    ("GET", "/v1/running/stuck"),
    ("GET", "/v1/running/call/start"),
    ("GET", "/v1/scripts/tell/runs"),
    ("POST", "/v1/scripts/tell/try"),
    ("GET", "/v1/revocations"),
)


async def given(http: httpx.AsyncClient, type: str, **members: Any) -> dict[str, Any]:
    answer = await http.post("/v1/commands", json={"type": type, "id": new_id(), **members})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


async def until(look: Callable[[], Awaitable[list[Any]]], count: int) -> list[Any]:
    for _ in range(500):
        if len(found := await look()) >= count:
            return found
    raise AssertionError(f"{count} were awaited, and there are {found}")


@pytest.mark.parametrize(("method", "url"), DOORS)
async def test_they_are_for_administrators_with_a_key_for_that(
    lockstep: Served, method: str, url: str
) -> None:
    async with lockstep.http("omar") as omar, lockstep.http(token=admin_token()) as admin:
        assert (await omar.request(method, url)).status_code == 403
        body = {"user": "sam", "name": "reads", "scopes": ["read", "act"]}
        key = (await admin.post("/v1/keys", json=body)).json()["key"]
    async with lockstep.http(token=key) as program:
        answer = await program.request(method, url)
        assert (answer.status_code, "`admin`" in answer.json()["message"]) == (403, True)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (f"/v1/running/call/start?limit={PAGE_ITEMS + 1}", "/limit"),
        ("/v1/running/stuck?limit=0", "/limit"),
        (f"/v1/scripts/tell/runs?limit={PAGE_ITEMS + 1}", "/limit"),
        ("/v1/running?stuck=0", "/stuck"),
        ("/v1/running?stuk=9", "/stuk"),
        ("/v1/running/call/start?after=yesterday", "/after"),
        ("/v1/running/call/start?version=0", "/version"),
    ],
)
async def test_what_is_asked_for_is_bounded_and_named(
    lockstep: Served, url: str, place: str
) -> None:
    async with lockstep.http("sam") as sam:
        answer = await sam.get(url)
        assert (answer.status_code, answer.json()["details"]["pointer"]) == (400, place)


async def test_what_is_under_way_is_told_by_step(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam, lockstep.http("omar") as omar:
        assert (await sam.get("/v1/running")).json()["steps"] == []
        entries = []
        for who in "ABC":
            started = await given(omar, "start", workflow="call", data={"who": who})
            entries += started["entries"]
        visit = (await omar.get(f"/v1/entries/{entries[0]}")).json()["visit"]
        at = {"entry": entries[0], "step": "start", "visit": visit}
        await given(omar, "choose", **at, path="Claim")
        claimed, start = (await sam.get("/v1/running")).json()["steps"]
        assert (claimed["step"], claimed["name"], claimed["entries"]) == ("claimed", "Claimed", 1)
        assert claimed["locked"] == 1
        assert (start["entries"], start["nameStyle"], start["version"]) == (2, "info", 1)
        assert start["oldest"] <= start["median"]
        assert "stuck" not in start
        first = (await sam.get("/v1/running/call/start?limit=1")).json()
        [one] = first["entries"]
        assert (one["entry"], one["title"], one["userCount"]) == (entries[1], "Call of B", 2)
        assert [user["name"] for user in one["users"]] == ["Mei", "Omar"]
        second = (await sam.get(f"/v1/running/call/start?limit=2&after={first['after']}")).json()
        assert ([each["entry"] for each in second["entries"]], "after" in second) == (
            [entries[2]],
            False,
        )
        [held] = (await sam.get("/v1/running/call/claimed?version=1")).json()["entries"]
        assert [user["id"] for user in held["lockedBy"]] == ["omar"]
        assert (await sam.get("/v1/running/nothing/start")).status_code == 404


async def test_a_run_of_a_script_is_kept_with_what_it_wrote(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam, lockstep.http("omar") as omar:

        async def runs() -> list[Any]:
            found: list[Any] = (await sam.get("/v1/scripts/tell/runs")).json()["runs"]
            return found

        async def incidents() -> list[Any]:
            found: list[Any] = (await sam.get("/v1/incidents")).json()["incidents"]
            return found

        source = "log.info('for', param('userId'))\nerror('no')"
        await sam.put("/v1/scripts/tell", json={"source": source})
        await sam.put("/v1/workflows/told", json=TOLD)
        [entry] = (await given(omar, "start", workflow="told"))["entries"]
        [failed] = await until(runs, 1)
        assert (failed["entry"], failed["title"], failed["user"]) == (entry, "Told", "omar")
        assert (failed["ok"], failed["step"], failed["log"]) == (False, "start", ["for omar"])
        assert "line 2" in failed["text"]
        [incident] = await until(incidents, 1)
        assert incident["script"] == "tell"
        stuck = (await sam.get("/v1/running/stuck")).json()
        assert [(each["entry"], each["why"]) for each in stuck["entries"]] == [(entry, ["failed"])]
        mended = {"source": "log.info('mended')\nchat('hello')"}
        assert (await sam.put("/v1/scripts/tell", json=mended)).status_code == 200
        assert (await sam.post(f"/v1/incidents/{incident['id']}/retry")).status_code == 204
        done, _ = await until(runs, 2)
        assert (done["ok"], done["log"], done["text"]) == (True, ["mended"], "1 intent")
        page = (await sam.get("/v1/scripts/tell/runs?limit=1")).json()
        older = (await sam.get(f"/v1/scripts/tell/runs?before={page['before']}")).json()
        assert [run["n"] for run in older["runs"]] == [failed["n"]]


async def test_a_script_is_tried_and_nothing_of_it_is_done(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam:
        source = "log.info(param('userId'))\ntask(param('body').state)\nreturn 7"
        await sam.put("/v1/scripts/tell", json={"source": source})
        params = {"userId": "mei", "body": {"state": "done"}}
        told = (await sam.post("/v1/scripts/tell/try", json={"params": params})).json()
        assert (told["log"], told["value"], len(told["intents"])) == (["mei"], 7, 1)
        wrong = {"source": "local x = nil\nreturn x.y"}
        told = (await sam.post("/v1/scripts/tell/try", json=wrong)).json()
        assert (told["error"]["kind"], told["error"]["line"]) == ("runtime", 2)
        # What was tried is not stored, and needs no script to be there.
        assert (await sam.get("/v1/scripts/tell")).json()["source"] == source
        assert (await sam.post("/v1/scripts/new/try", json=wrong)).status_code == 200
        assert (await sam.post("/v1/scripts/new/try")).status_code == 404
        unknown = await sam.post("/v1/scripts/tell/try", json={"params": {"who": 1}})
        assert unknown.json()["details"]["pointer"] == "/params/who"
        assert (await sam.get("/v1/scripts/tell/runs")).json() == {"runs": []}


async def test_all_revocations_are_listed(lockstep: Served) -> None:
    async with lockstep.http(token=admin_token()) as admin:
        assert (await admin.get("/v1/revocations")).json() == {"revocations": []}
        await admin.post("/v1/users/mei/revoke", json={"reason": "lost the laptop"})
        [told] = (await admin.get("/v1/revocations")).json()["revocations"]
        assert (told["user"], told["by"], told["reason"]) == ("mei", "setup", "lost the laptop")
        await admin.post("/v1/users/mei/revoke", json={"lift": True})
        assert (await admin.get("/v1/revocations")).json() == {"revocations": []}
