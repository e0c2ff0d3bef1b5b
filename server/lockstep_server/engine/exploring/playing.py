"""One entry at one moment of a play, and all that can be done with it next."""

from collections.abc import Iterator
from typing import Any

import msgspec

from lockstep_protocol.commands import Choose
from lockstep_protocol.ids import uuid7
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.engine import claims, decide
from lockstep_server.engine.context import Context, Effect
from lockstep_server.engine.decision import Decision
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.entry import Entry
from lockstep_server.engine.facts import Fact
from lockstep_server.engine.state import DispatchCard

from .cast import Cast

ENTRY = "entry"
TICK = 1e-9
"""Seconds from one change to the next: so few that no lease ends by itself."""
_ID = uuid7(0, bytes(10))


class Move(msgspec.Struct, frozen=True):
    """What brings an entry to its next state. ``user`` starts it (``path`` None, ``step`` the
    first one), chooses ``path`` at ``step``, or is nobody (""): the lease of the lock ends."""

    user: str
    step: str
    path: str | None = None


class Done(msgspec.Struct, frozen=True):
    """A move that was made: the entry as it is then, and what happened on the way."""

    entry: Entry
    facts: list[Fact]
    effects: tuple[Effect, ...]


Outcome = Done | Refusal


class Play:
    """A definition, a cast, and whether entries are started by a dispatch."""

    def __init__(self, definition: CompiledDefinition, cast: Cast, dispatched: bool) -> None:
        self.definition = definition
        self.cast = cast
        self.dispatched = dispatched

    def start(self, starter: str, step: str = decide.START) -> Outcome:
        """An entry that ``starter`` starts for the cast's sink."""

        def decision() -> Decision:
            return decide.start(
                self._context(starter, 0.0),
                self.definition,
                entry_id=ENTRY,
                sink=self.cast.sink,
                data={},
                dispatch=self._card(starter) if self.dispatched else None,
                step=step,
            )

        return _outcome(None, decision)

    def choose(self, entry: Entry, move: Move) -> Outcome:
        """The move of a user who has the entry in the inbox."""
        place = entry.place_of(move.user)
        assert place is not None
        assert move.path is not None
        context = self._context(move.user, entry.head.change * TICK)
        command = Choose(id=_ID, entry=ENTRY, step=place.step, visit=place.visit, path=move.path)
        return _outcome(entry, lambda: decide.choose(context, self.definition, entry, command))

    def lease_ends(self, entry: Entry) -> Outcome:
        """The end of the lock's lease. There has to be one."""
        lock = entry.head.lock
        assert lock is not None
        assert lock.until is not None
        decision = claims.expire(self._context(self.cast.sink, lock.until), entry)
        assert decision is not None
        return _outcome(entry, lambda: decision)

    def _context(self, actor: str, now: float) -> Context:
        return Context(
            now=now,
            actor=actor,
            directory=self.cast.directory,
            renderer=_AsWritten(),
            new_id=lambda: "effect",
        )

    def _card(self, author: str) -> DispatchCard:
        return DispatchCard(
            id="dispatch",
            tracker=self.definition.name,
            author=author,
            user=self.cast.sink,
            display_name="A dispatch",
            user_name=self.cast.sink,
            author_name=author,
            data={},
        )


class _AsWritten:
    """Leaves templates as they are: what they say changes nothing about where users stand."""

    def render(self, text: str, context: dict[str, Any], limit: int) -> str:
        return text[:limit]


def _outcome(entry: Entry | None, decide_it: Any) -> Outcome:
    try:
        decision: Decision = decide_it()
    except Refused as refused:
        return refused.refusal
    draft = decision.draft
    after = Entry(draft.head) if entry is None else Entry.of(entry.stored())
    after.absorb(draft)
    return Done(after, draft.facts, decision.effects)


def holders(entry: Entry) -> tuple[str, ...]:
    """Who holds the entry's lock; nobody when it is free."""
    return entry.head.lock.by if entry.head.lock is not None else ()


def may_choose(entry: Entry, user: str) -> bool:
    """Whether the lock lets ``user`` choose."""
    return entry.head.lock is None or user in entry.head.lock.by


def active(entry: Entry) -> Iterator[str]:
    """Who has the entry in the inbox, in a fixed order."""
    return (
        user for user in sorted(entry.where) if entry.places[entry.where[user]].status == "active"
    )
