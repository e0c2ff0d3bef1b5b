"""Whatever is done in whatever order: the world's checks hold after every change.

They are in ``world``: old views and what was told give fresh views, the rows give the entry,
and so does the journal.
"""

from collections import Counter
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep_protocol.refusals import Refused
from tests.engine.graphs import FIELD, LEADS, ON_CALL, act, graph, node
from tests.engine.world import World, card

ALL_WAYS = {
    "all": "all",
    "alone": "alone",
    "leads": "leads",
    "put away": "put-away",
    "hold": "hold",
    "free": "free",
    "tell": "tell",
    "chain": "chain",
    "nobody": "nobody",
}
GRAPH = graph(
    start=node(FIELD, ALL_WAYS, act("task", "$source", "open")),
    all=node("$all", ALL_WAYS, name="All {{ n }}", description="{{ source.name }}"),
    alone=node("$source", ALL_WAYS),
    leads=node(f"{LEADS}, {ON_CALL} and all users", ALL_WAYS, act("unlock", LEADS)),
    **{
        "put-away": node(ON_CALL, ALL_WAYS, act("chat", LEADS, "gone"), status="retired"),
        "hold": node("$all", ALL_WAYS, act("lock", "$all", {"ttl": 5}), act("unlock", "$source")),
        "free": node(
            "$sink", ALL_WAYS, act("unlock"), act("status", "$all", "active"), act("notify", "$all")
        ),
        "tell": node(
            LEADS,
            ALL_WAYS,
            act("chat", "$all", "to all"),
            act("chat", "given users [dana]", "to one"),
            act("status", "$source", "retired"),
            act("lock", ON_CALL),
        ),
        "chain": node(
            "$source",
            ALL_WAYS,
            act("trigger", None, "tell"),
            act("status", "$all", "retired"),
            act("trigger", None, "nobody"),
            act("trigger", None, "free"),
        ),
        "nobody": node("given groups [night-shift]", ALL_WAYS),
    },
)
USERS = ("dana", "omar", "mei", "ivo", "ruth", "sam")

Command = tuple[str, str, Any]

users = st.sampled_from(USERS)
commands = st.one_of(
    st.tuples(st.just("choose"), users, st.sampled_from(sorted(ALL_WAYS))),
    st.tuples(st.just("choose"), users, st.sampled_from(sorted(ALL_WAYS))),
    st.tuples(st.just("choose late"), users, st.integers(0, 3)),
    st.tuples(st.just("lock"), users, st.sampled_from([None, 3.0, 30.0])),
    st.tuples(st.just("unlock"), users, st.sampled_from([None, 1, 2])),
    st.tuples(st.just("say"), users, st.just("Hello")),
    st.tuples(st.just("put"), users, st.sampled_from(["active", "retired"])),
    st.tuples(st.just("expire"), st.just("system"), st.sampled_from([0.0, 2.0, 10.0])),
)


def do(world: World, command: Command) -> None:
    """Do one of the above."""
    what, user, how = command
    match what:
        case "choose":
            world.choose(user, how, data={"n": world.n} if world.n % 3 == 0 else None)
        case "choose late":
            world.choose(user, "all", visit=how)
        case "lock":
            world.lock(user, how)
        case "unlock":
            world.unlock(user, how)
        case "say":
            world.say(user, how)
        case "put":
            world.put(user, how)
        case "expire":
            world.expire(how)
        case _:
            raise AssertionError(what)


def begun() -> World:
    world = World(GRAPH)
    world.start("dana", {"n": 0}, sink="ivo", dispatch=card(subject="x", body="y"))
    return world


def attempt(world: World, command: Command) -> str:
    """Do it or hear why not; what must hold afterwards. The refusal's code, or "done"."""
    before, position = world.entry.stored(), world.n
    outcome = "done"
    try:
        do(world, command)
    except Refused as error:
        outcome, present = error.refusal.code, error.refusal.entry
        unchanged = world.entry.stored() == before and world.n == position
        shown = world.screens.get(command[1]) if present is not None else None
        current = shown is None or present is None or shown["version"] == present.version
    else:
        unchanged = current = True
    assert unchanged
    assert current, "a refusal's view is the one that the client has already"
    head = world.entry.head
    assert head.lock is None or (head.live and head.lock.by and head.lock.fence == head.fence)
    assert head.fence >= before.head.fence
    assert head.change == world.n
    return outcome


@settings(max_examples=40)
@given(st.lists(commands, min_size=5, max_size=25))
def test_every_order_of_commands_keeps_every_screen_right(given_commands: list[Command]) -> None:
    world = begun()
    for command in given_commands:
        attempt(world, command)


def test_long_stories_too_and_they_come_by_every_outcome() -> None:
    chance = Random(1)
    outcomes: Counter[str] = Counter()
    for _ in range(25):
        world = begun()
        for _ in range(40):
            outcomes[attempt(world, any_command(chance, world))] += 1
    assert outcomes["done"] > 500
    expected = {"stale", "locked", "fenced", "not_found", "empty_scope", "forbidden"}
    assert expected <= outcomes.keys()


def any_command(chance: Random, world: World) -> Command:
    """More often than not a path that is open to somebody."""
    user = chance.choice(USERS)
    if chance.random() < 0.6:
        open_to = [user for user in world.screens if "step" in world.screens[user]]
        holders = [user for user in world.holders() if user in open_to]
        user = chance.choice(holders or open_to or [user])
        return ("choose", user, chance.choice(sorted(ALL_WAYS)))
    others: list[Command] = [
        ("choose late", user, chance.randrange(4)),
        ("lock", user, chance.choice([None, 3.0])),
        ("unlock", user, chance.choice([None, 1, 2, 3])),
        ("say", user, "Hello"),
        ("put", user, chance.choice(["active", "active", "retired"])),
        ("expire", "system", chance.choice([0.0, 10.0])),
    ]
    return chance.choice(others)
