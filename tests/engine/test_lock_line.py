"""Waiting for the mutex, asking for it, freeing it, and what ends with the sessions of a user."""

import pytest

from lockstep_protocol.entry import rfc3339
from lockstep_protocol.limits import LOCK_WAITERS
from lockstep_server.engine.context import Effect
from lockstep_server.engine.facts import LockSet, WaitEnded
from lockstep_server.engine.scopes.directory import Directory, User
from lockstep_server.engine.waiting import GRANTED
from tests.engine.graphs import FIELD, ON_CALL, act, begun, graph, node
from tests.engine.world import World


@pytest.fixture
def world() -> World:
    """Mei holds it; omar and ivo, who have the entry too, wait in this order."""
    made = begun(
        start=node(FIELD, {"On": "start", "Take": "take", "Free": "free", "End": "end"}),
        take=node("$all", {"On": "start"}, act("lock", ON_CALL)),
        free=node("$all", {"On": "start"}, act("unlock")),
        end=node("$all", {}, status="retired"),
    )
    made.lock("mei")
    assert made.lock("omar", 70, wait=True) == {"waiting": 1}
    assert made.lock("ivo", wait=True) == {"waiting": 2}
    return made


def line(world: World) -> list[str]:
    """Who waits, as somebody sees it who only looks on."""
    found: list[str] = world.screens["ruth" if "ruth" in world.screens else "mei"]["locked"].get(
        "waiting", []
    )
    return found


def told(world: World) -> list[tuple[list[str], str]]:
    """Whom the notifications so far were for, and what they said."""
    return [(each.body["users"], each.body["body"]) for each in world.effects if notifies(each)]


def notifies(effect: Effect) -> bool:
    return effect.kind == "notify"


def how(world: World) -> list[str]:
    """How the lock changed hands in the last change."""
    assert world.last is not None
    return [fact.reason for fact in world.last.facts if isinstance(fact, LockSet | WaitEnded)]


def test_all_see_who_waits_and_the_first_gets_it_in_the_same_change(world: World) -> None:
    assert line(world) == ["omar", "ivo"]
    world.unlock("mei")
    locked = world.screens["mei"]["locked"]
    assert (locked["by"], locked["waiting"], locked["fence"]) == (["omar"], ["ivo"], 2)
    assert locked["until"] == rfc3339(world.now - 1 + 70)
    assert how(world) == ["command", "granted"]
    assert told(world) == [(["omar"], GRANTED)]


def test_waiting_again_keeps_the_place_and_takes_the_new_lease(world: World) -> None:
    version = world.screens["mei"]["version"]
    assert world.lock("omar", 30, wait=True) == {"waiting": 1}
    assert world.screens["mei"]["version"] == version, "nobody is told what changes nothing"
    assert world.lock("omar", 30, wait=True) == {"waiting": 1}
    world.unlock("mei")
    assert world.screens["mei"]["locked"]["until"] == rfc3339(world.now - 1 + 30)


def test_who_may_take_it_at_once_does_not_wait(world: World) -> None:
    assert world.lock("mei", wait=True)["fence"] == 1
    world.unlock("omar")
    world.unlock("ivo")
    world.unlock("mei")
    assert world.lock("ivo", wait=True)["fence"] == 2
    assert how(world) == ["command"]


def test_who_waits_is_refused_without_waiting_and_keeps_the_place(world: World) -> None:
    assert world.refused(lambda: world.lock("omar")).code == "locked"
    assert line(world) == ["omar", "ivo"]


@pytest.mark.parametrize("who", ["omar", "ivo"])
def test_unlock_by_who_waits_leaves_the_line(world: World, who: str) -> None:
    world.unlock(who)
    assert world.holders() == ("mei",)
    assert line(world) == [user for user in ("omar", "ivo") if user != who]
    assert how(world) == ["left"]


def test_who_puts_the_entry_away_waits_no_more(world: World) -> None:
    world.put("omar", "retired")
    assert how(world) == ["retired"]
    world.put("omar", "active")
    assert line(world) == ["ivo"]
    world.put("mei", "retired")
    assert world.holders() == ("ivo",)


