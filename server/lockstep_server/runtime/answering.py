"""The one answer to a command: what was done, or a refusal, whatever went wrong."""

import logging

from lockstep_protocol.commands import Command
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal, Refused, refusal, with_id
from lockstep_server.log import bound
from lockstep_server.store.interface import StoreFailed

from .actor import Actor
from .commands import Commands
from .reads import Reads
from .recorder import first_answer
from .timely import require_timely
from .world import World

log = logging.getLogger(__name__)

FAULTS = ("unavailable", "internal")
"""Refusals that are ours: the command itself may be as good as any."""


class Answering:
    """Has commands done; counts and logs what came of them."""

    def __init__(self, world: World, commands: Commands, reads: Reads) -> None:
        self._world = world
        self._reads = reads
        self._commands = commands

    async def answer(self, actor: Actor, command: Command) -> Reply | Refusal:
        """Do ``command``; never raises."""
        type = command.__struct_config__.tag
        with bound(user=actor.user, command=command.id, entry=getattr(command, "entry", None)):
            answer = await self._answer(actor, command)
            outcome, n = "done", None
            if isinstance(answer, Refusal):
                outcome = "failed" if answer.code in FAULTS else "refused"
            else:
                n = answer.n
            self._world.metrics.commands.labels(type, outcome).inc()
            log.debug("%s: %s", type, outcome, extra={"n": n})
        return answer

    async def _answer(self, actor: Actor, command: Command) -> Reply | Refusal:
        try:
            try:
                require_timely(command, self._world.clock())
                return await self._commands.perform(actor, command)
            except Refused as no:
                # What looks refused may be done already, by the same command sent before.
                done = await self._world.store.answer(actor.user, command.id)
                if done is None:
                    said = await self._reads.as_seen(actor.user, no.refusal)
                    return with_id(said, command.id)
                return first_answer(command, actor, *done)
        except Refused as no:
            return with_id(no.refusal, command.id)
        except StoreFailed as failure:
            log.error("a command was not stored: %s", failure)
            return refusal("unavailable", id=command.id)
        except Exception:
            log.exception("a command failed")
            return refusal("internal", id=command.id)
