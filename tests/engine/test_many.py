"""Thousands of recipients: what a change of all of them costs."""

import json
import random
from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import Choose
from lockstep_server.engine import decide
from lockstep_server.engine.context import Context
from lockstep_server.engine.decision import Decision
from lockstep_server.engine.entry import Entry
from lockstep_server.engine.render import Renderer
from lockstep_server.engine.scopes.directory import Directory, User
from lockstep_server.engine.telling import Telling
from tests.engine.graphs import act, graph, node
from tests.engine.world import BEGIN, ID, World, person

GRAPH = graph(
    start=node("all users", {"On": "on", "Seen": "seen"}),
    on=node("$all", {"On": "on"}, act("lock", "$all"), act("status", "$all", "active")),
    seen=node("$source", {"On": "on"}),
)


class Crowd:
    """An entry with so many recipients."""

    def __init__(self, size: int) -> None:
        self.directory = Directory(tuple(User(id=f"u{i}") for i in range(size)))
        decision = decide.start(self._context("u0"), GRAPH, entry_id="e1", sink=None, data={"a": 1})
        self.entry = Entry(decision.draft.head)
        self.entry.absorb(decision.draft)

    def choose(self, actor: str, path: str) -> Decision:
        """What ``actor`` taking ``path`` comes to; it is not absorbed."""
        place = self.entry.place_of(actor)
        assert place is not None
        command = Choose(id=ID, entry="e1", step=place.step, visit=place.visit, path=path)
        return decide.choose(self._context(actor), GRAPH, self.entry, command)

    def telling(self, decision: Decision, actor: str) -> Telling:
        """The messages of that."""
        return Telling(self.entry, decision.draft, GRAPH, person, actor, "choose")

    def _context(self, actor: str) -> Context:
        return Context(BEGIN, actor, self.directory, Renderer(), lambda: "effect")


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    return Crowd(5000)


def rows(decision: Decision) -> tuple[int, int, int]:
    """Rows written: places, recipients, bytes of the journal's event in hundreds."""
    draft = decision.draft
    event = msgspec.json.encode(draft.facts)
    return len(draft.changed), len(draft.moved), len(event) // 100


def test_a_step_for_all_writes_as_much_for_5000_as_for_10(crowd: Crowd) -> None:
    few = Crowd(10)
    assert crowd.entry.head.recipient_count == 5000
    assert rows(crowd.choose("u7", "On")) == rows(few.choose("u7", "On"))
    assert rows(crowd.choose("u7", "On"))[:2] == (1, 0)


def test_a_step_for_oneself_writes_one_recipient(crowd: Crowd) -> None:
    assert rows(crowd.choose("u7", "Seen"))[:2] == (1, 1)


def test_one_message_is_made_for_all_who_stand_together(crowd: Crowd) -> None:
    decision = crowd.choose("u7", "On")
    (told,) = crowd.telling(decision, "u7").messages()
    connected: dict[str, Any] = {f"u{i}": None for i in range(0, 5000, 50)}
    assert set(told.among(connected.keys())) == connected.keys()
    first, second = told.message(9), told.message(9)
    assert first == second
    assert len(json.loads(msgspec.json.encode(first))["people"]) <= 2


def test_after_one_has_gone_apart_the_others_are_still_told_together(crowd: Crowd) -> None:
    one = Crowd(100)
    decision = one.choose("u7", "Seen")
    one.entry.absorb(decision.draft)
    everybody = {f"u{i}": None for i in range(100)}
    told = [
        set(message.among(everybody.keys()))
        for message in one.telling(one.choose("u3", "On"), "u3").messages()
    ]
    assert sorted(map(len, told)) == [1, 99]
    assert {"u7"} in told


def test_many_who_went_apart_one_by_one_are_stored_together_again() -> None:
    one = Crowd(40)
    for i in range(30):
        one.entry.absorb(one.choose(f"u{i}", "Seen").draft)
    assert len(one.entry.places) == 31
    one.entry.absorb(one.choose("u0", "On").draft)
    # Those at "seen" are one visit further than those who never went there.
    assert sorted(len(users) for users in one.entry.members.values()) == [10, 30]
    one.entry.absorb(one.choose("u0", "On").draft)
    assert len(one.entry.places) == 2


def groups_of(number: int) -> tuple[str, ...]:
    """All but three of 40 are in ``most``, every other one is in ``half``."""
    return (*(("most",) if number not in (3, 14, 15) else ()), *(("half",) * (number % 2)))


FORTY = Directory(tuple(User(id=f"u{i:02}", groups=groups_of(i)) for i in range(40)))
WAYS = {"All": "everyone", "Most": "most", "Half": "half", "Own": "own", "Away": "away"}
SCATTERING = graph(
    start=node("all users", WAYS),
    everyone=node("$all", WAYS),
    most=node("given groups [most]", WAYS),
    half=node("given groups [half]", WAYS, act("chat", args="Half of you.")),
    own=node("$source", WAYS),
    away=node("$all", WAYS, act("status", "given groups [most], except groups [half]", "retired")),
)


def test_where_nearly_all_of_a_place_move_the_others_are_named() -> None:
    world = World(SCATTERING, FORTY)
    world.start("u00")
    world.choose("u00", "Most")
    assert world.last is not None
    assert world.last.moved.keys() == {"u03", "u14", "u15"}
    assert [world.step(user) for user in ("u00", "u02", "u03")] == ["most", "most", "start"]
    # Who only made room saw nothing of it.
    told = {user for user, message in world.heard if message["type"] == "diff"}
    assert told == FORTY.all_ids() - {"u03", "u14", "u15"}


def test_a_group_that_stands_together_writes_no_recipient() -> None:
    world = World(SCATTERING, FORTY)
    world.start("u00")
    for _ in range(3):
        world.choose("u00", "Most")
    assert world.last is not None
    assert (len(world.last.changed), len(world.last.moved)) == (1, 0)


@pytest.mark.parametrize("seed", range(5))
def test_whoever_goes_wherever_all_views_stay_true(seed: int) -> None:
    """Each change is checked by the world on its way: screens, rows, journal."""
    chance = random.Random(seed)
    world = World(SCATTERING, FORTY)
    world.start("u00")
    for _ in range(60):
        world.choose(chance.choice(sorted(world.screens)), chance.choice([*WAYS]))
        assert len(world.entry.places) <= 40