def test_a_lease_that_ends_is_followed_by_the_next_and_so_on(world: World) -> None:
    world.expire(900)
    assert world.holders() == ("omar",)
    world.expire(70)
    assert (world.holders(), world.entry.head.fence) == (("ivo",), 3)
    world.expire(900)
    assert world.holders() == ()


def test_a_lease_that_is_over_goes_to_who_waits_before_anybody_else_acts(world: World) -> None:
    world.now += 900
    assert world.refused(lambda: world.choose("mei", "On")).code == "locked"
    world.choose("omar", "On")
    assert (world.holders(), line(world)) == (("omar",), ["ivo"])
    assert told(world) == [(["omar"], GRANTED)]


def test_a_step_that_frees_it_gives_it_to_the_next(world: World) -> None:
    world.choose("mei", "Free")
    assert (world.holders(), line(world)) == (("omar",), ["ivo"])


def test_a_step_that_takes_it_leaves_the_line_but_for_who_holds_it_now(world: World) -> None:
    world.choose("mei", "Take")
    assert (world.holders(), line(world)) == (("mei", "omar"), ["ivo"])


def test_everything_ends_with_the_last_active_item(world: World) -> None:
    world.choose("mei", "End")
    head = world.entry.head
    assert (head.lock, head.waiting, told(world)) == (None, (), [])
    assert how(world) == ["ended", "ended"]


def test_the_line_has_an_end() -> None:
    users = tuple(User(id=f"u{number}") for number in range(LOCK_WAITERS + 3))
    world = World(graph(start=node("all users", {"On": "start"})), Directory(users))
    world.start("u0")
    world.lock("u0")
    for place, user in enumerate(users[1 : LOCK_WAITERS + 1], 1):
        assert world.lock(user.id, wait=True) == {"waiting": place}
        world.ask(user.id)
    last = users[-1].id
    refusal = world.refused(lambda: world.lock(last, wait=True))
    assert (refusal.code, refusal.details) == ("locked", {"by": ["u0"]})
    assert world.refused(lambda: world.ask(last)).code == "locked"
    assert world.lock("u1", wait=True) == {"waiting": 1}


def test_asking_tells_the_holders_once_a_grant(world: World) -> None:
    world.ask("ivo", "Only a minute")
    world.ask("ivo")
    world.ask("omar")
    assert world.screens["mei"]["locked"]["asked"] == ["ivo", "omar"]
    name = {id: world.directory.get(id).name for id in ("ivo", "omar")}  # type: ignore[union-attr]
    asked = [
        (["mei"], f"{name['ivo']} asks you for the lock: Only a minute"),
        (["mei"], f"{name['omar']} asks you for the lock."),
    ]
    assert told(world) == asked
    assert world.effects[0].body["title"] == world.entry.head.title
    world.lock("mei")
    assert world.screens["mei"]["locked"]["asked"] == ["ivo", "omar"], "renewing is no new grant"
    world.unlock("mei")
    assert "asked" not in world.screens["mei"]["locked"]
    world.ask("ivo")
    assert told(world)[-1][0] == ["omar"]


def test_there_must_be_somebody_else_to_ask(world: World) -> None:
    assert world.refused(lambda: world.ask("mei")).code == "forbidden"
    assert world.refused(lambda: world.ask("dana")).code == "not_found"
    world.put("ivo", "retired")
    assert world.refused(lambda: world.ask("ivo")).code == "forbidden"
    for user in ("omar", "mei"):
        world.unlock(user)
    refusal = world.refused(lambda: world.ask("omar"))
    assert (refusal.code, "Nobody holds" in refusal.message) == ("forbidden", True)


def test_holders_who_have_no_part_in_the_entry_are_not_told_of_it() -> None:
    world = begun(
        start=node(FIELD, {"On": "on"}),
        on=node("$all", {"Off": "start"}, act("lock", "given users [dana, mei]")),
    )
    world.choose("mei", "On")
    world.ask("omar")
    assert [users for users, _ in told(world)] == [["mei"]]


