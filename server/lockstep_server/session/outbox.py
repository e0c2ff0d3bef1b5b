"""What waits to be written to one connection: bounded in frames and in bytes, in stages."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import msgspec

from lockstep_protocol.pushes import (
    AuthSoon,
    Notify,
    Pong,
    PositionPush,
    Presence,
    Reply,
    ServerMessage,
    TypingPush,
)
from lockstep_protocol.refusals import Refusal

from .merging import CHANGES, merged

DROPPING = 0.5
"""From this share of a bound on, what is no change is left out."""
MERGING = 0.5
"""From this share of a bound on, the changes that wait are merged into one frame."""
MERGING_AGAIN = 0.25
"""So much of a bound has to be filled anew before merging is tried again."""


class Ready(Protocol):
    """A frame whose bytes are made once, however many sessions receive it."""

    @property
    def messages(self) -> tuple[ServerMessage, ...]:
        """What the frame says."""
        ...

    def payload(self, subprotocol: str) -> bytes:
        """The bytes of the frame in ``subprotocol``."""
        ...


Kept = TypeVar("Kept", bound=Ready)


class Tally(msgspec.Struct):
    """What outboxes did for slow readers, in frames."""

    merged: int = 0
    dropped: int = 0


class _Waiting(msgspec.Struct, Generic[Kept], eq=False):
    frame: Kept
    size: int
    counted: bool


class Outbox(Generic[Kept]):
    """A queue of ready frames.

    A reader that does not keep up first misses typing and presence, then finds the changes it has
    not heard of merged into one frame (made by ``make``); what does not fit even so is not taken:
    the session must be sent away to resume. What the client asked for whole (its inbox) does not
    count against the bounds: it may be larger than they are, and comes once.
    """

    def __init__(
        self,
        subprotocol: str,
        max_frames: int,
        max_bytes: int,
        make: Callable[[tuple[ServerMessage, ...]], Kept],
        tally: Tally | None = None,
    ) -> None:
        self._tally = tally or Tally()
        self.bytes = 0
        """All that waits, counted against the bounds or not."""
        self._subprotocol = subprotocol
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._make = make
        self._counted = 0
        self._counted_bytes = 0
        self._after_merging = 0.0
        self._frames: list[_Waiting[Kept]] = []  # a deque weighs ten times as much when empty

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def used(self) -> float:
        """The share of the bounds that is used, of the one that is used more."""
        return max(self._counted / self._max_frames, self._counted_bytes / self._max_bytes)

    def put(self, frame: Kept, *, counted: bool = True) -> bool:
        """Place a frame at the end. False: it says something that matters, and does not fit."""
        new = _Waiting(frame, len(frame.payload(self._subprotocol)), counted)
        if not counted:
            self._append(new)
            return True
        if self._counted and self._used_with(new) > DROPPING and _may_be_missed(frame):
            self._tally.dropped += 1
            return True
        if not self._fits(new) and self.used > self._after_merging:
            self._merge()
        if not self._fits(new):
            return False
        self._append(new)
        if self.used > max(MERGING, self._after_merging + MERGING_AGAIN):
            self._merge()
        return True

    def take(self) -> Kept | None:
        """The next frame to write; None: nothing waits."""
        if not self._frames:
            return None
        first = self._frames.pop(0)
        self._count(first, -1)
        self._after_merging = min(self._after_merging, self.used)
        return first.frame

    def clear(self) -> None:
        """Forget all that waits: whoever resumes gets it again."""
        self._frames.clear()
        self.bytes = self._counted = self._counted_bytes = 0
        self._after_merging = 0.0

    def _append(self, new: _Waiting[Kept]) -> None:
        self._frames.append(new)
        self._count(new, 1)

    def _count(self, waiting: _Waiting[Kept], sign: int) -> None:
        self.bytes += sign * waiting.size
        if waiting.counted:
            self._counted += sign
            self._counted_bytes += sign * waiting.size

    def _used_with(self, new: _Waiting[Kept]) -> float:
        frames = (self._counted + 1) / self._max_frames
        return max(frames, (self._counted_bytes + new.size) / self._max_bytes)

    def _fits(self, new: _Waiting[Kept]) -> bool:
        # One frame alone always fits: otherwise a large one could never be delivered.
        return self._counted == 0 or self._used_with(new) <= 1.0

    def _merge(self) -> None:
        """Put the changes together, as far as nothing stands between that they may not pass."""
        waiting, self._frames = self._frames, []
        run: list[_Waiting[Kept]] = []
        for each in waiting:
            if each.counted and _lets_changes_pass(each.frame):
                run.append(each)
            else:
                self._frames.extend(self._merged(run))
                self._frames.append(each)
                run = []
        self._frames.extend(self._merged(run))
        self.bytes = sum(each.size for each in self._frames)
        self._counted = sum(each.counted for each in self._frames)
        self._counted_bytes = sum(each.size for each in self._frames if each.counted)
        self._after_merging = self.used

    def _merged(self, run: list[_Waiting[Kept]]) -> list[_Waiting[Kept]]:
        changes = [each for each in run if _is_change(each.frame)]
        if len(changes) < 2:
            return run
        self._tally.merged += len(changes) - 1
        frame = self._make(merged(m for each in changes for m in each.frame.messages))
        one = _Waiting(frame, len(frame.payload(self._subprotocol)), True)
        reached = max((getattr(m, "n", 0) for m in frame.messages), default=0)
        first, after = run.index(changes[0]), []
        for each in run[first:]:
            if not _is_change(each.frame) and not _is_overtaken(each.frame, reached):
                after.append(each)
        return [*run[:first], one, *after]


def _may_be_missed(frame: Ready) -> bool:
    return all(isinstance(message, TypingPush | Presence) for message in frame.messages)


def _is_change(frame: Ready) -> bool:
    return all(isinstance(message, CHANGES) for message in frame.messages)


def _is_overtaken(frame: Ready, reached: int) -> bool:
    """Whether it says a position (perhaps with its digest) that a merged change has left behind."""
    return all(isinstance(m, PositionPush) and m.n < reached for m in frame.messages)


def _lets_changes_pass(frame: Ready) -> bool:
    """Whether a later change may be told before this frame.

    Not before what shows a state, as the answer to `get` does: a client would take the older
    state for the newer one.
    """
    return _is_change(frame) or all(
        isinstance(message, TypingPush | Presence | Notify | Pong | PositionPush | AuthSoon)
        or (isinstance(message, Reply) and message.n is not None)
        or (isinstance(message, Refusal) and message.entry is None)
        for message in frame.messages
    )
