"""Followers that do not keep up, and connections that only seem to be there."""

import pytest

from lockstep_client import Changes, FellBehind, Left
from lockstep_client.pulse import UNTIL_WELCOME, Pulse
from lockstep_client.token import fresh


async def test_a_follower_that_does_not_keep_up_is_told_and_holds_nothing() -> None:
    changes = Changes(at_most=2)
    for number in range(5):
        changes.put(Left(f"e{number}", "left"))
    assert len(changes._events) == 0
    with pytest.raises(FellBehind, match="More than 2"):
        await anext(changes)
    changes.put(Left("e9", "left"))
    with pytest.raises(FellBehind):
        await anext(changes)


async def test_a_follower_gets_what_waits_before_the_end() -> None:
    changes = Changes(at_most=2)
    changes.put(Left("e1", "left"))
    changes.end()
    changes.put(Left("e2", "left"))
    assert [event async for event in changes] == [Left("e1", "left")]


def test_two_silent_heartbeats_are_the_end() -> None:
    pulse = Pulse(0.0, heartbeat=20.0)
    pulse.heard(5.0, answer=False)
    assert pulse.verdict(45.0, 0) == "alive"
    assert pulse.verdict(45.1, 0) == "dead"


def test_a_command_without_an_answer_is_followed_by_a_ping_once() -> None:
    pulse = Pulse(0.0, heartbeat=20.0)
    assert pulse.verdict(0.0, 0) == "alive"
    pulse.heard(19.0, answer=False)
    assert pulse.verdict(20.1, 1) == "ask"
    assert pulse.verdict(20.2, 1) == "alive"
    for heard in (39.0, 59.0):
        pulse.heard(heard, answer=False)
    assert pulse.verdict(60.0, 1) == "alive"
    assert pulse.verdict(60.2, 1) == "dead", "the server speaks and hears nothing"


def test_a_pong_shows_that_the_server_hears() -> None:
    pulse = Pulse(0.0, heartbeat=20.0)
    pulse.heard(20.0, answer=False)
    assert pulse.verdict(20.1, 1) == "ask"
    pulse.heard(20.2, answer=True)
    assert pulse.verdict(40.0, 1) == "alive"
    assert pulse.verdict(40.2, 1) == "ask"


def test_a_server_that_never_says_welcome_is_left() -> None:
    pulse = Pulse(0.0)
    assert pulse.verdict(UNTIL_WELCOME, 0) == "alive"
    assert pulse.verdict(UNTIL_WELCOME + 0.1, 0) == "dead"


async def test_a_token_may_be_asked_for() -> None:
    async def later() -> str:
        return "later"

    assert await fresh("text") == "text"
    assert await fresh(lambda: "now") == "now"
    assert await fresh(later) == "later"
    assert await fresh(None) is None
