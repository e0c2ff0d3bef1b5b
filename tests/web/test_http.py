"""The HTTP doors with everything behind them."""

import time
from datetime import datetime
from typing import Any

import pytest

from lockstep_protocol.ids import uuid7
from lockstep_server.runtime.clock import new_id

from .conftest import CALL, admin_token
from .serving import Served


def start(**members: Any) -> dict[str, Any]:
    return {"type": "start", "id": new_id(), "workflow": "call", "data": {"who": "Ann"}} | members


async def test_a_definition_is_published_once_and_read_in_each_version(empty: Served) -> None:
    async with empty.http(token=admin_token()) as http:
        dry = await http.put("/v1/workflows/call?dry=1", json=CALL)
        assert dry.status_code == 200
        assert (await http.get("/v1/workflows/call")).status_code == 404
        first = await http.put("/v1/workflows/call", json=CALL)
        assert (first.status_code, first.json()["version"]) == (201, 1)
        assert set(first.json()) == {"name", "version", "hash", "definition", "findings"}
        again = await http.put("/v1/workflows/call", json=CALL)
        assert (again.status_code, again.json()["hash"]) == (200, first.json()["hash"])
        changed = CALL | {"done": {"step": {"name": "Over", "status": "retired", "scope": "$all"}}}
        second = await http.put("/v1/workflows/call", json=changed)
        assert (second.status_code, second.json()["version"]) == (201, 2)
        old = (await http.get("/v1/workflows/call", params={"version": 1})).json()
        assert old["definition"]["done"]["step"]["name"] == "Done"
        assert (await http.get("/v1/workflows/call")).json()["version"] == 2
        listed = (await http.get("/v1/workflows")).json()["workflows"]
        assert [(one["name"], one["version"]) for one in listed] == [("call", 2)]
        for unknown in ("/v1/workflows/none", "/v1/workflows/call?version=3"):
            answer = await http.get(unknown)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_workflow")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"start":{"step":{"paths":[{"step":"x"}]}}}']
)
async def test_a_wrong_definition_comes_back_with_its_findings(empty: Served, body: bytes) -> None:
    async with empty.http(token=admin_token()) as http:
        answer = await http.put("/v1/workflows/call", content=body)
        assert answer.status_code == 422
        errors = [one for one in answer.json()["findings"] if one["severity"] == "error"]
        assert errors
        assert all({"code", "pointer", "text"} <= set(error) for error in errors)
        assert (await http.get("/v1/workflows")).json()["workflows"] == []


async def test_users_are_kept_found_and_deleted(lockstep: Served) -> None:
    async with lockstep.http("sam") as http:
        assert (await http.get("/v1/users/omar")).json()["name"] == "Omar"
        changed = await http.put("/v1/users/omar", json={"name": "Omar H.", "groups": ["team"]})
        assert (changed.status_code, changed.json()["name"]) == (200, "Omar H.")
        found = await http.get("/v1/users", params={"query": "given groups [team]"})
        assert sorted(user["id"] for user in found.json()["users"]) == ["mei", "omar"]
        assert len((await http.get("/v1/users")).json()["users"]) == 4
        wrong = await http.get("/v1/users", params={"query": "given nonsense"})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")
        assert (await http.delete("/v1/users/dana")).status_code == 204
        assert (await http.delete("/v1/users/dana")).status_code == 404
        assert (await http.get("/v1/users/dana")).status_code == 404
        bad = await http.put("/v1/users/dana", json={"name": 3})
        assert (bad.status_code, bad.json()["code"]) == (400, "invalid")


async def test_trackers_and_scripts(lockstep: Served) -> None:
    tracker = {"schema": {"type": "object", "required": ["who"]}, "workflow": "call"}
    async with lockstep.http("sam") as sam, lockstep.http("omar") as omar:
        assert (await sam.put("/v1/trackers/visit", json=tracker)).status_code == 201
        assert (await sam.put("/v1/trackers/visit", json=tracker)).status_code == 200
        assert (await omar.get("/v1/trackers/visit")).json()["workflow"] == "call"
        assert len((await omar.get("/v1/trackers")).json()["trackers"]) == 1
        wrong = await sam.put("/v1/trackers/bad", json={"schema": {"type": "nonsense"}})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")
        assert (await sam.put("/v1/scripts/s", json={"source": "return"})).status_code == 201
        assert (await sam.get("/v1/scripts/s")).json()["source"] == "return"
        assert (await omar.get("/v1/scripts/s")).status_code == 403
        dispatch = {"type": "dispatch", "id": new_id(), "tracker": "visit", "data": {}}
        refused = (await omar.post("/v1/commands", json=dispatch)).json()
        assert refused["details"]["pointer"] == "/data/who"


async def test_the_demo_says_who_may_sign_in(lockstep: Served) -> None:
    async with lockstep.http() as http:
        users = (await http.get("/v1/demo")).json()["users"]
    assert {user["id"]: user["token"] for user in users}["omar"] == "demo:omar"


