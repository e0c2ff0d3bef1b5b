"""The same checks at both doors of a user: what is refused on a socket is refused over HTTP."""

import time
from pathlib import Path
from typing import Any

import pytest

from lockstep_protocol.limits import CHAT_BODY_BYTES, ENTRY_DATA_BYTES
from lockstep_server.config import Settings
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.app import build

from . import issuer
from .conftest import SECRET, admin_token
from .serving import Message, Served, serving

both = pytest.mark.parametrize("door", ["socket", "http"])
HALF = "x" * (ENTRY_DATA_BYTES // 2 + 1000)
FORM: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "A job",
            "scope": "given groups [team]",
            "paths": [{"label": "Done", "step": "done", "behavior": "report"}],
        },
        "behaviors": [{"handle": "report", "behavior": "form", "fields": "report"}],
    },
    "done": {"step": {"name": "Done", "scope": "$all"}},
}


async def ask(served: Served, door: str, user: str, type: str, **members: Any) -> Message:
    """The answer to a command that ``user`` gives over ``door``."""
    if door == "socket":
        async with served.session(user) as talk:
            await talk.hear("snapshot")
            return await talk.command(type, **members)
    async with served.http(user) as http:
        answer = await http.post("/v1/commands", json={"type": type, "id": new_id()} | members)
        said: Message = answer.json()
        return said


async def started(served: Served, **more: Any) -> str:
    members: dict[str, Any] = {"workflow": "call", "data": {"who": "Ann"}} | more
    reply = await ask(served, "http", "omar", "start", **members)
    entry: str = reply["result"]["entries"][0]
    return entry


def claim(entry: str, **more: Any) -> Message:
    return {"entry": entry, "step": "start", "visit": 1, "path": "Claim"} | more


@both
@pytest.mark.door("expired", "http", "socket")
async def test_a_token_that_is_over(lockstep: Served, door: str) -> None:
    old = issuer.fresh("omar", seconds=-120)
    if door == "http":
        async with lockstep.http(token=old) as http:
            assert (await http.get("/v1/inbox")).json()["code"] == "unauthorized"
    else:
        async with lockstep.socket() as talk:
            await talk.say({"type": "hello", "token": old})
            assert (await talk.hear())["code"] == "unauthorized"


@both
@pytest.mark.door("hidden", "http", "socket")
async def test_who_has_no_part_in_an_entry_finds_none(lockstep: Served, door: str) -> None:
    entry = await started(lockstep)
    await ask(lockstep, "http", "omar", "say", entry=entry, body="x")
    await ask(lockstep, "http", "omar", "lock", entry=entry)
    about: dict[str, Message] = {
        "get": {},
        "choose": {"step": "start", "visit": 1, "path": "Claim"},
        "lock": {},
        "unlock": {},
        "ask": {},
        "say": {"body": "x"},
        "edit": {"m": 1, "body": "x"},
        "delete": {"m": 1},
        "status": {"status": "retired"},
        "history": {},
        "messages": {},
    }
    for type, members in about.items():
        told = [
            await ask(lockstep, door, "dana", type, **members, entry=each)
            for each in (entry, "none")
        ]
        for refusal in told:
            assert refusal.pop("id")
            assert refusal["code"] == "not_found", (type, refusal)
        # Nothing in the words tells the one from the other.
        assert told[0] == told[1], type


@both
@pytest.mark.door("locked", "http", "socket")
@pytest.mark.door("fenced", "http", "socket")
async def test_a_lock_of_somebody_else_and_a_fence_from_before(lockstep: Served, door: str) -> None:
    entry = await started(lockstep)
    assert (await ask(lockstep, "http", "mei", "lock", entry=entry))["result"]["fence"] == 1
    for type, members in (
        ("choose", claim(entry)),
        ("lock", {"entry": entry}),
        ("unlock", {"entry": entry}),
    ):
        assert (await ask(lockstep, door, "omar", type, **members))["code"] == "locked"
    await ask(lockstep, "http", "mei", "unlock", entry=entry)
    assert (await ask(lockstep, "http", "mei", "lock", entry=entry))["result"]["fence"] == 2
    for type, members in (("choose", claim(entry)), ("unlock", {"entry": entry})):
        assert (await ask(lockstep, door, "mei", type, **members, fence=1))["code"] == "fenced"


@both
@pytest.mark.door("stale", "http", "socket")
@pytest.mark.door("path", "http", "socket")
async def test_a_step_that_was_left_and_a_path_that_never_was(lockstep: Served, door: str) -> None:
    entry = await started(lockstep)
    nowhere = await ask(lockstep, door, "omar", "choose", **claim(entry, path="Nowhere"))
    assert nowhere["code"] == "unknown_path"
    await ask(lockstep, "http", "mei", "choose", **claim(entry))
    assert (await ask(lockstep, door, "omar", "choose", **claim(entry)))["code"] == "stale"


