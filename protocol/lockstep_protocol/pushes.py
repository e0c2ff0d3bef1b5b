"""What the server says. Every message that tells of a change carries that change's ``n``."""

from typing import Any, Literal

import msgspec

from .entry import ChatView, Person, Profile, RoomView, View
from .limits import Limits
from .refusals import Refusal

Presences = Literal["online", "away", "offline"]


class _Push(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename="camel",
    tag_field="type",
):
    """What all messages of a server share. A client ignores members it does not know."""


class ServerInfo(msgspec.Struct, frozen=True):
    """Which server this is."""

    name: str
    version: str


class Welcome(_Push, frozen=True, kw_only=True, tag="welcome"):
    """The answer to ``hello``. ``resumed``: what was missed follows instead of a snapshot.

    ``time``: the server's clock (RFC 3339), by which the client makes the ids of its commands.
    """

    session: str
    user: Profile
    epoch: str
    n: int
    resumed: bool
    time: str
    heartbeat: float
    limits: Limits
    server: ServerInfo


class Snapshot(_Push, frozen=True, kw_only=True, tag="snapshot"):
    """One page (from 1) of the whole inbox at ``n``; an empty inbox is one empty page."""

    n: int
    page: int
    pages: int
    entries: tuple[View, ...]
    rooms: tuple[RoomView, ...]
    people: tuple[Person, ...]


class EntryPush(_Push, frozen=True, kw_only=True, tag="entry"):
    """An entry that is new to this user, or whole again. ``people``: users that it names."""

    n: int
    entry: View
    people: tuple[Person, ...] = ()


class Diff(_Push, frozen=True, kw_only=True, tag="diff"):
    """What changed in an entry; applies where the client's version is ``base``."""

    n: int
    entry: str
    base: int
    version: int
    set: dict[str, Any]
    unset: tuple[str, ...]
    by: str
    cause: str
    people: tuple[Person, ...] = ()


class Gone(_Push, frozen=True, kw_only=True, tag="gone"):
    """The entry is no longer in this inbox."""

    n: int
    entry: str
    reason: str


class Chat(
    _Push, frozen=True, kw_only=True, tag="chat", rename={"from_": "from", "edited_at": "editedAt"}
):
    """A message in the conversation of an entry or a room: a new one, or a changed one whole.

    With a ``revision`` it takes the place of the message ``m`` that was there.
    """

    n: int
    entry: str | None = None
    room: str | None = None
    m: int
    from_: str
    at: str
    body: str
    schema: str
    kind: str | None = None
    data: Any = None
    revision: int = 0
    edited_at: str | None = None
    deleted: bool = False
    people: tuple[Person, ...] = ()


class RoomPush(_Push, frozen=True, kw_only=True, tag="room"):
    """A room that is new to this user, or whole again. ``people``: users that it names."""

    n: int
    room: RoomView
    people: tuple[Person, ...] = ()


class ReadPush(_Push, frozen=True, kw_only=True, tag="read"):
    """How far ``user`` has read (``m``), or that the user's own entry is seen at ``visit``."""

    user: str
    entry: str | None = None
    room: str | None = None
    m: int | None = None
    seen: bool = False
    visit: int | None = None


class TypingPush(_Push, frozen=True, kw_only=True, tag="typing"):
    """``user`` is writing now."""

    user: str
    entry: str | None = None
    room: str | None = None


class Presence(_Push, frozen=True, kw_only=True, tag="presence"):
    """Whether ``user`` is there, and which entry is being looked at."""

    user: str
    state: Presences
    watching: str | None = None


class Notify(_Push, frozen=True, kw_only=True, tag="notify"):
    """A notification to show, about an entry or a room."""

    entry: str | None = None
    room: str | None = None
    title: str
    body: str
    url: str | None = None


class Reply(_Push, frozen=True, kw_only=True, tag="reply"):
    """The command ``id`` is done and durable, as change ``n`` if it changed anything."""

    id: str
    n: int | None = None
    result: dict[str, Any]


class AuthSoon(_Push, frozen=True, kw_only=True, tag="auth_soon"):
    """The session's token expires in so many ``seconds``."""

    seconds: float


class GoAway(_Push, frozen=True, kw_only=True, tag="goaway", rename={}):
    """The connection is about to be closed with ``code``; come back after ``after_ms``."""

    code: int
    after_ms: int
    reason: str


class Pong(_Push, frozen=True, kw_only=True, tag="pong"):
    """The answer to ``ping``, with the position."""

    n: int


class PositionPush(_Push, frozen=True, kw_only=True, tag="position"):
    """Sent when nothing else was for a heartbeat, and now and then with ``digest``.

    ``digest`` (``lockstep_protocol.digest``) is of the inbox as it is right after change ``n``.
    """

    n: int
    digest: str | None = None


ServerMessage = (
    Welcome
    | Snapshot
    | EntryPush
    | Diff
    | Gone
    | Chat
    | RoomPush
    | ReadPush
    | TypingPush
    | Presence
    | Notify
    | Reply
    | Refusal
    | AuthSoon
    | GoAway
    | Pong
    | PositionPush
)
"""Everything a server may send."""


def chat_push(
    n: int,
    message: ChatView,
    *,
    entry: str | None = None,
    room: str | None = None,
    people: tuple[Person, ...] = (),
) -> Chat:
    """The message as it is pushed to those who may read it."""
    return Chat(
        n=n,
        entry=entry,
        room=room,
        m=message.m,
        from_=message.from_,
        at=message.at,
        body=message.body,
        schema=message.schema,
        kind=message.kind,
        data=message.data,
        revision=message.revision,
        edited_at=message.edited_at,
        deleted=message.deleted,
        people=people,
    )
