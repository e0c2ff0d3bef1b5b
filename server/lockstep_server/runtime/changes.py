"""From decisions to one change: what is stored, and what everybody is told once it is."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from lockstep_protocol.commands import Command
from lockstep_server.engine.context import Effect
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.entry import Draft, Entry
from lockstep_server.engine.facts import Incident
from lockstep_server.engine.state import DispatchCard
from lockstep_server.engine.telling import NamePerson, Telling, Told
from lockstep_server.hub.hub import Hub
from lockstep_server.store.change import EntryWrite, RecordWrite
from lockstep_server.store.effects import EffectWrite, IncidentWrite

_SORTED = msgspec.json.Encoder(order="sorted")


class Drafted(msgspec.Struct, frozen=True):
    """One entry's part of a change: ``base`` None for a new entry."""

    base: Entry | None
    draft: Draft
    definition: CompiledDefinition
    effects: tuple[Effect, ...] = ()

    def write(self) -> EntryWrite:
        """The rows of the entry that change."""
        draft = self.draft
        return EntryWrite(
            head=draft.head,
            event=msgspec.json.encode(draft.facts),
            places=draft.changed,
            placed=draft.moved,
            messages=tuple(draft.messages),
            guests=tuple(draft.guests.values()),
        )

    def effect_writes(self) -> tuple[EffectWrite, ...]:
        """The rows of the effects that follow."""
        entry = self.draft.head.id
        return tuple(
            EffectWrite(
                effect.id,
                entry,
                effect.kind,
                msgspec.json.encode({**effect.body, **msgspec.structs.asdict(effect.chain)}),
                effect.kind,
            )
            for effect in self.effects
        )

    def incident_writes(self, abandoned: EffectWrite | None = None) -> Iterator[IncidentWrite]:
        """The rows of the incidents that it left; ``abandoned``: the effect that left one."""
        for fact in self.draft.facts:
            if isinstance(fact, Incident):
                effect = abandoned if abandoned and abandoned.id == fact.effect else None
                yield IncidentWrite(fact.id, self.draft.head.id, fact.text, fact.pointer, effect)


class DispatchRecord(msgspec.Struct, frozen=True):
    """A dispatch as it is stored, with the entries that it started."""

    card: DispatchCard
    entries: tuple[str, ...] = ()

    def write(self) -> RecordWrite:
        """The record's row."""
        return RecordWrite("dispatch", self.card.id, msgspec.json.encode(self))


def dispatch_writes(drafted: tuple[Drafted, ...]) -> Iterator[RecordWrite]:
    """The dispatches that a change of their entries has changed."""
    for part in drafted:
        card, entry = part.draft.head.dispatch, part.draft.head.id
        if part.base is not None and card is not None and card != part.base.head.dispatch:
            yield DispatchRecord(card, (entry,)).write()


def show(
    n: int, hub: Hub, drafted: tuple[Drafted, ...], person: NamePerson, by: str, cause: str
) -> list[Entry]:
    """Tell everybody of change ``n``, which is durable; then let its entries be what it says."""
    told: list[Told] = []
    for part in drafted:
        told += Telling(part.base, part.draft, part.definition, person, by, cause).messages()
    hub.publish(n, told)
    entries = []
    for part in drafted:
        entry = part.base if part.base is not None else Entry(part.draft.head)
        entry.absorb(part.draft)
        entries.append(entry)
    return entries


def digest_of(command: Command) -> bytes:
    """Names a command's body: the same for the same members, over whichever door it came."""
    return hashlib.blake2b(_SORTED.encode(command), digest_size=16).digest()


def encoded(result: dict[str, Any]) -> bytes:
    """A reply's result as it is stored."""
    return msgspec.json.encode(result)
