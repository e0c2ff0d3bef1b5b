"""What waits to be written to one connection: bounded in frames and in bytes."""

from collections import deque
from typing import Generic, Protocol, TypeVar


class Ready(Protocol):
    """A frame whose bytes are made once, however many sessions receive it."""

    def payload(self, subprotocol: str) -> bytes:
        """The bytes of the frame in ``subprotocol``."""
        ...


Kept = TypeVar("Kept", bound=Ready)


class Outbox(Generic[Kept]):
    """A queue of ready frames.

    A reader that does not keep up first misses what is no change (typing, presence): such a frame
    is left out once half of a bound is used. A frame that tells of a change is never left out;
    when it does not fit, the session must be sent away to resume. What the client asked for whole
    (its inbox) is not counted: it may be larger than the bounds, and comes once.
    """

    def __init__(self, subprotocol: str, max_frames: int, max_bytes: int) -> None:
        self.bytes = 0
        self._subprotocol = subprotocol
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._counted = 0
        self._frames: deque[tuple[Kept, int, int]] = deque()

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: Kept, *, droppable: bool = False, counted: bool = True) -> bool:
        """Place a frame at the end. False: a change does not fit any more."""
        if not counted:
            self._frames.append((frame, 0, 0))
            return True
        size = len(frame.payload(self._subprotocol))
        share = 2 if droppable else 1
        full = self._counted * share >= self._max_frames
        # One frame alone always fits: otherwise a large one could never be delivered.
        heavy = self._counted > 0 and (self.bytes + size) * share > self._max_bytes
        if full or heavy:
            return droppable
        self._frames.append((frame, size, 1))
        self.bytes += size
        self._counted += 1
        return True

    def take(self) -> Kept | None:
        """The next frame to write; None: nothing waits."""
        if not self._frames:
            return None
        frame, size, count = self._frames.popleft()
        self.bytes -= size
        self._counted -= count
        return frame

    def clear(self) -> None:
        """Forget all that waits: whoever resumes gets it again."""
        self._frames.clear()
        self.bytes = self._counted = 0
