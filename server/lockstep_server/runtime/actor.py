"""Who gives a command."""

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """A signed-in user with the roles that count here (``admin``).

    ``session``: speaks over a connection that stays, so that the server knows when it is gone.
    """

    user: str
    roles: tuple[str, ...] = ()
    session: bool = False

    @property
    def admin(self) -> bool:
        """Whether administration is open to this user."""
        return "admin" in self.roles


SYSTEM = Actor("system", ("admin",))
"""The server itself: timers and effects."""
