"""An author changes a message, or takes it back: both are revisions that the others can tell."""

from msgspec.structs import replace

from lockstep_protocol.commands import Delete, Edit
from lockstep_protocol.limits import CHAT_BODY_BYTES
from lockstep_protocol.refusals import invalid, refused, too_large

from .apply import apply
from .chat import join, may_read, mentioned, notify_mentioned
from .context import Context
from .decision import Decision, finish, open_draft
from .entry import Draft, Entry
from .facts import ChatDeleted, ChatEdited
from .state import ChatMessage


def edit(
    context: Context, entry: Entry, command: Edit, message: ChatMessage | None
) -> Decision | None:
    """The message says something else now; None when it says just that already.

    ``message``: the one that the command names, as the conversation has it. Who is mentioned and
    was not before comes in, from this message on, and is notified. A lock does not matter.
    """
    old = _own(context, entry, message)
    if len(command.body.encode()) > CHAT_BODY_BYTES:
        raise too_large(CHAT_BODY_BYTES, pointer="/body")
    if (command.body, command.data) == (old.body, old.data):
        return None
    draft = open_draft(context, entry)
    before = set(mentioned(old.body, context.directory))
    new = [user for user in mentioned(command.body, context.directory) if user not in before]
    revised = _revised(context, old, body=command.body, data=command.data)
    if old.only is None:
        for user in new:
            join(draft, user, old.m)
    apply(draft, ChatEdited(revised))
    told = [user for user in new if _reads(draft, revised, user)]
    notify_mentioned(context, draft, revised, told)
    return finish(context, draft, {"revision": revised.revision})


def delete(
    context: Context, entry: Entry, command: Delete, message: ChatMessage | None
) -> Decision:
    """The message is taken back: its number, author and time stay, its text goes."""
    old = _own(context, entry, message)
    draft = open_draft(context, entry)
    revised = _revised(context, old, body="", data=None)
    apply(draft, ChatDeleted(replace(revised, kind=None, deleted=True)))
    return finish(context, draft, {"revision": revised.revision})


def _revised(context: Context, old: ChatMessage, *, body: str, data: object) -> ChatMessage:
    return replace(old, body=body, data=data, revision=old.revision + 1, edited_at=context.now)


def _own(context: Context, entry: Entry, message: ChatMessage | None) -> ChatMessage:
    """The message, once the actor may change it. Raises ``Refused``."""
    if message is None or not _reads(Draft(entry), message, context.actor):
        raise refused("not_found")
    if message.author != context.actor:
        raise refused("forbidden", "A message is changed by its author alone.")
    if message.deleted:
        raise invalid("/m", "This message was deleted.")
    return message


def _reads(draft: Draft, message: ChatMessage, user: str) -> bool:
    guest = draft.guest(user)
    here = draft.where(user) is not None or (guest is not None and guest.from_m <= message.m)
    return here and may_read(message, user)
