"""The outbox: bounded, and what is no change gives way first."""

from lockstep_server.session.bucket import Bucket
from lockstep_server.session.outbox import Outbox


class Frame:
    def __init__(self, size: int) -> None:
        self.size = size

    def payload(self, subprotocol: str) -> bytes:
        return b"x" * self.size


def test_frames_come_out_in_order_and_their_bytes_are_counted() -> None:
    outbox = Outbox[Frame]("p", 10, 100)
    first, second = Frame(10), Frame(20)
    assert outbox.put(first)
    assert outbox.put(second)
    assert (len(outbox), outbox.bytes) == (2, 30)
    assert outbox.take() is first
    assert outbox.take() is second
    assert outbox.take() is None
    assert outbox.bytes == 0


def test_it_is_full_by_count_and_by_bytes() -> None:
    outbox = Outbox[Frame]("p", 2, 100)
    assert outbox.put(Frame(1))
    assert outbox.put(Frame(1))
    assert not outbox.put(Frame(1))
    outbox = Outbox[Frame]("p", 10, 100)
    assert outbox.put(Frame(60))
    assert not outbox.put(Frame(60))
    outbox.clear()
    assert outbox.put(Frame(60))


def test_one_frame_alone_always_fits() -> None:
    assert Outbox[Frame]("p", 10, 100).put(Frame(1000))


def test_what_was_asked_for_whole_is_not_counted() -> None:
    outbox = Outbox[Frame]("p", 2, 100)
    pages = [Frame(1000) for _ in range(3)]
    assert all(outbox.put(page, counted=False) for page in pages)
    assert outbox.put(Frame(50))
    assert [outbox.take() for _ in pages] == pages
    assert not outbox.put(Frame(60))


def test_what_is_no_change_is_left_out_from_half_full_on() -> None:
    outbox = Outbox[Frame]("p", 4, 100)
    assert outbox.put(Frame(1), droppable=True)
    outbox.put(Frame(1))
    assert outbox.put(Frame(1), droppable=True)
    assert len(outbox) == 2


def test_the_bucket_gives_a_burst_and_then_the_rate() -> None:
    bucket = Bucket(2.0, 3, 0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(0.5) == 0.0
    assert bucket.take(0.5) > 0
    assert not bucket.full(1.9)
    assert bucket.full(2.0)
    assert bucket.take(1.0) == 0.0
