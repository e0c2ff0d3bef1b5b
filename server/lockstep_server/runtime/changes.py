"""From decisions to one change: what is stored, and what everybody is told once it is."""

import hashlib
from typing import Any

import msgspec

from lockstep_protocol.commands import Command
from lockstep_server.engine.context import Effect
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.entry import Draft, Entry
from lockstep_server.engine.telling import NamePerson, Telling, Told
from lockstep_server.hub.hub import Hub
from lockstep_server.store.interface import EffectWrite, EntryWrite

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
            EffectWrite(effect.id, entry, effect.kind, msgspec.json.encode(effect.body))
            for effect in self.effects
        )


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
