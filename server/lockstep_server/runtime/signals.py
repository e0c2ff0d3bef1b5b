"""What is said without an answer: marks that are kept, and typing, which is not."""

from typing import assert_never

from msgspec.structs import replace

from lockstep_protocol.commands import Read, Typing
from lockstep_protocol.pushes import ReadPush, TypingPush
from lockstep_protocol.refusals import refused
from lockstep_server.engine.entry import Entry
from lockstep_server.hub.typing import Typists
from lockstep_server.store.interface import Mark

from .actor import Actor
from .commands import conversation
from .world import World


class Signals:
    """Carries signals to those who share the entry and are connected."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._typists = Typists()

    async def take(self, actor: Actor, signal: Read | Typing) -> None:
        """Raises ``Refused`` when the actor has no part in the entry."""
        match signal:
            case Read():
                await self._read(actor, signal)
            case Typing():
                await self._typing(actor, signal)
            case _:
                assert_never(signal)

    async def _read(self, actor: Actor, signal: Read) -> None:
        user = actor.user
        async with self._world.entries.turn(conversation(signal)) as entry:
            present = _require_part(entry, user)
            place = present.place_of(user)
            before = await self._world.store.item(user, present.head.id)
            assert before is not None, "who has a part in an entry has an item of it"
            # A mark only moves forward: what is behind it already is told to nobody.
            visit = place.visit if signal.seen and place is not None else 0
            seen = visit > before.seen_visit
            m = min(signal.m or 0, present.head.chat_count)
            m = m if m > before.read_m else 0
            if not (seen or m):
                return
            mark = Mark(user, present.head.id, visit if seen else 0, m)
            await self._world.store.mark([mark])
            push = ReadPush(
                user=user,
                entry=signal.entry,
                room=signal.room,
                m=m or None,
                seen=seen,
                visit=visit if seen else None,
            )
            self._world.hub.tell([user], push)
            if m:
                others = replace(push, seen=False, visit=None)
                self._world.hub.tell(self._others(present, user), others)

    async def _typing(self, actor: Actor, signal: Typing) -> None:
        if not self._typists.may(actor.user, conversation(signal), self._world.clock()):
            return
        async with self._world.entries.turn(conversation(signal)) as entry:
            present = _require_part(entry, actor.user)
            push = TypingPush(user=actor.user, entry=signal.entry, room=signal.room)
            self._world.hub.tell(self._others(present, actor.user), push)

    def _others(self, entry: Entry, user: str) -> set[str]:
        connected = self._world.hub.connected
        return ((entry.where.keys() & connected) | (entry.guests.keys() & connected)) - {user}


def _require_part(entry: Entry | None, user: str) -> Entry:
    if entry is None or (user not in entry.where and user not in entry.guests):
        raise refused("not_found")
    return entry
