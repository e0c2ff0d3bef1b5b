"""Making a decision durable, then showing it, then answering."""

from contextlib import suppress
from typing import Any

import msgspec

from lockstep_protocol.commands import Command
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import refused
from lockstep_server.store.change import Answer, Change, Committed, Duplicate, Outcome, RecordWrite
from lockstep_server.store.effects import EffectWrite
from lockstep_server.store.interface import StoreFailed

from .actor import Actor
from .changes import Drafted, digest_of, dispatch_writes, encoded, show
from .presences import newcomers
from .returning import remind, returning
from .world import World


class Recorder:
    """The one way in which a decision becomes a fact."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def record(
        self,
        actor: Actor,
        command: Command,
        drafted: tuple[Drafted, ...],
        result: dict[str, Any],
        now: float,
        *,
        unique: str | None = None,
        records: tuple[RecordWrite, ...] = (),
    ) -> Reply:
        """Store a command's change with its answer, show it, and give the answer.

        A command that was done before, or whose unique key is taken, gets the first answer.
        Raises ``StoreFailed``: then nothing of it is stored or was shown.
        """
        cause = command.__struct_config__.tag
        answer = Answer(actor.user, command.id, digest_of(command), encoded(result))
        change = self._change(
            actor, str(cause), drafted, now, answer=answer, unique=unique, records=records
        )
        match await self._commit(change, drafted):
            case Committed(n):
                return Reply(id=command.id, n=n, result=result)
            case Duplicate(first, n):
                return first_answer(command, actor, first, n)

    async def record_quietly(
        self,
        actor: Actor,
        cause: str,
        drafted: tuple[Drafted, ...],
        now: float,
        **more: Any,
    ) -> None:
        """Store and show a change that nobody waits for (a timer, an effect).

        ``more``: further members of the ``Change``, and ``abandoned``, an effect given up.
        """
        await self._commit(self._change(actor, cause, drafted, now, **more), drafted)

    def _change(
        self,
        actor: Actor,
        cause: str,
        drafted: tuple[Drafted, ...],
        now: float,
        *,
        abandoned: EffectWrite | None = None,
        effects: tuple[EffectWrite, ...] = (),
        records: tuple[RecordWrite, ...] = (),
        **more: Any,
    ) -> Change:
        return Change(
            at=now,
            by=actor.user,
            cause=cause,
            entries=tuple(part.write() for part in drafted),
            effects=(*effects, *(each for part in drafted for each in part.effect_writes())),
            records=(*records, *dispatch_writes(drafted)),
            incidents=tuple(
                incident for part in drafted for incident in part.incident_writes(abandoned)
            ),
            **more,
        )

    async def _commit(self, change: Change, drafted: tuple[Drafted, ...]) -> Outcome:
        world = self._world

        back: dict[str, set[str]] = {}

        def release(n: int) -> None:
            back.update(
                (part.draft.head.id, returning(part, world.hub.connected)) for part in drafted
            )
            person = world.records.person
            joined = [newcomers(part) for part in drafted]
            shown = show(n, world.hub, drafted, person, change.by, change.cause)
            for entry, new in zip(shown, joined, strict=True):
                world.entries.keep(entry)
                world.presences.joined(entry, new)
                world.graces.note(entry.head.id, entry.head.tied)
                lock = entry.head.lock
                if lock is not None and lock.until is not None:
                    world.timers.at(lock.until, entry.head.id)
            world.effects.add(change.effects)

        try:
            outcome = await world.committer.commit(change, release)
        except StoreFailed:
            # Nothing of it was shown; what is true stands in the store.
            for part in drafted:
                world.entries.forget(part.draft.head.id)
            raise
        with suppress(StoreFailed):  # the change itself is durable, and was told
            for entry, users in back.items():
                await remind(world.store, world.hub, entry, users)
        return outcome


def first_answer(command: Command, actor: Actor, first: Answer | None, n: int) -> Reply:
    """The answer that was given when this was done the first time, as an answer to ``command``."""
    if first is None:
        return Reply(id=command.id, n=n, result={})
    same_id = first.actor == actor.user and first.id == command.id
    if same_id and first.digest != digest_of(command):
        raise refused("id_reused")
    return Reply(id=command.id, n=n, result=msgspec.json.decode(first.result))
