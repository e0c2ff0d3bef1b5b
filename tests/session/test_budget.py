"""Who pays for bytes that wait, who is stuck, and who comes back when."""

from lockstep_server.session.budget import Budget
from lockstep_server.session.progress import Progress
from lockstep_server.session.rules import COME_BACK_MS
from lockstep_server.session.slots import FARTHEST_SECONDS, Slots


class Reader:
    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.size = 0
        self.gone = False
        self.asked = 0

    def hold(self, size: int) -> None:
        self.size = size
        self.budget.note(self, size)

    def buffered(self) -> int:
        self.asked += 1
        return self.size

    def too_slow(self) -> None:
        self.gone = True

    def check(self) -> None: ...


def test_the_one_that_holds_most_is_sent_away_and_nobody_else() -> None:
    budget = Budget(1000)
    readers = [Reader(budget) for _ in range(10)]
    for number, reader in enumerate(readers):
        reader.hold(50 + number)
    readers[3].hold(490)
    assert not any(reader.gone for reader in readers)
    readers[5].hold(200)
    assert [reader.gone for reader in readers] == [number == 3 for number in range(10)]
    assert budget.used == sum(reader.size for reader in readers) - 490


def test_what_has_left_in_the_meantime_is_held_against_nobody() -> None:
    budget = Budget(1000)
    slow, quick = Reader(budget), Reader(budget)
    slow.hold(900)
    slow.size = 0  # taken, and nobody told
    quick.hold(500)
    assert not slow.gone
    assert not quick.gone
    assert (budget.used, budget.holders) == (500, [quick])


def test_those_who_hold_are_not_asked_again_for_every_byte() -> None:
    budget = Budget(64_000)
    other, reader = Reader(budget), Reader(budget)
    other.hold(63_999)
    other.size = 63_000  # so that there is room again once it is asked
    for size in range(1, 1_000):
        reader.hold(size)
    assert other.asked == 1
    reader.hold(3_000)
    assert other.gone


def test_who_has_gone_holds_nothing() -> None:
    budget = Budget(1000)
    reader = Reader(budget)
    reader.hold(10)
    budget.forget(reader)
    budget.forget(reader)
    assert (budget.used, budget.holders) == (0, [])


def test_a_reader_is_stuck_from_when_nothing_left_any_more() -> None:
    progress = Progress(100.0)
    assert progress.stuck(0, 0, 130.0) == 0.0
    assert progress.stuck(0, 10, 140.0) == 10.0
    assert progress.stuck(3, 10, 150.0) == 0.0
    # A ping of the transport waits too: that is no progress, and neither is less of it.
    assert progress.stuck(1, 10, 160.0) == 10.0
    assert progress.stuck(3, 10, 170.0) == 20.0
    assert progress.stuck(4, 1, 180.0) == 0.0
    assert progress.stuck(4, 1, 90.0) == 0.0
    assert progress.stuck(4, 1, 95.0) == 5.0


def test_everybody_has_a_slot_of_their_own_and_the_pace_is_kept() -> None:
    slots = Slots(100.0)
    assert [slots.take(50.0) for _ in range(3)] == [COME_BACK_MS + wait for wait in (0, 10, 20)]
    assert slots.take(50.005) == COME_BACK_MS + 25
    assert slots.take(90.0) == COME_BACK_MS


def test_slots_never_lead_far_away() -> None:
    slots = Slots(1.0)
    waits = [slots.take(0.0) for _ in range(200)]
    assert max(waits) <= COME_BACK_MS + FARTHEST_SECONDS * 1000
    assert slots.take(-1e9) == COME_BACK_MS