def test_an_administrator_frees_it_and_says_why(world: World) -> None:
    sam = world.directory.get("sam")
    assert sam is not None
    world.unlock("sam", reason="She is on holiday")
    assert world.holders() == ("omar",)
    assert world.last is not None
    [freed, granted] = [fact for fact in world.last.facts if isinstance(fact, LockSet)]
    assert (freed.reason, freed.text) == ("freed", "She is on holiday")
    assert granted.reason == "granted"
    why = f"{sam.name} has taken the lock from you: She is on holiday"
    assert told(world) == [(["mei"], why), (["omar"], GRANTED)]


def test_others_free_nothing_whatever_their_reason(world: World) -> None:
    assert world.refused(lambda: world.unlock("ruth", reason="Now")).code == "not_found"
    world.put("ivo", "retired")
    refusal = world.refused(lambda: world.unlock("ivo", reason="Now"))
    assert (refusal.code, refusal.details and refusal.details["by"]) == ("locked", ["mei"])


def test_an_administrator_in_line_frees_it_with_a_reason_only() -> None:
    world = begun(start=node("all users", {"On": "start"}))
    world.lock("mei")
    world.lock("sam", wait=True)
    world.unlock("sam")
    assert world.holders() == ("mei",)
    world.lock("sam", wait=True)
    world.unlock("sam", reason="Urgent")
    assert world.holders() == ("sam",)


def test_a_fence_from_before_is_refused_whoever_holds_it_and_when_it_is_free(world: World) -> None:
    world.expire(900)
    refusal = world.refused(lambda: world.choose("mei", "On", fence=1))
    assert (refusal.code, refusal.details) == ("fenced", {"fence": 2, "by": ["omar"]})
    assert world.refused(lambda: world.unlock("mei", fence=1)).code == "fenced"
    assert world.refused(lambda: world.choose("mei", "On")).code == "locked"
    world.unlock("ivo")
    world.unlock("omar", fence=2)
    assert world.holders() == ()
    for act_late in (lambda: world.choose("mei", "On", fence=1), lambda: world.unlock("mei", 1)):
        refusal = world.refused(act_late)
        assert (refusal.code, refusal.details) == ("fenced", {"fence": 2})
    assert world.refused(lambda: world.choose("mei", "On", fence=3)).code == "fenced"
    world.choose("omar", "On", fence=2)  # Nobody has taken it since.


def test_what_is_tied_to_sessions_ends_with_them() -> None:
    world = begun(start=node(FIELD, {"On": "start"}))
    world.lock("mei", session=True)
    world.lock("omar", wait=True, session=True)
    world.lock("ivo", wait=True)
    world.drop("omar")
    assert (how(world), line(world)) == (["dropped"], ["ivo"])
    world.drop("ivo")
    assert line(world) == ["ivo"]
    world.drop("mei")
    assert (how(world), world.holders()) == (["dropped", "granted"], ("ivo",))
    world.drop("ivo")
    assert world.holders() == ("ivo",)


def test_who_waited_over_a_session_holds_it_for_as_long_as_there_is_one() -> None:
    world = begun(start=node(FIELD, {"On": "start"}))
    world.lock("mei")
    world.lock("omar", wait=True, session=True)
    world.unlock("mei")
    world.drop("omar")
    assert world.holders() == ()


def test_the_door_of_the_last_renewal_decides() -> None:
    world = begun(start=node(FIELD, {"On": "start"}))
    world.lock("mei", session=True)
    world.lock("mei")
    world.drop("mei")
    assert world.holders() == ("mei",)
    world.lock("mei", session=True)
    world.drop("mei")
    assert world.holders() == ("mei",), "what was taken without a session is not tied later"


def test_a_clock_that_was_set_back_makes_no_lease_longer() -> None:
    world = begun(start=node(FIELD, {"On": "start"}))
    world.lock("mei", ttl=60)
    world.expire(-5000)
    assert how(world) == ["clock"]
    assert world.screens["mei"]["locked"]["until"] == rfc3339(world.now - 1 + 60)
    world.expire(30)
    assert world.holders() == ("mei",)
    world.expire(30)
    assert world.holders() == ()
