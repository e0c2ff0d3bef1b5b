"""What a change for a thousand sessions touches of each: one small object, and nothing else."""

from collections.abc import Sized

NEVER = 1 << 62
"""As if all had been told: the number of the last change where none may be written at once."""
_ENDED = ("for ever",)


class Lane:
    """How far a session is, and where its frames go.

    ``n``: the last change that was told; ``NEVER`` unless the session is live. ``sent``: when
    something was last sent (Unix seconds). ``fd``: what may be written to at once; -1: nothing,
    since something waits already, or the connection is of another kind. ``held``: what the
    transport itself keeps until it can be written; nothing may pass it.
    """

    __slots__ = ("fd", "held", "n", "sent", "subprotocol")

    def __init__(self, subprotocol: str, now: float) -> None:
        self.fd = -1
        self.n = NEVER
        self.held: Sized = b""
        self.sent = now
        self.subprotocol = subprotocol

    def shut(self) -> None:
        """The connection ends: nothing is written at once any more, whatever anybody sets later.

        Nothing may go out behind a close, nor to a descriptor that may soon be another's.
        """
        self.fd, self.held = -1, _ENDED
