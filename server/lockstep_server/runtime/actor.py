"""Who gives a command."""

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """A signed-in user with the roles that count here (``admin``)."""

    user: str
    roles: tuple[str, ...] = ()

    @property
    def admin(self) -> bool:
        """Whether administration is open to this user."""
        return "admin" in self.roles


SYSTEM = Actor("system", ("admin",))
"""The server itself: timers and effects."""
