"""The mutex: by command and by action, its fence and its lease."""

import pytest

from lockstep_protocol.entry import rfc3339
from tests.engine.graphs import FIELD, ON_CALL, act, begun, node
from tests.engine.world import BEGIN, World


@pytest.fixture
def world() -> World:
    return begun(
        start=node(FIELD, {"On": "start", "End": "end"}), end=node("$all", {}, status="retired")
    )


def test_a_claim_has_a_fence_and_a_lease_and_locks_the_others_out(world: World) -> None:
    result = world.lock("mei", ttl=60)
    until = rfc3339(BEGIN + 1 + 60)
    assert result == {"fence": 1, "until": until}
    assert world.screens["omar"]["locked"] == {
        "by": ["mei"],
        "since": rfc3339(BEGIN + 1),
        "until": until,
        "fence": 1,
    }
    for refused in (lambda: world.choose("omar", "On"), lambda: world.lock("omar")):
        refusal = world.refused(refused)
        assert refusal.code == "locked"
        assert refusal.details == {"by": ["mei"], "until": until}
    assert world.refused(lambda: world.unlock("omar")).code == "locked"


def test_the_lease_is_fifteen_minutes_unless_named(world: World) -> None:
    assert world.lock("mei")["until"] == rfc3339(BEGIN + 1 + 900)


def test_renewing_keeps_the_fence_and_a_new_grant_raises_it(world: World) -> None:
    world.lock("mei", ttl=60)
    assert world.lock("mei", ttl=90)["fence"] == 1
    world.unlock("mei", fence=1)
    assert "locked" not in world.screens["omar"]
    assert world.lock("omar")["fence"] == 2


def test_an_older_fence_is_refused(world: World) -> None:
    world.lock("mei")
    world.unlock("mei")
    world.lock("mei")
    assert world.refused(lambda: world.choose("mei", "On", fence=1)).code == "fenced"
    assert world.refused(lambda: world.unlock("mei", fence=1)).code == "fenced"
    world.choose("mei", "On", fence=2)
    world.choose("mei", "On")


@pytest.mark.door("fenced", "timer")
def test_a_lease_ends_by_the_time_given_and_the_timer_shows_it(world: World) -> None:
    world.lock("mei", ttl=60)
    world.expire(30)
    assert world.holders() == ("mei",)
    world.expire(60)
    assert world.holders() == ()
    assert "locked" not in world.screens["omar"]


def test_a_lease_that_is_over_holds_nobody_off_before_the_timer_came(world: World) -> None:
    world.lock("mei", ttl=60)
    world.now += 60
    world.choose("omar", "On")
    assert world.holders() == ()


def test_the_lock_ends_when_no_active_item_is_left(world: World) -> None:
    world.lock("mei")
    world.choose("mei", "End")
    assert world.holders() == ()
    assert world.entry.head.fence == 1


def test_who_puts_the_item_away_gives_the_lock_back(world: World) -> None:
    world.lock("mei")
    world.put("mei", "retired")
    assert world.holders() == ()
    assert world.refused(lambda: world.lock("mei")).code == "forbidden"


def test_an_administrator_frees_any_lock(world: World) -> None:
    world.lock("mei")
    world.unlock("sam")
    assert world.holders() == ()
    assert world.unlock("sam") == {}


@pytest.mark.parametrize("scope", ["$all", None])
def test_an_action_for_all_is_held_by_who_activated_the_step(scope: str | None) -> None:
    world = begun(
        start=node(FIELD, {"On": "on"}),
        on=node("$all", {"Off": "off"}, act("lock", scope)),
        off=node("$all", {"On": "on"}, act("unlock", scope)),
    )
    world.choose("mei", "On")
    assert world.holders() == ("mei",)
    assert "until" not in world.screens["omar"]["locked"]
    assert world.refused(lambda: world.choose("omar", "Off")).code == "locked"
    world.choose("mei", "Off")
    assert world.holders() == ()


def test_an_action_for_others_is_held_by_exactly_those() -> None:
    world = begun(
        start=node(FIELD, {"On": "on"}),
        on=node("$all", {"On": "on", "Off": "off"}, act("lock", ON_CALL, {"ttl": 60})),
        off=node("$all", {"On": "on"}, act("unlock", "$all")),
    )
    world.choose("ivo", "On")
    assert world.holders() == ("mei", "omar")
    assert world.refused(lambda: world.choose("ivo", "On")).code == "locked"
    world.choose("mei", "On")
    assert (world.holders(), world.entry.head.fence) == (("mei", "omar"), 1)
    world.unlock("omar")
    assert world.holders() == ("mei",)
    world.expire(100)
    assert world.holders() == ()


def test_unlocking_for_others_lets_them_act_too() -> None:
    world = begun(
        start=node(FIELD, {"On": "on"}),
        on=node("$all", {"On": "start"}, act("lock", "$all"), act("unlock", ON_CALL)),
    )
    world.choose("ivo", "On")
    assert world.holders() == ("ivo", "mei", "omar")


def test_taking_what_an_action_holds_for_good_does_not_shorten_it() -> None:
    world = begun(
        start=node(FIELD, {"On": "on"}),
        on=node("$all", {"On": "on"}, act("lock"), act("unlock", ON_CALL)),
    )
    world.choose("ivo", "On")
    assert world.lock("mei", ttl=5) == {"fence": 1}
