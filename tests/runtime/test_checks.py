"""What a script or an effect wants is held to what a user is held to."""

from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import LockEntry
from lockstep_protocol.limits import ENTRY_DATA_BYTES
from lockstep_protocol.pushes import Reply
from lockstep_server.runtime.clock import new_id
from tests.runtime.house import House, choose, eventually
from tests.runtime.test_scripting import ROBOT, WALL_SECONDS, idle, put

LARGE = {f"part {number}": "{{ a }}" for number in range(20)}
TELLING: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "Large",
            "scope": "given groups [team]",
            "paths": [{"label": "On", "step": "on"}],
        }
    },
    "on": {
        "step": {"name": "On", "scope": "$all"},
        "actions": [{"action": "trigger", "args": {"rule": "call", "data": LARGE}}],
    },
}


@pytest.fixture
async def robot(house: House) -> str:
    house.runtime._runner.wall_seconds = WALL_SECONDS
    published = await house.runtime.admin.publish("robot", msgspec.json.encode(ROBOT), "sam")
    assert published.ok, published.findings
    await put(house, "set('a', 1)")
    return await house.start(workflow="robot", data={"n": 7})


async def incident(house: House) -> str:
    await idle(house)
    [found], _ = await house.runtime.admin.incidents(None, None, 10)
    return found.text


@pytest.mark.door("large", "script")
async def test_a_script_that_fills_an_entry_changes_nothing(house: House, robot: str) -> None:
    # Each of them is small enough for itself.
    await put(house, "set('a', string.rep('x', 40000)) set('b', string.rep('x', 40000))")
    await house.do("ann", choose(robot, "Run"))
    assert str(ENTRY_DATA_BYTES) in await incident(house)
    assert (await house.view("ann", robot)).data == {"n": 7}


@pytest.mark.door("shape", "script")
async def test_a_script_that_says_something_else_changes_nothing(house: House, robot: str) -> None:
    await put(house, "set('a', 1) trigger({})")
    await house.do("ann", choose(robot, "Run"))
    assert "trigger: argument 1" in await incident(house)
    assert (await house.view("ann", robot)).data == {"n": 7}


@pytest.mark.door("locked", "script")
async def test_a_lock_holds_users_off_and_no_script(house: House, robot: str) -> None:
    """The script was called by who held it; what it wants is no choice of somebody else."""
    assert isinstance(await house.do("bob", LockEntry(id=new_id(), entry=robot)), Reply)
    await put(house, "set('a', 1)")
    refused = await house.do("ann", choose(robot, "Run"))
    assert not isinstance(refused, Reply)
    assert refused.code == "locked"
    assert isinstance(await house.do("bob", choose(robot, "Run")), Reply)
    await idle(house)
    view = await house.view("ann", robot)
    assert view.data == {"n": 7, "a": 1}
    assert view.locked is not None
    assert view.locked.by == ("bob",)


@pytest.mark.door("large", "timer")
async def test_a_start_by_effect_with_too_much_data_is_given_up(house: House) -> None:
    published = await house.runtime.admin.publish("tell", msgspec.json.encode(TELLING), "sam")
    assert published.ok, published.findings
    entry = await house.start(workflow="tell", data={"a": "x" * 3900})
    reply = await house.do("ann", choose(entry, "On"))
    assert isinstance(reply, Reply)
    assert str(ENTRY_DATA_BYTES) in await incident(house)
    assert (await house.disk.size())["entries"] == 1


@pytest.mark.door("people", "timer")
@pytest.mark.door("path", "timer")
async def test_a_start_by_effect_for_nobody_and_nowhere_is_given_up(
    house: House, robot: str
) -> None:
    for wanted, text in (
        ('start("call", { to = { "ghost" } })', "no user 'ghost'"),
        ('start("call", { step = "nowhere" })', "no step 'nowhere'"),
        ('start("nowhere")', "nowhere"),
    ):
        await put(house, wanted)
        view = await house.view("ann", robot)
        path = "Run" if view.step == "start" else "Back"
        await house.do("ann", choose(robot, path, view.step, view.visit))
        if path == "Back":
            view = await house.view("ann", robot)
            await house.do("ann", choose(robot, "Run", view.step, view.visit))
        await eventually(lambda: not len(house.runtime._world.effects))
        found, _ = await house.runtime.admin.incidents(None, None, 10)
        assert text in found[0].text
    assert (await house.disk.size())["entries"] == 1
