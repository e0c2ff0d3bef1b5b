"""Definitions over time: immutable versions, conflicts instead of overwriting, closing."""

import asyncio
from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import Start
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.workflows import Published
from tests.runtime.house import CALL, House, begin, choose, eventually


async def publish(house: House, label: str, **more: Any) -> Published:
    document = msgspec.json.decode(msgspec.json.encode(CALL))
    document["start"]["step"]["name"] = label
    body = msgspec.json.encode(document)
    return await house.runtime.admin.publish("call", body, "sam", **more)


async def test_an_entry_stays_on_its_version(house: House) -> None:
    entry = await house.start()
    later = await publish(house, "Newer")
    assert later.version == 2
    assert (await house.view("ann", entry)).name == "New"
    await house.do("ann", choose(entry))
    assert (await house.view("ann", entry)).workflow_version == 1
    newer = await house.start()
    assert (await house.view("ann", newer)).name == "Newer"
    assert (await house.view("ann", newer)).workflow_version == 2
    older = await house.do("ann", Start(id=new_id(), workflow="call", version=1, data={"who": "x"}))
    assert isinstance(older, Reply)
    assert (await house.view("ann", older.result["entries"][0])).workflow_version == 1


async def test_the_same_definition_makes_no_version_and_has_the_same_hash(house: House) -> None:
    first = await publish(house, "Newer")
    again = await publish(house, "Newer", base="1")
    assert (again.version, again.hash, again.created) == (first.version, first.hash, False)


async def test_of_two_who_build_on_one_version_one_wins(house: House) -> None:
    results = await asyncio.gather(
        *(publish(house, label, base="1") for label in ("A", "B")), return_exceptions=True
    )
    [won] = [result for result in results if isinstance(result, Published)]
    [lost] = [result for result in results if isinstance(result, Refused)]
    assert won.version == 2
    assert (lost.refusal.code, lost.refusal.status) == ("stale", 409)
    assert lost.refusal.details == {"version": 2, "hash": won.hash}
    merged = await publish(house, "A and B", base=str(won.hash))
    assert merged.version == 3


@pytest.mark.parametrize("dry", [True, False])
async def test_a_base_that_never_was_is_a_conflict(house: House, dry: bool) -> None:
    with pytest.raises(Refused, match="stale"):
        await publish(house, "A", base="0", dry=dry)
    with pytest.raises(Refused, match="stale"):
        await house.runtime.admin.publish("fresh", msgspec.json.encode(CALL), "sam", base="1")
    made = await house.runtime.admin.publish("fresh", msgspec.json.encode(CALL), "sam", base="0")
    assert made.version == 1


async def test_one_in_use_is_not_deleted_but_closed(house: House) -> None:
    entry = await house.start()
    admin = house.runtime.admin
    with pytest.raises(Refused, match="close it"):
        await admin.delete_workflow("call", "sam")
    await admin.close_workflow("call", "sam")
    refusal = await house.do("ann", Start(id=new_id(), workflow="call", data={"who": "x"}))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details) == ("unknown_workflow", {"closed": True})
    assert isinstance(await house.do("ann", choose(entry)), Reply)
    assert [each["closed"] for each in admin.workflows()] == [True]
    await house.runtime.close()
    again = House(house.path)
    await again.runtime.open()
    still = await again.do("ann", Start(id=new_id(), workflow="call", data={"who": "x"}))
    assert isinstance(still, Refusal)
    await again.runtime.admin.close_workflow("call", "sam", closed=False)
    assert isinstance(
        await again.do("ann", Start(id=new_id(), workflow="call", data={"who": "x"})), Reply
    )
    house.disk, house.runtime = again.disk, again.runtime


async def test_one_that_nobody_used_goes_with_all_its_versions(house: House) -> None:
    await publish(house, "Newer")
    admin = house.runtime.admin
    await admin.put_record("tracker", "call", {"schema": {}, "workflow": "call"}, "sam")
    with pytest.raises(Refused, match="'call' start"):
        await admin.delete_workflow("call", "sam")
    await admin.put_record("tracker", "call", {"schema": {}}, "sam")
    await admin.delete_workflow("call", "sam")
    assert house.runtime.admin.workflows() == []
    for version in (None, 1, 2):
        with pytest.raises(Refused, match="unknown_workflow"):
            await house.runtime.admin.workflow("call", version)
    with pytest.raises(Refused, match="unknown_workflow"):
        await house.runtime.admin.delete_workflow("call", "sam")
    made = await publish(house, "Afresh")
    assert made.version == 1


async def test_one_that_is_being_started_is_in_use(house: House) -> None:
    house.disk.open_gate.clear()
    start = asyncio.create_task(house.do("ann", begin()))
    await eventually(lambda: house.runtime._world.workflows._starting)
    with pytest.raises(Refused, match="close it"):
        await house.runtime.admin.delete_workflow("call", "sam")
    house.disk.open_gate.set()
    assert isinstance(await start, Reply)
    assert len((await house.inbox("ann", None)).entries) == 1


async def test_one_that_is_being_deleted_is_not_started(house: House) -> None:
    house.disk.open_gate.clear()
    delete = asyncio.create_task(house.runtime.admin.delete_workflow("call", "sam"))
    await eventually(lambda: house.runtime._world.workflows._going)
    refusal = await house.do("ann", begin())
    assert isinstance(refusal, Refusal)
    assert refusal.code == "unknown_workflow"
    house.disk.open_gate.set()
    await delete
    assert (await house.inbox("ann", None)).entries == []
