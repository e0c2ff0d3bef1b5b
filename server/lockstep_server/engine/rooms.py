"""Rooms: conversations of their own, opened by choosing a path with the behavior ``managedChat``.

A room is an entry without steps: nobody stands anywhere in it, and its members are its guests, who
see the conversation from the first message on.
"""

from .apply import apply
from .context import Context
from .decision import Decision, RoomOpening
from .definition.compiled import CompiledDefinition
from .entry import Draft, Entry
from .facts import GuestJoined, Started
from .state import Head

PREFIX = "room:"
NO_STEPS = CompiledDefinition("", 0, {})
"""The definition of every room."""


def key_of(room: str) -> str:
    """The id under which a room is kept among the entries."""
    return PREFIX + room


def open_room(context: Context, room: Entry | None, wanted: RoomOpening) -> Decision | None:
    """Let the members in, and make the room if it is new; None when nothing changes."""
    draft = Draft(room)
    if room is None:
        now = context.now
        head = Head(
            id=key_of(wanted.id),
            workflow=NO_STEPS.name,
            workflow_version=NO_STEPS.version,
            title=wanted.title,
            starter=context.actor,
            sink=None,
            created_at=now,
            shared_at=now,
            change=1,
            shared_version=1,
            live=1,
            room=wanted.id,
        )
        apply(draft, Started(head))
    for user in wanted.members:
        if draft.guest(user) is None:
            apply(draft, GuestJoined(user, 1))
    return Decision(draft, (), {}) if draft.facts else None
