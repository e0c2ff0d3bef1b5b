"""The same seed makes the same decisions, whatever the user finds."""

from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lockstep_load.profiles import GIVERS, HABITS, Act
from lockstep_load.session import Given, Session

ACTS: dict[str, Act] = {
    **GIVERS,
    **{f"{kind} {act.__name__}": act for kind, habits in HABITS.items() for act, _ in habits},
}


class User:
    """A session as far as a habit needs one: there, or away; with an entry, or without."""

    def __init__(self, live: bool) -> None:
        self.live = live
        self.did: list[Any] = []
        self.team = SimpleNamespace(entries=["e", "f", "g"])
        view = {"step": "turn", "visit": 3}
        self.holding = SimpleNamespace(views=dict.fromkeys(self.team.entries, view) if live else {})
        self.world = SimpleNamespace(at=lambda *_: None)
        self.back_with = ""

    def when_live(self, turn: Any) -> None:
        if self.live:
            turn()

    def give(self, given: Given, **members: Any) -> None:
        self.did.append((given.kind, given.entry, given.due, members))

    def signal(self, message: dict[str, Any]) -> None:
        self.did.append(message)

    def cut(self, wait: float) -> None:
        self.did.append((self.back_with, wait))

    def read_on(self, on: bool) -> None:
        self.did.append(on)


def played(act: Act, live: bool, seed: int = 5) -> tuple[list[Any], object]:
    """What is done in fifty turns, and how the chance stands then."""
    user, chance = User(live), Random(seed)
    for turn in range(50):
        act(cast(Session, user), chance, float(turn))
    return user.did, chance.getstate()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_decisions_hang_on_the_seed_alone(act: Act) -> None:
    did, chance = played(act, True)
    assert did
    assert (did, chance) == played(act, True)
    assert played(act, False)[1] == chance
    if act.__name__ != "dawdle":
        assert played(act, True, seed=6)[0] != did


def test_deciders_take_the_lock_now_and_then() -> None:
    kinds = [kind for kind, *_ in played(GIVERS["deciders"], True)[0]]
    assert set(kinds) == {"choose", "lock"}
    assert kinds.count("lock") < 15
