"""The queue of effects: in order for an entry and channel, later and later, given up at last."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lockstep_protocol.refusals import Refused
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.effects import (
    FIRST_RETRY,
    LAST_RETRY,
    MAX_TRIES,
    GiveUp,
    Performed,
    TryLater,
    delay,
)
from lockstep_server.store.effects import EffectWrite
from tests.runtime.house import House, choose, eventually

ADMIN = Actor("sam", ("admin",))


class Performer:
    """Performs ``notify`` as a test says, and remembers it."""

    def __init__(self, house: House) -> None:
        self.asked: list[str] = []
        self.done: list[str] = []
        self.fault: Exception | None = None
        self.effects = house.runtime._world.effects
        self.effects._performers = {"notify": ("inside", self)}

    async def __call__(self, effect: EffectWrite) -> Performed:
        body: dict[str, Any] = msgspec.json.decode(effect.body)
        self.asked.append(effect.id)
        if self.fault is not None:
            raise self.fault
        self.done.append(body["body"])
        return Performed("told")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await House.open(tmp_path / "a.db")
    yield house
    await house.close()


def test_the_waits_grow_from_a_second_to_an_hour() -> None:
    waits = [delay(tries) for tries in range(1, MAX_TRIES)]
    assert waits[0] == FIRST_RETRY
    assert waits[-1] == pytest.approx(LAST_RETRY)
    assert len(waits) == 11
    growth = [later / wait for wait, later in pairwise(waits)]
    assert growth == pytest.approx([2.27] * 10, abs=0.01)
    assert delay(1, after=60.0) == 60.0
    assert delay(1, after=1e9) == LAST_RETRY


async def test_one_that_fails_is_tried_again_under_its_id_and_the_next_waits(house: House) -> None:
    performer = Performer(house)
    performer.fault = OSError("the line is dead")
    entry = await house.start()
    await eventually(lambda: performer.asked)
    [effect] = await house.disk.pending_effects()
    await eventually(lambda: performer.effects._later)
    # A second effect of the same entry and channel must not overtake the first.
    second = EffectWrite("second", entry, "notify", b'{"body": "second"}', "notify")
    other = EffectWrite("other", "elsewhere", "notify", b'{"body": "other"}', "notify")
    performer.fault = None
    performer.effects.add((second, other))
    await eventually(lambda: performer.done == ["other"])
    house.now += FIRST_RETRY
    performer.effects.take_due()
    await eventually(lambda: len(performer.done) == 3)
    assert performer.done == ["other", "A call of Dana", "second"]
    assert performer.asked.count(effect.id) == 2


async def test_after_twelve_tries_an_incident_is_left_that_can_be_tried_again(
    house: House,
) -> None:
    performer = Performer(house)
    performer.fault = OSError("the line is dead")
    entry = await house.start()
    for tries in range(1, MAX_TRIES + 1):
        await eventually(lambda tries=tries: len(performer.asked) == tries)
        if tries < MAX_TRIES:
            await eventually(lambda: performer.effects._later)
        house.now += LAST_RETRY
        performer.effects.take_due()
    await eventually(lambda: not len(performer.effects))
    assert len(set(performer.asked)) == 1
    [incident], more = await house.runtime.admin.incidents(entry, None, 10)
    assert more is None
    assert incident.text == "notify was given up after 12 tries: the line is dead"
    assert (incident.title, incident.kind, incident.retry) == ("Call of Dana", "notify", True)
    assert await house.disk.pending_effects() == []
    performer.fault = None
    await house.runtime.admin.retry_incident(ADMIN, incident.id)
    await eventually(lambda: performer.done == ["A call of Dana"])
    assert await house.runtime.admin.incidents(None, None, 10) == ([], None)
    assert performer.asked[-1] == performer.asked[0]
    with pytest.raises(Refused, match="not_found"):
        await house.runtime.admin.retry_incident(ADMIN, incident.id)


async def test_what_no_repetition_helps_is_given_up_at_once_and_can_be_dismissed(
    house: House,
) -> None:
    performer = Performer(house)
    performer.fault = GiveUp("there is no such place")
    entry = await house.start()
    await eventually(lambda: performer.asked and not len(performer.effects))
    [incident], _ = await house.runtime.admin.incidents(None, None, 10)
    assert incident.text == "notify was given up after 1 try: there is no such place"
    await house.runtime.admin.dismiss_incident(ADMIN, incident.id)
    assert await house.runtime.admin.incidents(None, None, 10) == ([], None)
    events = (await house.runtime._reads.history(ADMIN, entry, None, 10)).events
    facts = [(event.by, fact["fact"]) for event in events for fact in event.facts]
    assert ("sam", "incident_closed") in facts
    assert ("system", "incident") in facts


async def test_a_later_that_was_asked_for_is_kept(house: House) -> None:
    performer = Performer(house)
    performer.fault = TryLater("too many", after=120.0)
    await house.start()
    await eventually(lambda: performer.effects._later)
    assert performer.effects._later[0][0] == house.now + 120.0
    [stored] = await house.disk.pending_effects()
    assert (stored.tries, stored.due) == (1, house.now + 120.0)


async def test_a_clock_that_is_set_back_holds_nothing_up(house: House) -> None:
    performer = Performer(house)
    performer.fault = OSError("the line is dead")
    await house.start()
    await eventually(lambda: performer.effects._later)
    performer.fault = None
    house.now -= 24 * 3600.0
    performer.effects.take_due()
    await eventually(lambda: performer.done)


async def test_the_history_tells_what_has_become_of_each_effect(house: House) -> None:
    performer = Performer(house)
    performer.fault = OSError("the line is dead")
    entry = await house.start()
    await eventually(lambda: performer.effects._later)
    [pending] = await outcomes(house, entry, ADMIN)
    assert (pending["state"], pending["text"]) == ("pending", "the line is dead")
    [pending] = await outcomes(house, entry)
    assert (pending["state"], pending["tries"], "text" in pending) == ("pending", 1, False)
    performer.fault = None
    house.now += 60.0
    performer.effects.take_due()
    await eventually(lambda: performer.done and not performer.effects._ended)
    await eventually(lambda: len(house.runtime._world.effects) == 0)
    for _ in range(100):
        [done] = await outcomes(house, entry)
        if done["state"] == "done":
            break
    assert (done["state"], done["tries"], done["text"]) == ("done", 2, "told")


async def outcomes(house: House, entry: str, actor: Actor = Actor("ann")) -> list[dict[str, Any]]:
    page = await house.runtime._reads.history(actor, entry, None, 10)
    facts = [fact for event in page.events for fact in event.facts]
    return [fact["outcome"] for fact in facts if fact["fact"] == "effect"]


async def test_incidents_are_for_administrators_only(house: House) -> None:
    performer = Performer(house)
    performer.fault = GiveUp("no")
    entry = await house.start()
    await eventually(lambda: performer.asked and not len(performer.effects))
    page = await house.runtime._reads.history(Actor("ann"), entry, None, 10)
    facts = {fact["fact"] for event in page.events for fact in event.facts}
    assert "incident" not in facts


async def test_a_chain_of_workflows_that_start_one_another_ends_ten_deep(house: House) -> None:
    loop = {
        "start": {
            "step": {"name": "Again", "scope": "given users [ann]", "template": "again"},
            "actions": [{"action": "trigger", "args": {"rule": "loop"}}],
        }
    }
    published = await house.runtime.admin.publish("loop", msgspec.json.encode(loop), "sam")
    assert published.ok
    await house.start(workflow="loop", data={})
    await eventually(lambda: not len(house.runtime._world.effects))
    [incident], _ = await house.runtime.admin.incidents(None, None, 10)
    assert "10 deep" in incident.text
    view = await house.inbox("ann", None)
    assert len(view.entries) == 11


@pytest.mark.door("rate", "timer")
async def test_one_chain_starts_two_hundred_entries_at_most(house: House) -> None:
    for number in range(15):
        await house.runtime.admin.put_user(f"x{number}", {"groups": ["many"]}, "sam")
    fan = {
        "start": {
            "step": {"name": "Each", "scope": "$sink", "template": "each"},
            "actions": [
                {"action": "trigger", "scope": "given groups [many]", "args": {"rule": "fan"}}
            ],
        }
    }
    await house.runtime.admin.publish("fan", msgspec.json.encode(fan), "sam")
    await house.start(workflow="fan", to=("ann",), data={})
    await eventually(lambda: not len(house.runtime._world.effects))
    incidents, _ = await house.runtime.admin.incidents(None, None, 200)
    assert any("at most 200" in incident.text for incident in incidents)
    started = (await house.disk.size())["entries"]
    assert started == 1 + 200 // 15 * 15


async def test_a_choice_is_not_held_up_by_its_effects(house: House) -> None:
    performer = Performer(house)
    performer.fault = OSError("the line is dead")
    entry = await house.start()
    await house.do("ann", choose(entry))
    assert (await house.view("bob", entry)).step == "claimed"