async def test_a_whole_entry_over_http(lockstep: Served) -> None:
    async with (
        lockstep.http("omar") as omar,
        lockstep.http("mei") as mei,
        lockstep.http("dana") as dana,
    ):
        command = start()
        reply = await omar.post("/v1/commands", json=command)
        assert (reply.status_code, reply.json()["type"]) == (200, "reply")
        (entry,) = reply.json()["result"]["entries"]
        again = await omar.post("/v1/commands", json=command)
        assert again.json()["result"] == reply.json()["result"]
        reused = await omar.post("/v1/commands", json=command | {"data": {"who": "Bob"}})
        assert (reused.status_code, reused.json()["code"]) == (409, "id_reused")

        read = await mei.get("/v1/inbox")
        epoch = read.headers["lockstep-position"].rpartition(":")[0]
        (snapshot,) = read.json()
        (view,) = snapshot["entries"]
        assert (view["id"], view["title"], view["step"]) == (entry, "Call of Ann", "start")
        assert (await mei.get(f"/v1/entries/{entry}")).json() == view
        assert (await dana.get(f"/v1/entries/{entry}")).status_code == 404
        assert (await dana.get("/v1/entries/none")).json()["code"] == "not_found"

        choice = {"type": "choose", "entry": entry, "step": "start", "visit": 1, "path": "Claim"}
        assert (await mei.post("/v1/commands", json=choice | {"id": new_id()})).status_code == 200
        late = await omar.post("/v1/commands", json=choice | {"id": new_id()})
        assert (late.status_code, late.json()["code"]) == (409, "stale")
        assert late.json()["details"]["by"] == "mei"
        assert late.json()["entry"]["step"] == "claimed"
        say = {"type": "say", "id": new_id(), "entry": entry, "body": "On my way"}
        assert (await mei.post("/v1/commands", json=say)).json()["result"] == {"m": 1}

        since = f"{epoch}:{snapshot['n']}"
        missed = (await omar.get("/v1/inbox", params={"since": since})).json()
        assert [message["type"] for message in missed] == ["entry", "chat", "position"]
        assert missed[0]["entry"]["locked"]["by"] == ["mei"]
        events = (await omar.get(f"/v1/entries/{entry}/history")).json()["events"]
        assert [event["by"] for event in events][-2:] == ["mei", "omar"]
        messages = (await omar.get(f"/v1/entries/{entry}/messages")).json()["messages"]
        assert [message["body"] for message in messages] == ["On my way"]
        people = (await omar.get(f"/v1/entries/{entry}/people")).json()["people"]
        assert sorted(person["id"] for person in people) == ["mei", "omar"]
        assert [people[0][name] for name in ("step", "visit", "status")] == ["claimed", 2, "active"]
        assert people[0]["since"] == events[1]["at"]
        assert (await dana.get(f"/v1/entries/{entry}/people")).status_code == 404
        assert (await dana.get(f"/v1/entries/{entry}/history")).status_code == 404
        say |= {"id": new_id(), "body": "@dana comes along"}
        assert (await mei.post("/v1/commands", json=say)).status_code == 200
        guest = (await dana.get(f"/v1/entries/{entry}/people")).json()["people"]
        assert guest == [{name: person[name] for name in ("id", "name")} for person in people]


async def test_a_trial_that_is_misspelt_publishes_nothing(empty: Served) -> None:
    async with empty.http(token=admin_token()) as http:
        for dry, status in (("true", 200), ("yes", 200), ("on", 400), ("", 400), ("2", 400)):
            answer = await http.put(f"/v1/workflows/call?dry={dry}", json=CALL)
            assert answer.status_code == status
            if status == 400:
                assert answer.json()["details"] == {"pointer": "/dry"}
        assert (await http.get("/v1/workflows")).json()["workflows"] == []
        assert (await http.put("/v1/workflows/call?dry=0", json=CALL)).status_code == 201


async def test_a_wrong_number_is_told_its_bounds(empty: Served) -> None:
    async with empty.http(token=admin_token()) as http:
        for limit in ("x", "-1", "0", "201", "9" * 30, "%C2%B2"):
            answer = await http.get(f"/v1/incidents?limit={limit}")
            assert answer.status_code == 400
            assert answer.json()["message"] == "limit is a whole number between 1 and 200."


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("users/n", {"name": 5}, "/name"),
        ("users/n", {"groups": ["a", 1]}, "/groups/1"),
        ("trackers/n", {}, "/schema"),
        ("trackers/n", {"schema": {}, "workflow": 7}, "/workflow"),
        ("trackers/n", {"schema": {}, "displai": "x"}, "/displai"),
        ("trackers/n", {"schema": {}, "display": "{{ who"}, "/display"),
        ("scripts/n", {"source": 5}, "/source"),
    ],
)
async def test_what_is_wrong_in_a_record_has_its_place(
    empty: Served, path: str, body: dict[str, Any], pointer: str
) -> None:
    async with empty.http(token=admin_token()) as http:
        answer = await http.put(f"/v1/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert answer.json()["details"]["pointer"] == pointer
        assert "$" not in answer.json()["message"]
        assert (await http.get(f"/v1/{path}")).status_code == 404


@pytest.mark.door("age", "socket", "http")
async def test_an_id_of_another_time_is_refused_at_every_door(lockstep: Served) -> None:
    now = time.time()
    ids = {
        "expired": (uuid7(round((now - 49 * 3600) * 1000), bytes(10)), 410),
        "invalid": (uuid7(round((now + 2 * 3600) * 1000), bytes(10)), 400),
    }
    async with lockstep.http("omar") as omar, lockstep.session("omar") as socket:
        welcome = await socket.hear("welcome")
        assert abs(datetime.fromisoformat(welcome["time"]).timestamp() - now) < 60
        for code, (id, status) in ids.items():
            answer = await omar.post("/v1/commands", json=start() | {"id": id})
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            said = await socket.command(**(start() | {"id": id}))
            assert (said["type"], said["code"]) == ("refusal", code)
