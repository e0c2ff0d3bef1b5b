"""What a session asks its shell to do: the only way in which it acts on the world."""

import msgspec

from lockstep_protocol.closes import CLOSES
from lockstep_protocol.commands import Command, Read, Typing, Watch
from lockstep_protocol.pushes import ServerMessage

from .outbox import Ready


class SignIn(msgspec.Struct, frozen=True):
    """Find out whose token it is; then ``Session.signed_in`` or ``Session.sign_in_refused``."""

    token: str | None


class CatchUp(msgspec.Struct, frozen=True):
    """Join the hub, then read what changed in the inbox after ``since`` (None: all of it).

    Then ``Session.found``, ``Session.part`` for each part, the next one once the one before is
    written, and ``Session.caught_up``. ``again``: the hub was joined, and meanwhile more came
    than could wait.
    """

    since: int | None
    again: bool = False


class Digest(msgspec.Struct, frozen=True):
    """Find out what the user's inbox has; then ``Session.digested``."""


class Execute(msgspec.Struct, frozen=True):
    """Carry out a command; then ``Session.answered`` with its one answer."""

    command: Command


class Signal(msgspec.Struct, frozen=True):
    """Pass on what has no answer."""

    message: Read | Typing | Watch


class Write(msgspec.Struct, frozen=True):
    """Send these messages as one frame. ``counted``: against the bounds of the outbox."""

    messages: tuple[ServerMessage, ...]
    counted: bool = True


class Forward(msgspec.Struct, frozen=True):
    """Send a frame that is ready."""

    frame: Ready


class Close(msgspec.Struct, frozen=True):
    """Close the connection once what was written before is out. Always the last thing asked."""

    code: int

    @property
    def reason(self) -> str:
        """The text that travels with the code."""
        return CLOSES[self.code].reason


Do = SignIn | CatchUp | Digest | Execute | Signal | Write | Forward | Close
