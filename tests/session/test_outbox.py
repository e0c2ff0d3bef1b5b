"""The outbox: bounded, in stages; what is no change gives way first, then changes are merged."""

from typing import Any

import msgspec

from lockstep_protocol.codec import JSON
from lockstep_protocol.pushes import (
    Diff,
    Gone,
    PositionPush,
    Presence,
    Reply,
    ServerMessage,
    TypingPush,
)
from lockstep_protocol.refusals import Refusal, refusal
from lockstep_server.hub.frame import Frame
from lockstep_server.session.bucket import Bucket
from lockstep_server.session.outbox import Outbox

TYPING = Frame((TypingPush(user="mei", entry="e"),))
LARGE = 10**9


def outbox(frames: int = LARGE, size: int = LARGE) -> Outbox[Frame]:
    return Outbox[Frame](JSON, frames, size, Frame)


def gone(n: int, entry: str | None = None, pad: int = 0) -> Frame:
    return Frame((Gone(n=n, entry=entry or f"e{n}", reason="x" * pad),))


def diff(n: int, entry: str = "e", pad: int = 0, **members: Any) -> Frame:
    change = {"title": f"{n}" + "x" * pad} | members
    made = Diff(n=n, entry=entry, base=n - 1, version=n, set=change, unset=(), by="u", cause="c")
    return Frame((made,))


def taken(box: Outbox[Frame]) -> list[tuple[ServerMessage, ...]]:
    out = []
    while (frame := box.take()) is not None:
        out.append(frame.messages)
    return out


def test_frames_come_out_in_order_and_their_bytes_are_counted() -> None:
    box = outbox()
    first, second = gone(1), gone(2)
    assert box.put(first)
    assert box.put(second)
    assert len(box) == 2
    assert box.bytes == len(first.payload(JSON)) + len(second.payload(JSON))
    assert (box.take(), box.take(), box.take()) == (first, second, None)
    assert box.bytes == 0


def test_it_is_full_by_count_and_by_bytes() -> None:
    answers = [Frame((Reply(id=f"{n}", result={"entry": "x" * 50}),)) for n in range(3)]
    box = outbox(frames=2)
    assert [box.put(answer) for answer in answers] == [True, True, False]
    size = len(answers[0].payload(JSON))
    box = outbox(size=2 * size)
    assert [box.put(answer) for answer in answers] == [True, True, False]
    assert box.bytes == 2 * size
    box.clear()
    assert box.put(answers[0])


def test_one_frame_alone_always_fits() -> None:
    assert outbox(size=100).put(gone(1, pad=1000))


def test_what_was_asked_for_whole_counts_as_bytes_but_not_against_the_bounds() -> None:
    box = outbox(frames=2, size=100)
    pages = [gone(1, pad=1000) for _ in range(3)]
    assert all(box.put(page, counted=False) for page in pages)
    assert box.bytes > 3000
    assert box.put(gone(2, pad=20))
    assert [box.take() for _ in pages] == pages
    assert not box.put(gone(3, pad=60))


def test_typing_and_presence_are_left_out_from_half_full_on_and_nothing_else_is() -> None:
    box = outbox(frames=4)
    assert box.put(TYPING)
    box.put(gone(1))
    assert box.put(TYPING)
    assert box.put(Frame((Presence(user="mei", state="away"),)))
    assert len(box) == 2
    assert box.put(Frame((Refusal(**msgspec.structs.asdict(refusal("busy"))),)))
    assert len(box) == 3


def test_from_half_full_on_the_changes_become_one_frame_at_the_place_of_the_first() -> None:
    box = outbox(frames=8)
    done = Frame((Reply(id="a", n=2, result={"version": 2}),))
    for frame in (diff(1), diff(2, source="mei"), done, gone(3, "other"), diff(4, base=2)):
        assert box.put(frame)
    (first, second) = taken(box)
    assert second == done.messages
    # The last diff does not fit the one before it: a client must see that there is a gap.
    assert [(m.n, m.__struct_config__.tag) for m in first] == [  # type: ignore[union-attr]
        (2, "diff"),
        (3, "gone"),
        (4, "diff"),
    ]
    assert (first[0].base, first[0].set) == (0, {"title": "2", "source": "mei"})  # type: ignore[union-attr]


def test_a_bound_is_reached_only_by_what_cannot_be_merged() -> None:
    box = outbox(frames=4, size=1000)
    assert all(box.put(diff(n)) for n in range(1, 500))
    (frame,) = taken(box)
    assert (frame[0].base, frame[0].n) == (0, 499)  # type: ignore[union-attr]
    assert all(box.put(gone(n, pad=40)) for n in range(1, 9))
    assert not all(box.put(gone(n, pad=40)) for n in range(9, 20))


def test_an_answer_that_shows_a_state_is_not_overtaken_by_what_came_after_it() -> None:
    box = outbox(frames=5)
    shown = Frame((Reply(id="a", result={"entry": {"id": "e", "version": 2}}),))
    for frame in (diff(1), diff(2), shown, diff(3), diff(4)):
        assert box.put(frame)
    assert [[getattr(m, "n", None) for m in frame] for frame in taken(box)] == [[2], [None], [4]]


def test_a_position_that_a_merged_change_leaves_behind_is_not_told_any_more() -> None:
    box = outbox(frames=8)
    before, between, after = (Frame((PositionPush(n=n),)) for n in (0, 1, 7))
    for frame in (before, diff(1), between, diff(2), after):
        assert box.put(frame)
    first, second, third = taken(box)
    assert (first, third) == (before.messages, after.messages)
    assert second[0].n == 2  # type: ignore[union-attr]


def test_merging_is_not_tried_again_for_every_frame() -> None:
    made = []

    def make(messages: tuple[ServerMessage, ...]) -> Frame:
        made.append(len(messages))
        return Frame(messages)

    box = Outbox[Frame](JSON, LARGE, 100_000, make)
    # Of different entries, so that there is nothing to gain.
    assert all(box.put(gone(n)) for n in range(1_900))
    assert 0.7 < box.used < 1.0
    assert len(made) <= 3


def test_the_bucket_gives_a_burst_and_then_the_rate() -> None:
    bucket = Bucket(2.0, 3, 0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(0.5) == 0.0
    assert bucket.take(0.5) > 0
    assert not bucket.full(1.9)
    assert bucket.full(2.0)
    assert bucket.take(1.0) == 0.0
