"""Trackers, dispatches and forms: what does not fit is refused, what changes is shown at once."""

from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import Choose, Dispatch
from lockstep_protocol.pushes import Diff, Reply
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from tests.runtime.house import House

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "what": {"type": "string", "minLength": 1},
        "rooms": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["what"],
}
DONE: dict[str, Any] = {
    "type": "object",
    "properties": {"minutes": {"type": "integer", "minimum": 0}},
    "required": ["minutes"],
}
JOB: dict[str, Any] = {
    "start": {
        "step": {
            "name": "Job",
            "template": "{{ dispatch.displayName }} for {{ dispatch.userName }}",
            "scope": "given groups [team]",
            "paths": [
                {"label": "Do", "step": "doing"},
                {"label": "Done", "step": "done", "behavior": "report"},
            ],
        },
        "behaviors": [{"handle": "report", "behavior": "form", "fields": "job-done"}],
    },
    "doing": {
        "step": {"name": "Doing", "scope": "$all", "paths": [{"label": "Back", "step": "start"}]},
        "actions": [{"action": "task", "args": "doing"}],
    },
    "done": {
        "step": {
            "name": "Done",
            "description": "took {{ minutes }} minutes",
            "scope": "$all",
            "paths": [{"label": "Again", "step": "start"}],
        },
        "actions": [{"action": "task", "args": {"state": "done"}}],
    },
}


@pytest.fixture
async def works(house: House) -> House:
    admin = house.runtime.admin
    published = await admin.publish("job", msgspec.json.encode(JOB), "sam")
    assert published.ok, published.findings
    tracker = {"schema": SCHEMA, "display": "{{ data.what }}", "workflow": "job"}
    await admin.put_record("tracker", "job", tracker, "sam")
    await admin.put_record("tracker", "note", {"schema": SCHEMA, "display": "{{ what }}"}, "sam")
    await admin.put_record("tracker", "job-done", {"schema": DONE}, "sam")
    return house


def make(tracker: str = "job", **more: Any) -> Dispatch:
    members: dict[str, Any] = {"id": new_id(), "tracker": tracker, "data": {"what": "Paint"}}
    return Dispatch(**{**members, **more})


async def made(house: House, **more: Any) -> tuple[str, str]:
    reply = await house.do("ann", make(**more))
    assert isinstance(reply, Reply), reply
    return reply.result["dispatch"], reply.result["entries"][0]


async def test_a_tracker_starts_its_workflow_with_the_dispatch_in_view(works: House) -> None:
    dispatch, entry = await made(works, user="bob")
    view = await works.view("cid", entry)
    assert view.title == "Paint for Bob"
    assert view.dispatch is not None
    assert (view.dispatch.id, view.dispatch.author, view.dispatch.user) == (dispatch, "ann", "bob")
    assert view.sink == "bob"
    assert view.summary_title == "Paint"


async def test_each_error_has_its_pointer(works: House) -> None:
    refusal = await works.do("ann", make(data={"what": "", "rooms": [1, "two"]}))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "invalid"
    assert refusal.details is not None
    pointers = {error["pointer"] for error in refusal.details["errors"]}
    assert pointers == {"/data/what", "/data/rooms/1"}
    missing = await works.do("ann", make(data={}))
    assert isinstance(missing, Refusal)
    assert missing.details is not None
    assert missing.details["pointer"] == "/data/what"


async def test_a_service_id_makes_it_once(works: House) -> None:
    first = await works.do("ann", make(service_id="crm-17"))
    second = await works.do("bob", make(service_id="crm-17", data={"what": "Other"}))
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert first.result == second.result
    view = await works.view("ann", first.result["entries"][0])
    assert view.dispatch is not None
    assert view.dispatch.service_id == "crm-17"


async def test_a_task_state_is_set_and_stored_with_the_dispatch(works: House) -> None:
    dispatch, entry = await made(works)
    await works.do("bob", take(entry, "Do"))
    view = await works.view("cid", entry)
    assert view.dispatch is not None
    assert view.dispatch.task_state == "doing"
    assert (await works.runtime.dispatch(Actor("ann"), dispatch))["taskState"] == "doing"


