"""A command is done once: by its id while its answer is kept, and by its id's age after that."""

from pathlib import Path
from typing import Any

import pytest

from lockstep_protocol.commands import Get, Say, Versions
from lockstep_protocol.ids import uuid7
from lockstep_protocol.limits import AHEAD_SECONDS, ANSWER_HOURS
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal
from lockstep_server.metrics import Metrics
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import FORGET_SECONDS, Runtime
from tests.runtime.house import House, choose

HOUR = 3600.0


def made(at: float, number: int = 0) -> str:
    """The id of a command that was made at ``at``."""
    return uuid7(round(at * 1000), number.to_bytes(10, "big"))


async def said(house: House, entry: str) -> list[str]:
    """What was said in the entry."""
    found = await house.disk.messages(entry, None, 50)
    return [message.body for message in found]


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (ANSWER_HOURS * HOUR - 1, None),
        (ANSWER_HOURS * HOUR + 1, "expired"),
        (1 - AHEAD_SECONDS, None),
        (-1 - AHEAD_SECONDS, "invalid"),
    ],
)
async def test_an_id_is_taken_while_its_answer_would_be_known(
    house: House, age: float, code: str | None
) -> None:
    entry = await house.start()
    answer = await house.do("ann", Say(id=made(house.now - age), entry=entry, body="hi"))
    assert (answer.code if isinstance(answer, Refusal) else None) == code
    assert await said(house, entry) == ([] if code else ["hi"])
    if code == "invalid" and isinstance(answer, Refusal):
        assert answer.details == {"pointer": "/id"}


async def test_a_question_may_be_as_old_as_it_likes(house: House) -> None:
    entry = await house.start()
    assert isinstance(await house.do("ann", Get(id=made(1.0), entry=entry)), Reply)


async def test_a_stored_answer_goes_before_the_age_of_its_id(house: House) -> None:
    entry = await house.start()
    say = Say(id=made(house.now + AHEAD_SECONDS), entry=entry, body="hi")
    first = await house.do("ann", say)
    house.now += ANSWER_HOURS * HOUR
    assert await house.disk.forget_answers(house.now - FORGET_SECONDS) == 0
    assert await house.do("ann", say) == first
    house.now += AHEAD_SECONDS + 1
    assert await house.do("ann", say) == first
    other = await house.do("ann", Say(id=say.id, entry=entry, body="other"))
    assert isinstance(other, Refusal)
    assert other.code == "id_reused"
    assert await said(house, entry) == ["hi"]


async def test_no_answer_is_forgotten_before_its_id_is_too_old(house: House) -> None:
    entry = await house.start()
    say = Say(id=made(house.now + AHEAD_SECONDS), entry=entry, body="hi")
    await house.do("ann", say)
    for _ in range(60):
        house.now += HOUR
        await house.disk.forget_answers(house.now - FORGET_SECONDS)
        await house.do("ann", say)
    assert await said(house, entry) == ["hi"]


async def test_versions_are_what_an_inbox_has(house: House) -> None:
    entries = [await house.start() for _ in range(3)]
    await house.do("bob", choose(entries[1]))
    answer = await house.do("ann", Versions(id=new_id()))
    assert isinstance(answer, Reply)
    shown: dict[str, Any] = {id: (await house.view("ann", id)).version for id in entries}
    assert answer.result == {"n": house.runtime.position.n, "versions": shown}


async def test_who_asks_for_versions_has_found_a_difference_and_is_counted(tmp_path: Path) -> None:
    metrics = Metrics()
    house = House(tmp_path / "house.db")
    house.runtime = Runtime(house.disk, clock=lambda: house.now, metrics=metrics)
    await house.furnish()
    assert "lockstep_digest_differences_total 0.0" in metrics.exposition("")[0].decode()
    await house.do("ann", Versions(id=new_id()))
    assert "lockstep_digest_differences_total 1.0" in metrics.exposition("")[0].decode()
    await house.close()
