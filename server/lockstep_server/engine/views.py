"""An entry as its recipients and guests are shown it."""

from lockstep_protocol.entry import (
    ChatSummary,
    ChatView,
    DispatchView,
    EntryView,
    GuestView,
    LockView,
    Recipients,
    RoomView,
    rfc3339,
)

from .definition.compiled import CompiledDefinition
from .entry import Entry
from .state import ChatMessage, DispatchCard, Guest, Head, Place


def version_of(head: Head, place: Place) -> int:
    """The version of what those at ``place`` see: the last change that they were shown."""
    return max(head.shared_version, place.version)


def view(head: Head, place: Place, definition: CompiledDefinition, *, seen: bool) -> EntryView:
    """What those who stand at ``place`` see; the same for all of them but ``seen``."""
    return EntryView(
        id=head.id,
        version=version_of(head, place),
        workflow=head.workflow,
        workflow_version=head.workflow_version,
        title=head.title,
        icon=head.icon,
        summary_title=head.summary_title,
        summary=head.summary,
        step=place.step,
        visit=place.visit,
        name=place.name,
        name_style=place.name_style,  # type: ignore[arg-type]
        description=place.description,
        paths=definition.paths(place.step),
        status=place.status,  # type: ignore[arg-type]
        locked=_lock(head),
        source=place.source,
        sink=head.sink,
        data=head.data,
        dispatch=None if head.dispatch is None else dispatch_view(head.dispatch),
        recipients=_recipients(head),
        chat=_chat(head),
        seen=seen,
        created_at=rfc3339(head.created_at),
        updated_at=rfc3339(max(head.shared_at, place.last_moved.at)),
    )


def guest_view(head: Head, guest: Guest) -> GuestView:
    """What a guest sees: the title, and the conversation from where the guest joined."""
    return GuestView(
        id=head.id,
        version=head.shared_version,
        title=head.title,
        chat=_chat(head, guest.from_m),
        recipients=_recipients(head),
        guest=True,
    )


def room_view(head: Head) -> RoomView:
    """A room as its members see it."""
    assert head.room is not None
    return RoomView(id=head.room, title=head.title, members=_recipients(head), chat=_chat(head))


def view_for(
    entry: Entry, user: str, definition: CompiledDefinition, *, seen: bool
) -> EntryView | GuestView | None:
    """The entry as ``user`` sees it; None for someone who does not take part."""
    place = entry.place_of(user)
    if place is not None:
        return view(entry.head, place, definition, seen=seen)
    guest = entry.guests.get(user)
    return None if guest is None else guest_view(entry.head, guest)


def dispatch_view(card: DispatchCard) -> DispatchView:
    """A dispatch as recipients of its entry see it."""
    return DispatchView(
        id=card.id,
        tracker=card.tracker,
        task_state=card.task_state,
        author=card.author,
        user=card.user,
        display_name=card.display_name,
        user_name=card.user_name,
        author_name=card.author_name,
        data=card.data,
        service_id=card.service_id,
        created_at=rfc3339(card.created_at),
    )


def chat_view(message: ChatMessage) -> ChatView:
    """A message as those who may read it see it."""
    return ChatView(
        m=message.m,
        from_=message.author,
        at=rfc3339(message.at),
        body=message.body,
        schema=message.schema,
        kind=message.kind,
        data=message.data,
        revision=message.revision,
        edited_at=None if message.edited_at is None else rfc3339(message.edited_at),
        deleted=message.deleted,
    )


def named_in(shown: EntryView | GuestView | RoomView) -> set[str]:
    """The users that a view names."""
    named = set((shown.members if isinstance(shown, RoomView) else shown.recipients).ids)
    if shown.chat.last is not None:
        named.add(shown.chat.last.from_)
    if isinstance(shown, EntryView):
        named.add(shown.source)
        if shown.sink is not None:
            named.add(shown.sink)
        if shown.locked is not None:
            named.update(shown.locked.by, shown.locked.waiting, shown.locked.asked)
    return named


def _lock(head: Head) -> LockView | None:
    lock = head.lock
    if lock is None:
        return None
    return LockView(
        by=lock.by,
        since=rfc3339(lock.since),
        until=None if lock.until is None else rfc3339(lock.until),
        fence=lock.fence,
        waiting=tuple(waiter.user for waiter in head.waiting),
        asked=lock.asked,
    )


def _recipients(head: Head) -> Recipients:
    return Recipients(count=head.recipient_count, ids=head.first_recipients)


def _chat(head: Head, from_m: int = 1) -> ChatSummary:
    last = head.last_message
    if last is None or last.m < from_m:
        return ChatSummary(count=head.chat_count)
    return ChatSummary(count=head.chat_count, last=chat_view(last))
