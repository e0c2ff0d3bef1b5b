"""The doors of administrators and of who keeps records: incidents, versions, dispatches, push."""

import json
from typing import Any

import httpx
import pytest

from lockstep_server.outside.vapid import make_keys
from lockstep_server.runtime.clock import new_id

from .conftest import CALL
from .serving import Served

SILENT: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "{{ 1 // 0 }}",
            "scope": "given users [mei]",
            "paths": [{"label": "Again", "step": "start"}],
        },
        "actions": [{"action": "script", "args": "missing"}],
    }
}


async def given(http: httpx.AsyncClient, type: str, **members: Any) -> dict[str, Any]:
    answer = await http.post("/v1/commands", json={"type": type, "id": new_id(), **members})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


async def test_incidents_are_listed_retried_and_dismissed(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam, lockstep.http("mei") as mei:
        assert (await sam.put("/v1/workflows/silent", json=SILENT)).status_code == 201
        [entry] = (await given(mei, "start", workflow="silent"))["entries"]
        found: list[dict[str, Any]] = []
        for _ in range(200):
            found = (await sam.get(f"/v1/incidents?entry={entry}")).json()["incidents"]
            if len(found) == 2:
                break
        script, title = found
        assert "There is no script 'missing'" in script["text"]
        assert script["retry"] is True
        assert (title["pointer"], title["retry"]) == ("/start/step/template", False)
        assert (await mei.get("/v1/incidents")).status_code == 403
        assert (await mei.delete(f"/v1/incidents/{title['id']}")).status_code == 403
        assert (await sam.delete(f"/v1/incidents/{title['id']}")).status_code == 204
        assert (await sam.post(f"/v1/incidents/{title['id']}/retry")).status_code == 404
        body = {"source": "log.info('hello')"}
        assert (await sam.put("/v1/scripts/missing", json=body)).status_code == 201
        assert (await sam.post(f"/v1/incidents/{script['id']}/retry")).status_code == 204
        assert (await sam.get("/v1/incidents")).json() == {"incidents": []}


async def test_a_workflow_is_closed_opened_and_in_use_not_deleted(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam, lockstep.http("omar") as omar:
        await given(omar, "start", workflow="call", data={"who": "A"})
        refused = await sam.delete("/v1/workflows/call")
        assert (refused.status_code, refused.json()["details"]) == (409, {"inUse": True})
        closed = await sam.post("/v1/workflows/call/close")
        assert closed.json() == {"name": "call", "closed": True}
        start = {"type": "start", "id": new_id(), "workflow": "call", "data": {"who": "B"}}
        assert (await omar.post("/v1/commands", json=start)).status_code == 404
        assert (await omar.post("/v1/workflows/call/open")).status_code == 403
        assert (await sam.post("/v1/workflows/call/open")).status_code == 200
        assert (await omar.post("/v1/commands", json=start)).status_code == 200
        assert (await sam.put("/v1/workflows/spare", json=CALL)).status_code == 201
        assert (await sam.delete("/v1/workflows/spare")).status_code == 204
        assert (await sam.get("/v1/workflows/spare")).status_code == 404


async def test_publishing_on_an_old_base_is_a_conflict(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam:
        changed = json.loads(json.dumps(CALL))
        changed["start"]["step"]["name"] = "Fresh"
        first = await sam.put("/v1/workflows/call?base=1", json=changed)
        assert first.status_code == 201
        changed["start"]["step"]["name"] = "Fresher"
        late = await sam.put("/v1/workflows/call?base=1", json=changed)
        assert (late.status_code, late.json()["code"]) == (409, "stale")
        assert late.json()["details"]["hash"] == first.json()["hash"]
        assert (await sam.put("/v1/workflows/call?base=1&dry=1", json=changed)).status_code == 409
        misspelt = await sam.put("/v1/workflows/call?drry=1", json=changed)
        assert (misspelt.status_code, misspelt.json()["details"]) == (400, {"pointer": "/drry"})
        assert (await sam.put("/v1/workflows/call?base=2", json=changed)).status_code == 201


async def test_an_administrator_sees_who_published_which_version(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam, lockstep.http("omar") as omar:
        changed = json.loads(json.dumps(CALL))
        changed["done"]["step"]["paths"] = [{"label": "Again", "step": "start"}]
        assert (await sam.put("/v1/workflows/call", json=changed)).status_code == 201
        second, first = (await sam.get("/v1/workflows/call/versions")).json()["versions"]
        assert (second["version"], second["by"], second["warnings"]) == (2, "sam", 1)
        assert (first["version"], first["by"], first["warnings"]) == (1, "setup", 0)
        [newest] = (await omar.get("/v1/workflows")).json()["workflows"]
        assert {name: newest[name] for name in ("hash", "at", "by")} == {
            name: second[name] for name in ("hash", "at", "by")
        }
        assert (await omar.get("/v1/workflows/call/versions")).status_code == 403
        assert (await sam.get("/v1/workflows/none/versions")).status_code == 404


async def test_the_history_is_exported_as_lines_to_those_who_may_see_it(lockstep: Served) -> None:
    async with lockstep.http("omar") as omar, lockstep.http("dana") as dana:
        [entry] = (await given(omar, "start", workflow="call", data={"who": "A"}))["entries"]
        await given(omar, "choose", entry=entry, step="start", visit=1, path="Claim")
        answer = await omar.get(f"/v1/entries/{entry}/history.jsonl")
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        asked = {"Accept": "application/x-ndjson"}
        assert (await omar.get(f"/v1/entries/{entry}/history", headers=asked)).text == answer.text
        events = [json.loads(line) for line in answer.text.splitlines()]
        assert [event["cause"] for event in events] == ["start", "choose"]
        assert events[1]["facts"][0]["origin"] == "start"
        assert (await dana.get(f"/v1/entries/{entry}/history.jsonl")).status_code == 404
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            changed = await omar.request(method, f"/v1/entries/{entry}/history")
            assert changed.status_code == 405


async def test_a_dispatch_is_read_and_changed(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam, lockstep.http("omar") as omar:
        tracker = {"schema": {"type": "object", "required": ["who"]}, "workflow": "call"}
        assert (await sam.put("/v1/trackers/call", json=tracker)).status_code == 201
        made = await given(omar, "dispatch", tracker="call", data={"who": "A"})
        url = f"/v1/dispatches/{made['dispatch']}"
        changed = await omar.patch(url, json={"data": {"who": "B"}, "taskState": "open"})
        assert changed.status_code == 200
        assert changed.json()["entries"] == made["entries"]
        view = (await omar.get(f"/v1/entries/{made['entries'][0]}")).json()
        assert (view["dispatch"]["data"], view["dispatch"]["taskState"]) == ({"who": "B"}, "open")
        wrong = await omar.patch(url, json={"data": {}})
        assert (wrong.status_code, wrong.json()["details"]["pointer"]) == (400, "/data/who")
        async with lockstep.http("mei") as mei:
            assert (await mei.get(url)).status_code == 404


def subscription(endpoint: str) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "expirationTime": None,
        "keys": {"p256dh": make_keys().public, "auth": "A" * 22},
    }


async def test_a_script_is_put_as_json_or_as_it_is(lockstep: Served) -> None:
    async with lockstep.http("sam") as sam:
        lua = {"Content-Type": "text/x-lua; charset=utf-8"}
        put = await sam.put("/v1/scripts/a", content=b'log.info("\xc3\xa9")', headers=lua)
        assert (put.status_code, put.json()["source"]) == (201, 'log.info("é")')
        wrong = await sam.put("/v1/scripts/a", json={"source": "if then"})
        assert (wrong.status_code, wrong.json()["details"]["line"]) == (400, 1)
        assert (await sam.put("/v1/scripts/a", content=b"\xff", headers=lua)).status_code == 400


async def test_browsers_register_for_pushes(lockstep: Served) -> None:
    async with lockstep.http("omar") as omar, lockstep.http("mei") as mei:
        key = (await omar.get("/v1/push")).json()["publicKey"]
        assert key == (await mei.get("/v1/push")).json()["publicKey"]
        assert len(key) == 87
        body = subscription("https://push.example.org/a")
        assert (await omar.post("/v1/push/subscriptions", json=body)).status_code == 201
        # Signing in as somebody else in the same browser takes it over.
        assert (await mei.post("/v1/push/subscriptions", json=body)).status_code == 201
        forget = {"endpoint": body["endpoint"]}
        gone = await mei.request("DELETE", "/v1/push/subscriptions", json=forget)
        assert gone.status_code == 204


@pytest.mark.parametrize(
    "endpoint",
    ["https://127.0.0.1/x", "http://push.example.org/x", "https://[::1]/", "ftp://a/", "nonsense"],
)
async def test_a_push_address_inside_the_house_is_refused(lockstep: Served, endpoint: str) -> None:
    async with lockstep.http("omar") as omar:
        answer = await omar.post("/v1/push/subscriptions", json=subscription(endpoint))
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


async def test_rooms_come_with_the_snapshot_and_live(lockstep: Served) -> None:
    meeting = json.loads(json.dumps(CALL))
    meeting["start"]["step"]["paths"][0]["behavior"] = "meet"
    meeting["start"]["behaviors"] = [
        {"handle": "meet", "behavior": "managedChat", "target": "$all", "fields": "pumps"}
    ]
    async with lockstep.http("sam") as sam:
        assert (await sam.put("/v1/workflows/meeting", json=meeting)).status_code == 201
    async with lockstep.session("omar") as omar, lockstep.session("mei") as mei:
        await mei.hear("snapshot")
        reply = await omar.command("start", workflow="meeting", data={"who": "A"})
        [entry] = reply["result"]["entries"]
        reply = await omar.command("choose", entry=entry, step="start", visit=1, path="Claim")
        assert reply["result"]["room"] == "pumps"
        assert (await mei.hear("room"))["room"]["members"]["ids"] == ["mei", "omar"]
        assert (await mei.command("say", room="pumps", body="Hi"))["result"] == {"m": 1}
        assert (await omar.hear("chat"))["room"] == "pumps"
    async with lockstep.session("omar") as omar:
        snapshot = await omar.hear("snapshot")
        [room] = snapshot["rooms"]
        assert (room["id"], room["chat"]["last"]["body"]) == ("pumps", "Hi")