async def test_a_changed_dispatch_is_shown_live_in_its_entry(works: House) -> None:
    dispatch, entry = await made(works)
    bob = works.window("bob")
    body = {"data": {"what": "Paint twice"}, "taskState": "urgent"}
    changed = await works.runtime.change_dispatch(Actor("ann"), dispatch, body)
    assert (changed["displayName"], changed["taskState"]) == ("Paint twice", "urgent")
    assert changed["entries"] == [entry]
    [diff] = bob.heard
    assert isinstance(diff, Diff)
    assert diff.cause == "dispatch"
    assert diff.set["dispatch"].data == {"what": "Paint twice"}
    assert diff.set["summaryTitle"] == "Paint twice"
    assert (await works.view("cid", entry)).summary_title == "Paint twice"
    page = await works.runtime._reads.history(Actor("cid"), entry, None, 1)
    told = page.events[0].facts[0]["dispatch"]
    assert (told["displayName"], told["createdAt"][-1]) == ("Paint twice", "Z")


DEEP = b'{"what": "x", "deep": ' + b"[" * 40 + b"]" * 40 + b"}"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"data": {"what": "x", "big": 2**70}}, "/data/big"),
        ({"data": msgspec.json.decode(DEEP)}, "/data/deep/0"),
        ({"taskState": "x" * 201}, "/taskState"),
    ],
)
async def test_what_not_every_client_can_be_told_is_no_change(
    works: House, body: dict[str, Any], pointer: str
) -> None:
    dispatch, _ = await made(works)
    with pytest.raises(Refused) as no:
        await works.runtime.change_dispatch(Actor("ann"), dispatch, body)
    assert no.value.refusal.code == "invalid"
    assert (no.value.refusal.details or {})["pointer"].startswith(pointer)


async def test_a_change_must_fit_and_is_the_authors(works: House) -> None:
    dispatch, entry = await made(works, user="bob")
    for actor, body, code in (
        ("ann", {"data": {}}, "invalid"),
        ("ann", {"taskState": ""}, "invalid"),
        ("ann", {"author": "bob"}, "invalid"),
        ("bob", {"taskState": "x"}, "forbidden"),
        ("cid", {"taskState": "x"}, "not_found"),
    ):
        with pytest.raises(Refused, match=code):
            await works.runtime.change_dispatch(Actor(actor), dispatch, body)
    view = await works.view("ann", entry)
    assert view.dispatch is not None
    assert view.dispatch.task_state is None


async def test_a_dispatch_without_a_workflow_is_a_record_that_can_be_changed(works: House) -> None:
    reply = await works.do("ann", make("note"))
    assert isinstance(reply, Reply)
    assert reply.result["entries"] == []
    id = reply.result["dispatch"]
    await works.runtime.change_dispatch(Actor("sam", ("admin",)), id, {"data": {"what": "B"}})
    assert (await works.runtime.dispatch(Actor("ann"), id))["data"] == {"what": "B"}


def take(entry: str, path: str, **more: Any) -> Choose:
    return Choose(id=new_id(), entry=entry, step="start", visit=1, path=path, **more)


async def test_a_forms_values_are_checked_and_become_data(works: House) -> None:
    _, entry = await made(works)
    for data, pointer in ((None, "/data/minutes"), ({"minutes": -1}, "/data/minutes")):
        refusal = await works.do("bob", take(entry, "Done", data=data))
        assert isinstance(refusal, Refusal)
        assert refusal.code == "invalid"
        assert refusal.details is not None
        assert refusal.details["pointer"] == pointer
    reply = await works.do("bob", take(entry, "Done", data={"minutes": 20}))
    assert isinstance(reply, Reply)
    view = await works.view("cid", entry)
    assert view.description == "took 20 minutes"
    assert view.data["minutes"] == 20


async def test_who_is_too_late_hears_so_before_any_word_about_the_form(works: House) -> None:
    _, entry = await made(works)
    await works.do("bob", take(entry, "Do"))
    refusal = await works.do("cid", take(entry, "Done"))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "stale"
