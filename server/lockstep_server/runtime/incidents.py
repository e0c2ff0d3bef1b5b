"""What went wrong behind entries: left by effects that were given up, seen by administrators."""

import msgspec

from lockstep_protocol.entry import rfc3339
from lockstep_protocol.refusals import refused
from lockstep_server.engine.apply import apply
from lockstep_server.engine.entry import Draft
from lockstep_server.engine.facts import Fact, Incident, IncidentClosed
from lockstep_server.store.effects import EffectEnd, EffectWrite, StoredIncident

from .actor import SYSTEM, Actor
from .changes import Drafted
from .recorder import Recorder
from .world import World


class IncidentView(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An incident as administrators see it. ``retry``: whether it can be tried again.

    ``script``: the script that failed, if one did.
    """

    id: str
    n: int
    at: str
    entry: str
    title: str
    text: str
    retry: bool
    pointer: str = ""
    effect: str = ""
    kind: str = ""
    script: str = ""


class Incidents:
    """Leaves incidents, lists them, and closes them."""

    def __init__(self, world: World, recorder: Recorder) -> None:
        self._world = world
        self._recorder = recorder

    async def abandon(self, effect: EffectWrite, tries: int, text: str) -> None:
        """End ``effect``, which is given up after ``tries``, and leave an incident."""
        world = self._world
        said = (
            f"{effect.kind} was given up after {tries} {'try' if tries == 1 else 'tries'}: {text}"
        )
        fact = Incident(said, "", world.new_id(), effect.id)
        end = effect.ended(world.clock(), text, tries=tries, ok=False)
        await self._write(SYSTEM, "effect", effect.entry, fact, ended=(end,), abandoned=effect)

    async def list(
        self, entry: str | None, before: int | None, limit: int
    ) -> tuple[list[IncidentView], int | None]:
        """Open ones, newest first, and what to ask for next (None: nothing is older)."""
        found = await self._world.store.incidents(entry, before, limit)
        more = found[-1].n if len(found) >= limit else None
        return [_view(each) for each in found], more

    async def retry(self, actor: Actor, id: str) -> None:
        """Have the effect that was given up tried again, with all its tries."""
        incident = await self._find(id)
        effect = incident.effect
        if effect is None:
            raise refused("invalid", "This incident is of no effect that could be tried again.")
        fact = IncidentClosed(id, "retried")
        await self._write(actor, "retry", incident.entry, fact, closed=(id,), effects=(effect,))

    async def dismiss(self, actor: Actor, id: str) -> None:
        """Close an incident without doing anything else."""
        incident = await self._find(id)
        fact = IncidentClosed(id, "dismissed")
        await self._write(actor, "dismiss", incident.entry, fact, closed=(id,))

    async def _find(self, id: str) -> StoredIncident:
        incident = await self._world.store.incident(id)
        if incident is None:
            raise refused("not_found", f"There is no open incident {id!r}.")
        return incident

    async def _write(
        self,
        actor: Actor,
        cause: str,
        entry_id: str,
        fact: Fact,
        *,
        abandoned: EffectWrite | None = None,
        ended: tuple[EffectEnd, ...] = (),
        closed: tuple[str, ...] = (),
        effects: tuple[EffectWrite, ...] = (),
    ) -> None:
        world = self._world
        async with world.entries.turn(entry_id) as entry:
            if entry is None:
                raise refused("not_found", "There is no such entry.")
            if closed and await world.store.incident(closed[0]) is None:
                return  # somebody else was faster
            draft = Draft(entry)
            apply(draft, fact)
            definition = await world.workflows.of(entry.head)
            drafted = Drafted(entry, draft, definition)
            await self._recorder.record_quietly(
                actor,
                cause,
                (drafted,),
                world.clock(),
                ended=ended,
                closed=closed,
                abandoned=abandoned,
                effects=effects,
            )


def _view(stored: StoredIncident) -> IncidentView:
    effect = stored.effect
    return IncidentView(
        id=stored.id,
        n=stored.n,
        at=rfc3339(stored.at),
        entry=stored.entry,
        title=stored.title,
        text=stored.text,
        pointer=stored.pointer,
        retry=effect is not None,
        effect=effect.id if effect else "",
        kind=effect.kind if effect else "",
        script=_script(effect),
    )


def _script(effect: EffectWrite | None) -> str:
    """The script that was to be run, if one was."""
    if effect is None or effect.kind not in ("script", "script_run"):
        return ""
    handle: str = msgspec.json.decode(effect.body)["handle"]
    return handle