@both
@pytest.mark.door("large", "http", "socket")
async def test_data_that_an_entry_cannot_hold(lockstep: Served, door: str) -> None:
    entry = await started(lockstep, data={"who": "Ann", "a": HALF})
    # Each half fits; what the entry would hold with both does not.
    both = await ask(lockstep, door, "omar", "choose", **claim(entry, data={"b": HALF}))
    assert both["code"] == "too_large"


@both
@pytest.mark.door("chat", "http", "socket")
async def test_a_message_that_is_too_long(lockstep: Served, door: str) -> None:
    entry = await started(lockstep)
    fits, over = "é" * (CHAT_BODY_BYTES // 2), "é" * (CHAT_BODY_BYTES // 2 + 1)
    assert (await ask(lockstep, door, "omar", "say", entry=entry, body=fits))["result"] == {"m": 1}
    for type, members in (("say", {}), ("edit", {"m": 1})):
        told = await ask(lockstep, door, "omar", type, entry=entry, body=over, **members)
        assert (told["code"], told["details"]["pointer"]) == ("too_large", "/body")


@both
@pytest.mark.door("people", "http", "socket")
async def test_somebody_whom_the_directory_does_not_know(lockstep: Served, door: str) -> None:
    told = await ask(lockstep, door, "omar", "start", workflow="call", to=["ghost"])
    assert (told["code"], told["details"]["pointer"]) == ("invalid", "/to/0")


@both
@pytest.mark.door("form", "http", "socket")
async def test_values_that_do_not_fit_a_form(lockstep: Served, door: str) -> None:
    schema = {"type": "object", "required": ["minutes"]}
    async with lockstep.http(token=admin_token()) as http:
        assert (await http.put("/v1/trackers/report", json={"schema": schema})).is_success
        assert (await http.put("/v1/workflows/job", json=FORM)).is_success
    entry = await started(lockstep, workflow="job")
    told = await ask(lockstep, door, "omar", "choose", **claim(entry, path="Done"))
    assert (told["code"], told["details"]["pointer"]) == ("invalid", "/data/minutes")


@both
@pytest.mark.door("reused", "http", "socket")
async def test_another_command_under_the_same_id(lockstep: Served, door: str) -> None:
    id = new_id()
    entry = await started(lockstep, id=id)
    told = await ask(lockstep, door, "omar", "say", id=id, entry=entry, body="x")
    assert told["code"] == "id_reused"


@both
@pytest.mark.door("shape", "http", "socket")
async def test_a_member_that_is_wrong_has_its_place(lockstep: Served, door: str) -> None:
    for members, pointer in (
        ({"entry": 5}, "/entry"),
        ({"entry": "e", "limit": "x"}, "/limit"),
        ({"entry": "e", "more": 1}, "/more"),
        ({}, "/entry"),
    ):
        told = await ask(lockstep, door, "omar", "history", **members)
        assert (told["code"], told["details"]["pointer"]) == ("invalid", pointer)


@pytest.mark.door("rate", "http", "socket")
async def test_commands_and_questions_are_counted_together_at_all_doors(tmp_path: Path) -> None:
    settings = Settings(
        demo=True,
        jwt_secret=SECRET,
        db=str(tmp_path / "db"),
        commands_per_second=1,
        commands_burst=3,
    ).checked()
    now = [time.time()]
    async with serving(build(settings, clock=lambda: now[0])) as served:
        async with served.http(token=admin_token()) as admin:
            assert (await admin.put("/v1/users/omar", json={"name": "Omar"})).is_success
        async with served.session("omar") as omar, served.http("omar") as http:
            await omar.hear("snapshot")
            assert (await omar.command("get", entry="e"))["code"] == "not_found"
            assert (await http.get("/v1/entries/e/messages")).status_code == 404
            get = {"type": "get", "entry": "e"}
            answer = await http.post("/v1/commands", json=get | {"id": new_id()})
            assert answer.status_code == 404
            for url in ("inbox", "retired", "entries/e", "entries/e/history", "entries/e/people"):
                answer = await http.get(f"/v1/{url}")
                assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited"), url
                assert int(answer.headers["retry-after"]) > 0
            answer = await http.post("/v1/commands", json=get | {"id": new_id()})
            assert answer.json()["code"] == "rate_limited"
            assert (await omar.command("get", entry="e"))["code"] == "rate_limited"
            now[0] += 1.1
            assert (await http.get("/v1/entries/e")).status_code == 404
            assert (await omar.command("get", entry="e"))["code"] == "rate_limited"
