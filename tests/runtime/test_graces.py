"""What was taken over a session ends some time after the last one, and what was not does not."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lockstep_protocol.commands import LockEntry, UnlockEntry
from lockstep_protocol.limits import LOCK_GRACE_SECONDS
from lockstep_protocol.pushes import Diff, Reply
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from tests.runtime.house import House, Window, eventually


async def lock(house: House, user: str, entry: str, *, session: bool = True, **how: bool) -> Reply:
    """Take the lock over a session, or over HTTP."""
    command = LockEntry(id=new_id(), entry=entry, **how)
    reply = await house.runtime.execute(Actor(user, session=session), command)
    assert isinstance(reply, Reply), reply
    return reply


async def later(house: House, seconds: float) -> None:
    """Let the clock go on, and whatever waits for it happen."""
    house.now += seconds
    graces = house.runtime._world.graces
    for user in ("ann", "bob", "cid"):
        await graces._due(user)


def endings(window: Window) -> list[tuple[str, str]]:
    """By whom and why the changes were that this window was told of."""
    return [(told.by, told.cause) for told in window.heard if isinstance(told, Diff)]


async def holders(house: House, entry: str) -> Sequence[str]:
    locked = (await house.view("cid", entry)).locked
    return locked.by if locked is not None else ()


async def test_a_lock_ends_some_time_after_the_last_session(house: House) -> None:
    entry = await house.start()
    ann, cid = house.window("ann"), house.window("cid")
    await lock(house, "ann", entry)
    before = house.runtime.position
    house.runtime.hub.leave(ann)
    await later(house, LOCK_GRACE_SECONDS - 1)
    assert house.runtime.position == before, "that a session has gone is no change"
    assert await holders(house, entry) == ("ann",)
    await later(house, 1)
    assert await holders(house, entry) == ()
    assert endings(cid)[-1] == ("system", "dropped")


async def test_the_timer_comes_by_itself(house: House) -> None:
    entry = await house.start()
    ann = house.window("ann")
    await lock(house, "ann", entry)
    house.runtime.hub.leave(ann)
    house.now += LOCK_GRACE_SECONDS
    house.runtime._world.graces._timers.at(0.0, "nobody")
    await eventually(lambda: house.runtime._world.graces._entries == {})
    assert await holders(house, entry) == ()


@pytest.mark.door("locked", "timer")
async def test_who_is_back_in_time_keeps_it(house: House) -> None:
    entry = await house.start()
    ann = house.window("ann")
    await lock(house, "ann", entry)
    house.runtime.hub.leave(ann)
    await later(house, LOCK_GRACE_SECONDS - 1)
    again = house.window("ann")
    await later(house, 1000)
    assert await holders(house, entry) == ("ann",)
    house.runtime.hub.leave(again)
    await later(house, LOCK_GRACE_SECONDS - 1)
    assert await holders(house, entry) == ("ann",), "each absence is counted for itself"
    await later(house, 1)
    assert await holders(house, entry) == ()


async def test_another_window_is_enough(house: House) -> None:
    entry = await house.start()
    one, _two = house.window("ann"), house.window("ann")
    await lock(house, "ann", entry)
    house.runtime.hub.leave(one)
    await later(house, LOCK_GRACE_SECONDS)
    assert await holders(house, entry) == ("ann",)


async def test_what_was_taken_without_a_session_needs_none(house: House) -> None:
    entry = await house.start()
    ann = house.window("ann")
    await lock(house, "ann", entry, session=False)
    house.runtime.hub.leave(ann)
    await later(house, LOCK_GRACE_SECONDS)
    assert await holders(house, entry) == ("ann",)


async def test_who_waits_goes_the_same_way_and_the_next_gets_it(house: House) -> None:
    entry = await house.start()
    bob = house.window("bob")
    await lock(house, "ann", entry)
    assert (await lock(house, "bob", entry, wait=True)).result == {"waiting": 1}
    await lock(house, "cid", entry, session=False, wait=True)
    house.runtime.hub.leave(bob)
    house.window("ann")
    await later(house, LOCK_GRACE_SECONDS)
    locked = (await house.view("cid", entry)).locked
    assert locked is not None
    assert (locked.by, locked.waiting) == (("ann",), ("cid",))


async def test_a_lock_that_is_stored_after_its_session_has_gone_ends_too(house: House) -> None:
    entry = await house.start()
    await lock(house, "ann", entry)
    await later(house, LOCK_GRACE_SECONDS)
    assert await holders(house, entry) == ()


async def test_who_gets_it_during_an_absence_has_what_is_left_of_the_grace(house: House) -> None:
    entry = await house.start()
    bob = house.window("bob")
    house.window("ann")
    await lock(house, "ann", entry)
    await lock(house, "bob", entry, wait=True)
    house.runtime.hub.leave(bob)
    await later(house, LOCK_GRACE_SECONDS - 1)
    await house.do("ann", UnlockEntry(id=new_id(), entry=entry))
    assert await holders(house, entry) == ("bob",)
    await later(house, 1)
    assert await holders(house, entry) == ()


async def test_after_a_restart_the_grace_counts_from_the_start(house: House) -> None:
    kept, lost = await house.start(), await house.start()
    house.window("ann")
    house.window("bob")
    await lock(house, "ann", kept)
    await lock(house, "bob", lost)
    await house.runtime.close()
    house.now += 10 * LOCK_GRACE_SECONDS
    house.runtime = Runtime(house.disk, clock=lambda: house.now)
    await house.runtime.open()
    await later(house, LOCK_GRACE_SECONDS - 1)
    house.window("ann")
    await later(house, 1)
    assert await holders(house, kept) == ("ann",)
    assert await holders(house, lost) == ()


async def test_without_a_grace_nothing_is_tied(tmp_path: Path) -> None:
    house = House(tmp_path / "a.db")
    house.runtime = Runtime(house.disk, clock=lambda: house.now, lock_grace=0.0)
    await house.furnish()
    entry = await house.start()
    ann = house.window("ann")
    await lock(house, "ann", entry)
    house.runtime.hub.leave(ann)
    await later(house, LOCK_GRACE_SECONDS)
    assert await holders(house, entry) == ("ann",)
    await house.close()


async def test_what_cannot_be_stored_is_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await house.start()
    await lock(house, "ann", entry)
    house.disk.broken = True
    await later(house, LOCK_GRACE_SECONDS)
    assert "tried again" in caplog.text
    caplog.clear()
    house.disk.broken = False
    assert await holders(house, entry) == ("ann",)
    await later(house, 1)
    assert await holders(house, entry) == ()


async def test_a_clock_that_is_set_makes_no_grace_longer(house: House) -> None:
    entry = await house.start()
    await lock(house, "ann", entry)
    await later(house, -5000)
    await later(house, LOCK_GRACE_SECONDS)
    assert await holders(house, entry) == ()


async def test_nothing_is_kept_of_users_and_entries_that_are_done(house: House) -> None:
    entry = await house.start()
    await lock(house, "ann", entry)
    await later(house, LOCK_GRACE_SECONDS)
    graces = house.runtime._world.graces
    assert (graces._users, graces._entries, graces._ends) == ({}, {}, {})
