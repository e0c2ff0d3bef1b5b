"""An entry as one user is shown it, and what changed between two such views."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from .definition import NameStyle, Status


@lru_cache(maxsize=4096)  # a view shows the same times again and again
def rfc3339(seconds: float) -> str:
    """Unix seconds as a UTC time on the wire, to the millisecond: ``2026-01-31T09:00:00.250Z``."""
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"


class _View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What all parts of a view share: camelCase names, and absent rather than null."""


class BehaviorView(_View, frozen=True, kw_only=True):
    """A path's behavior as written in the definition; the client runs it when the path is taken."""

    handle: str
    behavior: str
    target: str | None = None
    fields: Any = None
    data: Any = None
    templates: tuple[str, ...] = ()


class PathView(_View, frozen=True, kw_only=True):
    """A way out that the user may choose, named by its ``label``."""

    label: str
    step: str
    icon: str | None = None
    behavior: BehaviorView | None = None


class LockView(_View, frozen=True, kw_only=True):
    """Who holds the entry, since and until when (no ``until``: no lease), and the fence.

    ``waiting``: who gets it next, in this order; ``asked``: who has asked the holders for it.
    """

    by: tuple[str, ...]
    since: str
    until: str | None = None
    fence: int
    waiting: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


class Recipients(_View, frozen=True, kw_only=True):
    """How many recipients there are, and the ids of the first 50."""

    count: int
    ids: tuple[str, ...]


class ChatView(_View, frozen=True, kw_only=True, rename={"from_": "from", "edited_at": "editedAt"}):
    """One message of a conversation; ``m`` counts the conversation's messages from 1.

    ``revision`` counts how often its author changed it, last at ``edited_at``; a ``deleted`` one
    has an empty body and no data.
    """

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


class ChatSummary(_View, frozen=True, kw_only=True):
    """How many messages there are, and the newest one that is open to everybody."""

    count: int
    last: ChatView | None = None


class DispatchView(_View, frozen=True, kw_only=True):
    """The dispatch that started the entry."""

    id: str
    tracker: str
    task_state: str | None = None
    author: str
    user: str
    display_name: str
    user_name: str
    author_name: str
    service_id: str | None = None
    data: dict[str, Any]
    created_at: str


class Person(_View, frozen=True, kw_only=True):
    """A user that a message names, so that a client can show more than an id."""

    id: str
    name: str
    email: str | None = None


class Standing(Person, frozen=True, kw_only=True):
    """A recipient of an entry, and where in it; a guest is not told where others stand."""

    step: str | None = None
    visit: int | None = None
    status: str | None = None
    since: str | None = None


class Profile(_View, frozen=True, kw_only=True):
    """The signed-in user: what client templates call the profile."""

    id: str
    name: str
    email: str | None = None
    groups: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class EntryView(_View, frozen=True, kw_only=True):
    """An entry as a recipient sees it. Recipients of one place share it, save ``seen``.

    ``version`` grows with each change that this user is shown; times are RFC 3339 in UTC.
    """

    id: str
    version: int
    workflow: str
    workflow_version: int
    title: str
    icon: str | None = None
    summary_title: str | None = None
    summary: str | None = None
    step: str
    visit: int
    name: str
    name_style: NameStyle | None = None
    description: str | None = None
    paths: tuple[PathView, ...]
    status: Status
    locked: LockView | None = None
    source: str
    sink: str | None
    data: dict[str, Any]
    dispatch: DispatchView | None = None
    recipients: Recipients
    chat: ChatSummary
    seen: bool
    created_at: str
    updated_at: str


class GuestView(_View, frozen=True, kw_only=True):
    """An entry as someone sees it who only takes part in its conversation."""

    id: str
    version: int
    title: str
    chat: ChatSummary
    recipients: Recipients
    # Without a default, so that it is always written.
    guest: bool


if TYPE_CHECKING:
    View = EntryView | GuestView
else:
    # msgspec reads no union of structs without a tag; writing is all the server does with it.
    View = Annotated[
        Any,
        msgspec.Meta(
            extra_json_schema={
                "anyOf": [
                    {"$ref": "#/components/schemas/EntryView"},
                    {"$ref": "#/components/schemas/GuestView"},
                ]
            }
        ),
    ]


class RoomView(_View, frozen=True, kw_only=True):
    """A conversation of its own, with members instead of recipients."""

    id: str
    title: str
    members: Recipients
    chat: ChatSummary


_APART = frozenset({"id", "version", "seen"})


def diff_views(old: View, new: View) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What turns ``old`` into ``new``: members to set (wire names) and members to take away.

    ``id`` and ``version`` travel beside it. ``seen`` is each user's own and is left out, except
    that a new visit is unseen for everybody. Both must be views of one entry and of one kind.
    """
    if type(old) is not type(new) or old.id != new.id:
        raise ValueError("only two views of the same kind and entry can be compared")
    changed: dict[str, Any] = {}
    gone: list[str] = []
    for name, wire in zip(new.__struct_fields__, new.__struct_encode_fields__, strict=True):
        if name in _APART:
            continue
        before, after = getattr(old, name), getattr(new, name)
        if _same(before, after):
            continue
        if after is None and name != "sink":
            gone.append(wire)
        else:
            changed[wire] = after
    if "visit" in changed:
        changed["seen"] = False
    return changed, tuple(gone)


def apply_diff(
    view: dict[str, Any], version: int, changed: dict[str, Any], gone: tuple[str, ...] | list[str]
) -> dict[str, Any]:
    """``view`` (as on the wire) after a diff; the caller has checked that the base fits."""
    left = {name: value for name, value in view.items() if name not in gone}
    return {**left, **changed, "version": version}


def _same(before: Any, after: Any) -> bool:
    if before is after:
        return True
    # To Python 1 and True are equal; on the wire they are not.
    return bool(before == after) and (
        isinstance(before, str | int | None)
        or msgspec.json.encode(before) == msgspec.json.encode(after)
    )
