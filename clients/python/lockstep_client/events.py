"""What a frame changed in the mirror, told to whoever follows it."""

from typing import Any

import msgspec

View = dict[str, Any]
"""An entry as the server shows it to this user, with the names used on the wire."""


class Welcomed(msgspec.Struct, frozen=True):
    """The server let us in. ``resumed``: only what was missed follows, instead of a snapshot."""

    user: dict[str, Any]
    resumed: bool


class Synced(msgspec.Struct, frozen=True):
    """The mirror is the whole inbox as of change ``n``."""

    n: int


class Arrived(msgspec.Struct, frozen=True):
    """An entry is new in the inbox, or was sent whole again."""

    entry: str
    view: View


class Changed(msgspec.Struct, frozen=True):
    """An entry changed; ``fields`` are the members of the view that are different now."""

    entry: str
    view: View
    fields: tuple[str, ...]
    by: str
    cause: str


class Left(msgspec.Struct, frozen=True):
    """An entry is no longer in the inbox."""

    entry: str
    reason: str


class Opened(msgspec.Struct, frozen=True):
    """A room is new to this user, or was sent whole again."""

    room: str
    view: View


class Said(msgspec.Struct, frozen=True):
    """A message in the conversation of an entry or a room: new, or edited (``revision``) or
    deleted (``deleted``) and to be shown in place of the one with its number ``m``."""

    place: str
    message: dict[str, Any]


class Marked(msgspec.Struct, frozen=True):
    """``user`` has read the conversation of an entry or a room up to message ``m``."""

    place: str
    user: str
    m: int


class Present(msgspec.Struct, frozen=True):
    """``user`` is ``online``, ``away`` or ``offline`` now, and looks at the entry ``watching``."""

    user: str
    state: str
    watching: str | None


class Differed(msgspec.Struct, frozen=True):
    """This side was not what the server holds; ``entries`` are asked for again.

    It never happens unless one of the two has a fault.
    """

    entries: tuple[str, ...]


class Answered(msgspec.Struct, frozen=True):
    """The command ``id`` is durable."""

    id: str
    result: dict[str, Any]
    n: int | None


class Declined(msgspec.Struct, frozen=True):
    """A refusal as it was sent. ``id`` None: it answers no command that could be read."""

    id: str | None
    refusal: dict[str, Any]


class Other(msgspec.Struct, frozen=True):
    """Any other message: typing, notify, auth_soon, goaway, pong, position."""

    message: dict[str, Any]


Event = (
    Welcomed
    | Synced
    | Arrived
    | Changed
    | Left
    | Opened
    | Said
    | Marked
    | Present
    | Differed
    | Answered
    | Declined
    | Other
)
