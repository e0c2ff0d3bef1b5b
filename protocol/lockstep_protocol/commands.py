"""What a client says: commands (have an ``id``, are answered) and signals (are not)."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from . import limits
from .definition import Status
from .ids import UUID7_CHARACTERS, UUID7_PATTERN

CommandId = Annotated[
    str,
    Meta(pattern=UUID7_PATTERN, min_length=UUID7_CHARACTERS, max_length=UUID7_CHARACTERS),
]
"""A UUID of version 7. Giving a command again with its id returns the first answer."""
Identifier = Annotated[str, Meta(min_length=1, max_length=limits.IDENTIFIER_CHARACTERS)]
"""The id of a user, entry or room, a workflow's name, a step's key, a label, a handle."""
Token = Annotated[str, Meta(min_length=1, max_length=limits.TOKEN_CHARACTERS)]
Number = Annotated[int, Meta(ge=0, lt=2**53)]
"""A count that every client can hold exactly."""
MessageNumber = Annotated[int, Meta(ge=1, lt=2**53)]
"""The number of a message in its conversation."""
PageSize = Annotated[int, Meta(ge=1, le=limits.PAGE_ITEMS)]
Lease = Annotated[float, Meta(gt=0, le=limits.LOCK_SECONDS_MAX)]
Note = Annotated[str, Meta(min_length=1, max_length=limits.NOTE_CHARACTERS)]


class _Message(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename="camel",
    tag_field="type",
):
    """What all messages of a client share: camelCase names, and nothing unknown in them."""


class Start(_Message, frozen=True, kw_only=True, tag="start"):
    """Start a workflow. ``key``: a second start with it gives what the first one made."""

    id: CommandId
    workflow: Identifier
    version: Annotated[int, Meta(ge=1, lt=2**53)] | None = None
    to: tuple[Identifier, ...] = ()
    data: dict[str, Any] = {}
    key: Identifier | None = None


class Dispatch(_Message, frozen=True, kw_only=True, tag="dispatch"):
    """Make a record of a tracker, about ``user``. ``service_id`` makes it idempotent."""

    id: CommandId
    tracker: Identifier
    user: Identifier | None = None
    data: dict[str, Any]
    service_id: Identifier | None = None


class Choose(_Message, frozen=True, kw_only=True, tag="choose"):
    """Take the path with the label ``path`` from the step and visit the user stands at."""

    id: CommandId
    entry: Identifier
    step: Identifier
    visit: Number
    path: Identifier
    data: dict[str, Any] | None = None
    fence: Number | None = None


class LockEntry(_Message, frozen=True, kw_only=True, tag="lock"):
    """Take the entry's mutex, or renew it, for ``ttl`` seconds.

    ``wait``: when others hold it, get in line for it instead of being refused.
    """

    id: CommandId
    entry: Identifier
    ttl: Lease | None = None
    wait: bool = False


class UnlockEntry(_Message, frozen=True, kw_only=True, tag="unlock"):
    """Give the entry's mutex back, or wait for it no more. ``fence``: only if it is still that one.

    ``reason``: why an administrator frees what others hold.
    """

    id: CommandId
    entry: Identifier
    fence: Number | None = None
    reason: Note | None = None


class AskForLock(_Message, frozen=True, kw_only=True, tag="ask"):
    """Ask those who hold the entry's mutex to give it back, with a few words of one's own."""

    id: CommandId
    entry: Identifier
    body: Note | None = None


class Say(_Message, frozen=True, kw_only=True, tag="say"):
    """Post a message in the conversation of an entry or of a room."""

    id: CommandId
    entry: Identifier | None = None
    room: Identifier | None = None
    body: Annotated[str, Meta(min_length=1)]
    data: Any = None
    schema: Identifier = "text.json"

    def __post_init__(self) -> None:
        _one_place(self.entry, self.room)


class Edit(_Message, frozen=True, kw_only=True, tag="edit"):
    """Say the user's own message ``m`` anew: ``body`` and ``data`` replace what it had."""

    id: CommandId
    entry: Identifier | None = None
    room: Identifier | None = None
    m: MessageNumber
    body: Annotated[str, Meta(min_length=1)]
    data: Any = None

    def __post_init__(self) -> None:
        _one_place(self.entry, self.room)


