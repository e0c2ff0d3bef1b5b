"""Who gives a command, and what that one may do here."""

from typing import Literal

import msgspec

from lockstep_protocol.commands import Command, Question
from lockstep_protocol.refusals import refused

Scope = Literal["read", "act", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "act", "admin")
"""What an API key may be limited to: reading, giving commands, administration."""


class Actor(msgspec.Struct, frozen=True):
    """A signed-in user with the roles that count here (``admin``), and the scopes of the key.

    Whoever signs in with a token instead of a key has all scopes. ``session``: speaks over a
    connection that stays, so that the server knows when it is gone.
    """

    user: str
    roles: tuple[str, ...] = ()
    session: bool = False
    scopes: tuple[Scope, ...] = SCOPES

    @property
    def admin(self) -> bool:
        """Whether administration is open to this user."""
        return "admin" in self.roles and "admin" in self.scopes

    def require(self, scope: Scope) -> None:
        """Raises ``Refused`` with ``forbidden`` where the key is not for that.

        Every door asks here; ``admin`` needs the user's role besides.
        """
        if scope not in self.scopes:
            raise refused("forbidden", f"The API key has no scope `{scope}`.")
        if scope == "admin" and "admin" not in self.roles:
            raise refused("forbidden", "This needs the role `admin`.")


SYSTEM = Actor("system", ("admin",))
"""The server itself: timers and effects."""


def scope_of(command: Command) -> Scope:
    """Which scope a command needs, over whichever door it comes."""
    return "read" if isinstance(command, Question) else "act"
