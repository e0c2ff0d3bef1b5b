"""The one function that changes the state of an entry."""

from typing import Any, assert_never

from msgspec.structs import replace

from .card import with_card
from .entry import Draft
from .facts import (
    Activated,
    ChatDeleted,
    ChatEdited,
    ChatPosted,
    DataMerged,
    DispatchSet,
    EffectRequested,
    Fact,
    GuestJoined,
    Incident,
    IncidentClosed,
    LockAsked,
    LockAwaited,
    LockSet,
    Placed,
    PlaceSet,
    ScriptRan,
    Started,
    StatusSet,
    TaskSet,
    WaitEnded,
)
from .state import ChatMessage, Guest, Waiter

FIRST_RECIPIENTS = 50
"""Ids of recipients that a view names; the others are counted."""


def apply(draft: Draft, fact: Fact) -> None:
    """Let ``fact`` have happened in ``draft``. A journal's facts, in order, give the state."""
    draft.facts.append(fact)
    match fact:
        case Started(head):
            draft.head = head
        case PlaceSet(no, place):
            draft.set_place(no, place)
        case Placed(no, users):
            new = draft.put(no, users)
            if new:
                first = (*draft.head.first_recipients, *new)[:FIRST_RECIPIENTS]
                count = draft.head.recipient_count + len(new)
                at = draft.place(no).at
                _share(draft, at, recipient_count=count, first_recipients=first)
        case LockSet() | LockAwaited() | WaitEnded() | LockAsked():
            _lock(draft, fact)
        case TaskSet(state, at):
            assert draft.head.dispatch is not None
            _share(draft, at, dispatch=replace(draft.head.dispatch, task_state=state))
        case DispatchSet(dispatch, at):
            _share(draft, at, dispatch=dispatch)
            draft.head = with_card(draft.head)
        case DataMerged(data, at):
            _share(draft, at, data={**draft.head.data, **data})
            draft.head = with_card(draft.head)
        case ChatPosted(message) | ChatEdited(message) | ChatDeleted(message):
            _said(draft, message)
        case GuestJoined(user, from_m):
            draft.guests[user] = Guest(user, from_m, draft.head.change)
            if draft.head.room is not None:
                members = (*draft.head.first_recipients, user)[:FIRST_RECIPIENTS]
                count = draft.head.recipient_count + 1
                _share(draft, draft.head.shared_at, recipient_count=count, first_recipients=members)
        case (
            Activated()
            | StatusSet()
            | EffectRequested()
            | Incident()
            | IncidentClosed()
            | ScriptRan()
        ):
            pass
        case _:
            assert_never(fact)


def _lock(draft: Draft, fact: LockSet | LockAwaited | WaitEnded | LockAsked) -> None:
    match fact:
        case LockSet(lock, _, at):
            fence = lock.fence if lock else draft.head.fence
            # Who holds it waits no more, however it was come by.
            waiting = _without(draft.head.waiting, lock.by if lock else ())
            _share(draft, at, lock=lock, fence=fence, waiting=waiting)
        case LockAwaited(waiter):
            _wait(draft, waiter)
        case WaitEnded(users, _, at):
            _share(draft, at, waiting=_without(draft.head.waiting, users))
        case LockAsked(user, at):
            held = draft.head.lock
            assert held is not None
            _share(draft, at, lock=replace(held, asked=(*held.asked, user)))
        case _:
            assert_never(fact)


def _without(waiting: tuple[Waiter, ...], users: tuple[str, ...]) -> tuple[Waiter, ...]:
    return tuple(waiter for waiter in waiting if waiter.user not in users)


def _wait(draft: Draft, waiter: Waiter) -> None:
    before = draft.head.waiting
    if any(each.user == waiter.user for each in before):
        # Nothing of it is seen: the place in the line is the same.
        again = tuple(waiter if each.user == waiter.user else each for each in before)
        draft.head = replace(draft.head, waiting=again)
    else:
        _share(draft, waiter.since, waiting=(*before, waiter))


def _said(draft: Draft, message: ChatMessage) -> None:
    draft.messages.append(message)
    last = draft.head.last_message
    if message.edited_at is None:
        last = message if message.only is None else last
        _share(draft, message.at, chat_count=message.m, last_message=last)
    elif last is not None and last.m == message.m:
        # What is not shown in a view changes no view.
        _share(draft, message.edited_at, last_message=message)


def _share(draft: Draft, at: float, **changed: Any) -> None:
    head = draft.head
    draft.head = replace(head, shared_version=head.change, shared_at=at, **changed)
