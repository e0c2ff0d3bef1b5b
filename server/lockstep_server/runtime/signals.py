"""What is said without an answer: marks that are kept, and typing, which is not."""

from typing import assert_never

from msgspec.structs import replace

from lockstep_protocol.commands import Read, Typing
from lockstep_protocol.pushes import ReadPush, TypingPush
from lockstep_protocol.refusals import refused
from lockstep_server.engine.entry import Entry
from lockstep_server.store.interface import Mark

from .actor import Actor
from .commands import conversation
from .world import World


class Signals:
    """Carries signals to those who share the entry and are connected."""

    def __init__(self, world: World) -> None:
        self._world = world

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
            seen_visit = place.visit if signal.seen and place is not None else 0
            m = min(signal.m or 0, present.head.chat_count)
            mark = Mark(user, present.head.id, seen_visit, m)
            await self._world.store.mark([mark])
            push = ReadPush(
                user=user,
                entry=signal.entry,
                room=signal.room,
                m=m or None,
                seen=signal.seen,
                visit=seen_visit or None,
            )
            self._world.hub.tell([user], push)
            if m:
                others = replace(push, seen=False, visit=None)
                self._world.hub.tell(self._others(present, user), others)

    async def _typing(self, actor: Actor, signal: Typing) -> None:
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
