"""The comparison can fail: mistakes planted in the engine are found, and soon."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from lockstep_protocol.entry import diff_views
from lockstep_server.engine import activation, claims, decide, decision, items, telling
from lockstep_server.engine import chat as conversation
from lockstep_server.engine.actions import ACTIONS
from lockstep_server.engine.facts import DataMerged
from lockstep_server.engine.scopes.query import evaluate
from lockstep_server.engine.standing import stand
from lockstep_server.engine.state import ChatMessage, Lock
from tests.property.again import TURNS
from tests.property.casts import Cast, cast
from tests.property.story import fails, play, report, shortest

COMMANDS = 2_000
"""Within so many commands each mistake has to be found."""

Plant = Callable[[pytest.MonkeyPatch], None]


def unlock_forgets_to_free(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(ACTIONS, "unlock", lambda *_: None)


def a_step_skips_somebody(patch: pytest.MonkeyPatch) -> None:
    def skipping(draft: Any, users: Any, *rest: Any) -> Any:
        some = users if users is None or len(users) < 2 else sorted(users)[1:]
        return stand(draft, some, *rest)

    patch.setattr(activation, "stand", skipping)


def visits_do_not_grow(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(activation, "replace", lambda place, **_: place)


def a_lease_never_ends(patch: pytest.MonkeyPatch) -> None:
    for module in (decision, claims):
        patch.setattr(module, "expired", lambda *_: False)


def the_lock_keeps_nobody_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "require_holder", lambda *_: None)


def a_fence_is_used_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(claims, "Lock", lambda **given: Lock(**{**given, "fence": 1}))


def nobody_joins_as_a_guest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(conversation, "join", lambda *_: None)


def everybody_reads_every_message(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        conversation, "ChatMessage", lambda **given: ChatMessage(**{**given, "only": None})
    )


def excepts_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        activation, "evaluate", lambda query, *rest: evaluate(replace(query, excepts=()), *rest)
    )


def a_diff_forgets_the_lock(patch: pytest.MonkeyPatch) -> None:
    def forgetful(old: Any, new: Any) -> Any:
        changed, gone = diff_views(old, new)
        return {name: changed[name] for name in changed if name != "locked"}, gone

    patch.setattr(telling, "diff_views", forgetful)


def retiring_keeps_the_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(items, "apply", lambda *_: None)


def triggered_steps_do_not_follow(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(activation.Activation, "trigger", lambda *_: None)


def data_is_not_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "DataMerged", lambda data, at: DataMerged({}, at))


PLANTS: tuple[Plant, ...] = (
    unlock_forgets_to_free,
    a_step_skips_somebody,
    visits_do_not_grow,
    a_lease_never_ends,
    the_lock_keeps_nobody_out,
    a_fence_is_used_twice,
    nobody_joins_as_a_guest,
    everybody_reads_every_message,
    excepts_are_forgotten,
    a_diff_forgets_the_lock,
    retiring_keeps_the_lock,
    triggered_steps_do_not_follow,
    data_is_not_kept,
)


def first_to_fail() -> Cast | None:
    """The first story that shows a difference, if one does within the bound."""
    for seed in range(COMMANDS // TURNS):
        if fails(story := cast(seed, TURNS)):
            return story
    return None


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    story = first_to_fail()
    assert story is not None
    monkeypatch.undo()
    play(story)


def test_what_is_found_is_made_short_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    unlock_forgets_to_free(monkeypatch)
    story = first_to_fail()
    assert story is not None
    short = shortest(story, fails)
    assert len(short.turns) <= 3
    actions = [each["action"] for node in short.definition.values() for each in node["actions"]]
    assert "unlock" in actions
    assert len(actions) <= 3
    told = report(7, short)
    assert "seed 7" in told
    assert "lock: the engine has" in told
