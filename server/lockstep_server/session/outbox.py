"""What waits to be written to one connection: bounded in frames and in bytes."""

from collections import deque
from typing import Protocol


class Ready(Protocol):
    """A frame whose bytes are made once, however many sessions receive it."""

    def payload(self, subprotocol: str) -> bytes:
        """The bytes of the frame in ``subprotocol``."""
        ...


class Outbox:
    """A queue of ready frames.

    A reader that does not keep up first misses what is no change (typing, presence): such a frame
    is left out once half of a bound is used. A frame that tells of a change is never left out;
    when it does not fit, the session must be sent away to resume.
    """

    def __init__(self, subprotocol: str, max_frames: int, max_bytes: int) -> None:
        self.bytes = 0
        self._subprotocol = subprotocol
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._frames: deque[tuple[Ready, int]] = deque()

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: Ready, *, droppable: bool = False) -> bool:
        """Place a frame at the end. False: a change does not fit any more."""
        size = len(frame.payload(self._subprotocol))
        share = 2 if droppable else 1
        full = len(self._frames) * share >= self._max_frames
        # One frame alone always fits, so that a large snapshot page cannot shut anybody out.
        heavy = bool(self._frames) and (self.bytes + size) * share > self._max_bytes
        if full or heavy:
            return droppable
        self._frames.append((frame, size))
        self.bytes += size
        return True

    def take(self) -> Ready | None:
        """The next frame to write; None: nothing waits."""
        if not self._frames:
            return None
        frame, size = self._frames.popleft()
        self.bytes -= size
        return frame

    def clear(self) -> None:
        """Forget all that waits: whoever resumes gets it again."""
        self._frames.clear()
        self.bytes = 0
