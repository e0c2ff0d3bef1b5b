"""The half of the twin in memory that keeps effects and incidents."""

from collections.abc import Sequence

from msgspec.structs import replace

from .change import Change
from .effects import (
    EffectEnd,
    EffectState,
    EffectWrite,
    IncidentWrite,
    StoredEffect,
    StoredIncident,
    together,
)


class MemoryQueue:
    """What waits, what became of it, what went wrong: by id."""

    def __init__(self) -> None:
        self._effects: dict[str, StoredEffect] = {}
        self._outcomes: dict[str, EffectEnd] = {}
        self._incidents: dict[str, tuple[int, float, IncidentWrite]] = {}
        self._errors: dict[str, str] = {}
        self._chains: dict[str, int] = {}

    def _title(self, entry: str) -> str:
        """The title of an entry; empty when it is not known."""
        raise NotImplementedError

    def _queue(self, n: int, change: Change) -> None:
        for ended in change.ended:
            self._end(ended)
        for effect in change.effects:
            self._effects[effect.id] = _pending(effect, n)
        for made in change.incidents:
            self._incidents[made.id] = (n, change.at, made)
        for id in change.closed:
            self._incidents.pop(id, None)
        if change.starts is not None:
            root, count = change.starts
            self._chains[root] = self._chains.get(root, 0) + count

    async def pending_effects(self) -> list[StoredEffect]:
        return list(self._effects.values())

    async def effects_ended(
        self, ended: Sequence[EffectEnd], follow: Sequence[EffectWrite] = ()
    ) -> None:
        for effect in follow:
            parent = self._effects.get(effect.id.rpartition(":")[0])
            if parent is not None and effect.id not in self._effects | self._outcomes.keys():
                self._effects[effect.id] = _pending(effect, parent.n)
        for end in ended:
            self._end(end)

    def _end(self, ended: EffectEnd) -> None:
        self._effects.pop(ended.id, None)
        self._outcomes[ended.id] = ended

    async def effect_retry(self, id: str, tries: int, due: float, error: str) -> None:
        old = self._effects.get(id)
        if old is not None:
            self._effects[id] = replace(old, tries=tries, due=due)
            self._errors[id] = error

    async def effect_states(self, ids: Sequence[str]) -> dict[str, EffectState]:
        found = {}
        known = self._effects.keys() | self._outcomes.keys()
        for id in ids:
            states = {of: self._state(of) for of in known if of == id or of.startswith(f"{id}:")}
            if states:
                found[id] = together(states.pop(id, None), states.values())
        return found

    def _state(self, id: str) -> EffectState:
        pending = self._effects.get(id)
        if pending is not None:
            return EffectState("pending", pending.due, pending.tries, self._errors.get(id, ""))
        end = self._outcomes[id]
        return EffectState("done" if end.ok else "failed", end.at, end.tries, end.text)

    async def open_incidents(self) -> int:
        return len(self._incidents)

    async def incidents(
        self, entry: str | None, before: int | None, limit: int
    ) -> list[StoredIncident]:
        open_ones = [self._incident(id) for id in self._incidents]
        wanted = [
            each
            for each in open_ones
            if entry in (None, each.entry) and (before is None or each.n < before)
        ]
        ordered = sorted(wanted, key=lambda each: (each.n, each.id), reverse=True)
        return [each for each in ordered if each.n >= ordered[:limit][-1].n]

    async def incident(self, id: str) -> StoredIncident | None:
        return self._incident(id) if id in self._incidents else None

    def _incident(self, id: str) -> StoredIncident:
        n, at, made = self._incidents[id]
        title = self._title(made.entry)
        return StoredIncident(id, n, made.entry, title, at, made.text, made.pointer, made.effect)

    async def started(self, root: str) -> int:
        return self._chains.get(root, 0)


def _pending(effect: EffectWrite, n: int) -> StoredEffect:
    return StoredEffect(
        effect.id, n, effect.entry, effect.kind, effect.body, effect.channel, 0, 0.0
    )
