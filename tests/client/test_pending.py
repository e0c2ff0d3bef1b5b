"""Commands that wait: how many are under way, in which order, and which are tried again."""

from typing import Any

import pytest

from lockstep_client import TooManyPending
from lockstep_client.pending import Patience, Pending
from lockstep_protocol.commands import Get
from lockstep_protocol.ids import uuid7

BUSY = {"code": "busy", "class": "wait", "details": {"after_ms": 500}}
AWAY = {"code": "unavailable", "class": "retry"}
LOCKED = {"code": "locked", "class": "wait", "details": {"by": ["omar"]}}
STALE = {"code": "stale", "class": "fix"}


def get(number: int) -> Get:
    return Get(id=uuid7(number, bytes(10)), entry=f"e{number}")


def waiting(count: int, at_most: int = 10, limit: int = 2) -> Pending:
    pending = Pending(Patience(tries=3, first=1.0, longest=8.0), at_most)
    pending.limit = limit
    for number in range(count):
        pending.add(get(number))
    return pending


def test_no_more_are_under_way_than_allowed_and_the_rest_follows_in_order() -> None:
    pending = waiting(5)
    assert pending.release(0.0) == [get(0), get(1)]
    assert pending.release(0.0) == []
    assert pending.answered(get(1).id) == get(1)
    assert pending.release(0.0) == [get(2)]
    assert pending.under_way == 2
    assert list(pending) == [get(0), get(2), get(3), get(4)]


def test_a_dropped_connection_has_all_of_them_sent_again_oldest_first() -> None:
    pending = waiting(3)
    pending.release(0.0)
    pending.dropped()
    assert pending.under_way == 0
    assert pending.release(0.0) == [get(0), get(1)]


def test_more_than_the_bound_are_not_taken() -> None:
    pending = waiting(3, at_most=3)
    with pytest.raises(TooManyPending, match="3 commands"):
        pending.add(get(3))
    pending.add(get(4), mending=True)
    assert pending.release(0.0)[0] == get(4), "the client's own questions overtake"


@pytest.mark.parametrize(
    ("refusal", "waits"), [(BUSY, 0.5), (AWAY, 1.0), (LOCKED, None), (STALE, None)]
)
def test_what_is_tried_again_and_when(refusal: dict[str, Any], waits: float | None) -> None:
    pending = waiting(2, limit=1)
    pending.release(100.0)
    assert pending.refused(get(0).id, refusal, 100.0) is (waits is not None)
    if waits is None:
        assert pending.due() is None
        return
    assert pending.due() == 100.0 + waits
    assert pending.release(100.0) == [], "nothing overtakes it"
    assert pending.release(100.0 + waits) == [get(0)]


def test_after_so_many_tries_the_refusal_is_the_answer() -> None:
    pending = waiting(1)
    again = []
    now = 0.0
    for _ in range(3):
        now = max(now, pending.due() or 0.0)
        assert pending.release(now) == [get(0)]
        again.append(pending.refused(get(0).id, AWAY, now))
    assert again == [True, True, False]
    assert now == 3.0, "one second, then two"


def test_a_try_that_was_lost_on_the_way_does_not_count() -> None:
    pending = waiting(1)
    for _ in range(10):
        pending.release(0.0)
        pending.dropped()
    pending.release(0.0)
    assert pending.refused(get(0).id, AWAY, 0.0)


def test_an_answer_that_nobody_waits_for_is_no_harm() -> None:
    pending = waiting(0)
    assert pending.answered(get(9).id) is None
    assert not pending.refused(get(9).id, AWAY, 0.0)