class Delete(_Message, frozen=True, kw_only=True, tag="delete"):
    """Take back the user's own message ``m``: its number stays, its text goes."""

    id: CommandId
    entry: Identifier | None = None
    room: Identifier | None = None
    m: MessageNumber

    def __post_init__(self) -> None:
        _one_place(self.entry, self.room)


class SetStatus(_Message, frozen=True, kw_only=True, tag="status"):
    """Retire or revive the user's own item of the entry."""

    id: CommandId
    entry: Identifier
    status: Status


class Get(_Message, frozen=True, kw_only=True, tag="get"):
    """The entry whole, as the user sees it now."""

    id: CommandId
    entry: Identifier


class History(_Message, frozen=True, kw_only=True, tag="history"):
    """Older changes of the entry: those with ``n`` below ``before``, newest first."""

    id: CommandId
    entry: Identifier
    before: Number | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class Messages(_Message, frozen=True, kw_only=True, tag="messages"):
    """Older messages of a conversation: those with ``m`` below ``before``, newest first."""

    id: CommandId
    entry: Identifier | None = None
    room: Identifier | None = None
    before: Number | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT

    def __post_init__(self) -> None:
        _one_place(self.entry, self.room)


class Versions(_Message, frozen=True, kw_only=True, tag="versions"):
    """Which entries the user's inbox has now, and in which version: to find what differs."""

    id: CommandId


class ClientInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which program connects; ``instance`` tells two of its windows apart."""

    name: Identifier
    version: Identifier | None = None
    instance: Identifier | None = None


class Resume(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The highest change the client has applied, and in which lineage of the database."""

    epoch: Identifier
    n: Number


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """The first message of a connection."""

    token: Token | None = None
    client: ClientInfo | None = None
    position: Resume | None = None


class Auth(_Message, frozen=True, kw_only=True, tag="auth"):
    """A new token in place of the session's, before that one expires."""

    token: Token


class Read(_Message, frozen=True, kw_only=True, tag="read"):
    """Read up to chat message ``m``; ``seen`` marks the entry itself. One of both at least."""

    entry: Identifier | None = None
    room: Identifier | None = None
    m: Number | None = None
    seen: bool = False

    def __post_init__(self) -> None:
        _one_place(self.entry, self.room)
        if self.m is None and not self.seen:
            raise ValueError("Object needs `m` or `seen`")
        if self.seen and self.entry is None:
            raise ValueError("Only an `entry` can be seen")


class Typing(_Message, frozen=True, kw_only=True, tag="typing"):
    """The user is writing a message now."""

    entry: Identifier | None = None
    room: Identifier | None = None

    def __post_init__(self) -> None:
        _one_place(self.entry, self.room)


class Watch(_Message, frozen=True, kw_only=True, tag="watch"):
    """The user looks at this entry now; ``None``: at no entry.

    ``away``: nobody is at this window, whatever it shows.
    """

    entry: Identifier | None
    away: bool = False


class Ping(_Message, frozen=True, kw_only=True, tag="ping"):
    """Asks for a ``pong``."""


Question = Get | History | Messages | Versions
"""Commands that only ask: they change nothing, so nothing is remembered of them."""

Command = (
    Start
    | Dispatch
    | Choose
    | LockEntry
    | UnlockEntry
    | AskForLock
    | Say
    | Edit
    | Delete
    | SetStatus
    | Question
)
"""Answered with exactly one ``reply`` or ``refusal`` that carries its id."""

Signal = Hello | Auth | Read | Typing | Watch | Ping
"""Not answered by id."""

ClientMessage = Command | Signal


def _one_place(entry: str | None, room: str | None) -> None:
    if (entry is None) == (room is None):
        raise ValueError("Object needs either `entry` or `room`")
