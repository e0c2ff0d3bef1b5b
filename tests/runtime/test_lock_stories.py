"""Locks, waits, expiries, clocks, drops, crashes and retries in any order; mistakes are found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lockstep_protocol.entry import diff_views
from lockstep_server.engine import apply as applying
from lockstep_server.engine import claims, decide, decision, telling, waiting
from lockstep_server.engine.state import Lock
from lockstep_server.runtime import recorder
from lockstep_server.runtime.clock import new_id
from lockstep_server.store.change import Answer
from tests.runtime.lock_story import Story

TURNS = 60
STORIES = 120
ON_DISK = 6
FOUND_WITHIN = 25
"""So many stories at most until a planted mistake shows."""

Plant = Callable[[pytest.MonkeyPatch], None]


async def test_no_history_shows_two_holders_a_lost_grant_or_a_fence_that_goes_back() -> None:
    for seed in range(STORIES):
        await told(seed)


async def test_nor_on_disk(tmp_path: Path) -> None:
    for seed in range(ON_DISK):
        await told(1000 + seed, tmp_path / f"{seed}.db")


async def told(seed: int, path: Path | None = None) -> None:
    try:
        await Story(seed, path).play(TURNS)
    except AssertionError as wrong:
        raise AssertionError(f"story {seed}: {wrong}") from wrong


def nobody_gets_a_free_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decision, "settle", lambda *_: None)


def a_grant_keeps_the_fence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(waiting, "Lock", lambda **given: Lock(**{**given, "fence": given["fence"] - 1}))


def the_last_one_is_first(patch: pytest.MonkeyPatch) -> None:
    def settle(context: Any, draft: Any) -> None:
        if draft.head.lock is None:
            draft.head = replace(draft.head, waiting=draft.head.waiting[::-1])
        waiting.settle(context, draft)

    patch.setattr(decision, "settle", settle)


def anybody_takes_a_held_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(claims, "require_holder", lambda *_: None)


def the_lock_keeps_nobody_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "require_holder", lambda *_: None)


def old_fences_are_good(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "require_fence", lambda *_: None)


def a_lease_ends_early(patch: pytest.MonkeyPatch) -> None:
    early = decision.expired
    patch.setattr(claims, "expired", lambda lock, now: early(lock, now + 5))


def a_dropped_holder_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(claims, "drop", lambda *_: None)


def who_leaves_the_line_stays_in_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applying, "_without", lambda line, _: line)


def a_retry_is_a_new_command(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recorder, "Answer", lambda user, _, *rest: Answer(user, new_id(), *rest))


def a_diff_forgets_the_lock(patch: pytest.MonkeyPatch) -> None:
    def forgetful(old: Any, new: Any) -> Any:
        changed, gone = diff_views(old, new)
        return {name: changed[name] for name in changed if name != "locked"}, gone

    patch.setattr(telling, "diff_views", forgetful)


PLANTS: tuple[Plant, ...] = (
    nobody_gets_a_free_lock,
    a_grant_keeps_the_fence,
    the_last_one_is_first,
    anybody_takes_a_held_lock,
    the_lock_keeps_nobody_out,
    old_fences_are_good,
    a_lease_ends_early,
    a_dropped_holder_stays,
    who_leaves_the_line_stays_in_it,
    a_retry_is_a_new_command,
    a_diff_forgets_the_lock,
)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
async def test_a_planted_mistake_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in range(FOUND_WITHIN):
        try:
            await Story(seed, None).play(TURNS)
        except AssertionError:
            return
    raise AssertionError("nothing showed it")
