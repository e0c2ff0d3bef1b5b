"""What a connection waits for: events in order, a gate that is open or shut."""

import asyncio

import pytest

from lockstep_server.web.waiting import Events, Gate


async def test_events_come_in_order_before_and_while_one_waits() -> None:
    events = Events()
    events.put_nowait({"type": "a"})
    events.put_nowait({"type": "b"})
    assert [(await events.get())["type"], events.empty()] == ["a", False]
    assert [(await events.get())["type"], events.empty()] == ["b", True]
    taking = asyncio.create_task(events.get())
    await asyncio.sleep(0)
    assert not taking.done()
    events.put_nowait({"type": "c"})
    events.put_nowait({"type": "d"})
    assert [(await taking)["type"], (await events.get())["type"]] == ["c", "d"]


async def test_whoever_gives_up_takes_no_event_along() -> None:
    events = Events()
    taking = asyncio.create_task(events.get())
    await asyncio.sleep(0)
    events.put_nowait({"type": "a"})
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert (await events.get())["type"] == "a"


async def test_all_wait_at_a_gate_that_is_shut_until_it_is_opened() -> None:
    gate = Gate()
    await gate.wait()
    gate.clear()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    assert not gate.is_set()
    assert [task.done() for task in waiting] == [True, False, False]
    gate.set()
    gate.clear()  # for a moment is enough
    await asyncio.gather(*waiting[1:])
    assert not gate.is_set()
