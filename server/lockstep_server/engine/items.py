"""What a user does with the own item and in the conversation, without activating a step."""

from msgspec.structs import replace

from lockstep_protocol.commands import Say, SetStatus
from lockstep_protocol.limits import CHAT_BODY_BYTES
from lockstep_protocol.refusals import refused, too_large

from .apply import apply
from .chat import mentioned, notify_mentioned, post
from .context import Context
from .decision import Decision, finish, open_draft
from .entry import Entry
from .facts import LockSet, StatusSet
from .standing import stand
from .state import Moved, Place


def say(context: Context, entry: Entry, command: Say) -> Decision:
    """Post a message; recipients, retired or not, and guests may. A lock does not matter."""
    if entry.place_of(context.actor) is None and context.actor not in entry.guests:
        raise refused("not_found")
    if len(command.body.encode()) > CHAT_BODY_BYTES:
        raise too_large(CHAT_BODY_BYTES, pointer="/body")
    draft = open_draft(context, entry)
    mentions = mentioned(command.body, context.directory)
    message = post(
        draft,
        author=context.actor,
        at=context.now,
        body=command.body,
        data=command.data,
        schema=command.schema,
        mentions=mentions,
    )
    notify_mentioned(context, draft, message, mentions)
    return finish(context, draft, {"m": message.m})


def set_status(context: Context, entry: Entry, command: SetStatus) -> Decision | None:
    """Retire or revive the own item; None when it is so already."""
    place = entry.place_of(context.actor)
    if place is None:
        raise refused("not_found")
    draft = open_draft(context, entry)
    if place.status == command.status:
        return finish(context, draft, {}) if draft.facts else None
    moved = Moved(context.actor, context.now, place.step)

    def restand(old: Place | None) -> Place | None:
        if old is None:
            return None
        return replace(old, status=command.status, version=draft.head.change, moved=moved)

    apply(draft, StatusSet(command.status, stand(draft, (context.actor,), restand)))
    held = draft.head.lock
    if command.status == "retired" and held is not None and context.actor in held.by:
        # Who puts the entry away does not keep the others out of it.
        apply(draft, LockSet(held.without(context.actor), "retired", context.now))
    return finish(context, draft, {})
