"""What can happen to an entry. The journal keeps these; ``apply`` is what they mean.

No fact lists all recipients when whole places move, so a change of everybody stays small.
"""

from typing import Any

import msgspec

from .state import ChatMessage, DispatchCard, Head, Lock, Place, Waiter


class _Fact(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="fact"):
    """What all facts share."""


class Started(_Fact, frozen=True, tag="started"):
    """The entry exists, with nobody in it yet."""

    head: Head


class Activated(_Fact, frozen=True, tag="activated"):
    """A step became active. ``path``: the label that was chosen; None at start and by trigger."""

    step: str
    source: str
    at: float
    name: str
    origin: str | None = None
    path: str | None = None


class PlaceSet(_Fact, frozen=True, tag="place"):
    """Those who stand at place ``no`` stand like this now; a new ``no`` has nobody yet."""

    no: int
    place: Place


class StatusSet(_Fact, frozen=True, tag="status"):
    """The status of so many ``users`` was set: those of ``scope``, or (None) who did it alone.

    What it did stands in the facts before it; this one is for who reads the history.
    """

    status: str
    users: int
    scope: str | None = None


class Placed(_Fact, frozen=True, tag="placed"):
    """These users came to stand at place ``no``; those who are new became recipients."""

    no: int
    users: tuple[str, ...]


class LockSet(_Fact, frozen=True, tag="lock"):
    """The mutex is held like this now, or free. ``text``: why somebody gave or freed it.

    ``reason``: by ``command`` or ``action``, ``granted`` to who waited for it, ``freed`` by an
    administrator, ``expired``, ``dropped`` (the holder's sessions are gone), ``retired`` (the
    holder put the item away), ``ended`` (no active item is left), ``clock`` (it was set back).
    """

    lock: Lock | None
    reason: str
    at: float
    text: str = ""


class LockAwaited(_Fact, frozen=True, tag="waits"):
    """Somebody waits for the mutex; who waited already keeps the place in the line."""

    waiter: Waiter


class WaitEnded(_Fact, frozen=True, tag="waits_no_more"):
    """These wait no more, and did not get it: they ``left``, their item was ``retired``, their
    sessions are gone (``dropped``), or the entry ``ended``."""

    users: tuple[str, ...]
    reason: str
    at: float


class LockAsked(_Fact, frozen=True, tag="asked"):
    """``user`` asked the holders for the mutex."""

    user: str
    at: float


class TaskSet(_Fact, frozen=True, tag="task"):
    """The task state of the entry's dispatch."""

    state: str
    at: float


class DispatchSet(_Fact, frozen=True, tag="dispatch"):
    """The entry's dispatch, as it is after it was changed."""

    dispatch: DispatchCard
    at: float


class DataMerged(_Fact, frozen=True, tag="data"):
    """Members of the entry's data that were set."""

    data: dict[str, Any]
    at: float


class ChatPosted(_Fact, frozen=True, tag="chat"):
    """A message in the entry's conversation."""

    message: ChatMessage


class ChatEdited(_Fact, frozen=True, tag="edited"):
    """A message as its author has it now; earlier facts hold what it was."""

    message: ChatMessage


class ChatDeleted(_Fact, frozen=True, tag="deleted"):
    """Its author took a message back: what is left of it."""

    message: ChatMessage


class GuestJoined(_Fact, frozen=True, tag="guest"):
    """``user`` takes part in the conversation from message ``from_m`` on."""

    user: str
    from_m: int


class EffectRequested(_Fact, frozen=True, tag="effect"):
    """Something is to be done after the commit, under ``id``.

    ``some``: it tells its text to some users only, not to every recipient.
    """

    id: str
    kind: str
    text: str = ""
    some: bool = False


class Incident(_Fact, frozen=True, tag="incident"):
    """Something went wrong that did not stop the change; ``pointer`` into the definition.

    ``effect``: the one that was given up, if it was one.
    """

    text: str
    pointer: str = ""
    id: str = ""
    effect: str | None = None


class IncidentClosed(_Fact, frozen=True, tag="incident_closed"):
    """An administrator had the incident ``id`` tried again (``retried``) or ``dismissed`` it."""

    id: str
    how: str


class ScriptRan(_Fact, frozen=True, tag="script"):
    """A script ran for ``user`` as the effect ``effect``; ``log`` is what it wrote down."""

    effect: str
    script: str
    user: str
    log: tuple[str, ...] = ()


Fact = (
    Started
    | Activated
    | StatusSet
    | PlaceSet
    | Placed
    | LockSet
    | LockAwaited
    | WaitEnded
    | LockAsked
    | TaskSet
    | DispatchSet
    | DataMerged
    | ChatPosted
    | ChatEdited
    | ChatDeleted
    | GuestJoined
    | EffectRequested
    | Incident
    | IncidentClosed
    | ScriptRan
)
