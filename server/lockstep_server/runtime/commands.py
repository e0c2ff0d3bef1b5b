"""Carrying out commands: each in its entry's mailbox, answered once it is durable."""

from typing import assert_never

import msgspec

from lockstep_protocol.commands import (
    AskForLock,
    Choose,
    Command,
    Delete,
    Dispatch,
    Edit,
    Get,
    History,
    LockEntry,
    Messages,
    Read,
    Say,
    SetStatus,
    Start,
    Typing,
    UnlockEntry,
)
from lockstep_protocol.commands import Versions as AskVersions
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import refused
from lockstep_server.engine import claims, decide, items, revising
from lockstep_server.engine.behaviors import behavior_context, filled_in
from lockstep_server.engine.context import Context
from lockstep_server.engine.decision import Decision, expired
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.entry import Entry
from lockstep_server.engine.rooms import NO_STEPS, key_of, open_room

from .actor import SYSTEM, Actor
from .changes import Drafted
from .reads import Reads
from .recorder import Recorder, first_answer
from .starts import Starts
from .world import World

EntryCommand = Choose | LockEntry | UnlockEntry | AskForLock | Say | SetStatus
"""Commands to an entry that is there already."""


class Commands:
    """What each command does. Refusals are raised."""

    def __init__(self, world: World, recorder: Recorder, starts: Starts, reads: Reads) -> None:
        self._world = world
        self._recorder = recorder
        self._starts = starts
        self._reads = reads

    async def perform(self, actor: Actor, command: Command) -> Reply:
        """Do ``command`` and answer it. Raises ``Refused``, ``StoreFailed``."""
        match command:
            case Start():
                return await self._starts.start(actor, command)
            case Dispatch():
                return await self._starts.dispatch(actor, command)
            case Choose() | LockEntry() | UnlockEntry() | AskForLock() | SetStatus():
                return await self._entry(actor, command, command.entry)
            case Say():
                return await self._entry(actor, command, conversation(command))
            case Edit() | Delete():
                return await self._revise(actor, command)
            case Get():
                shown = await self._reads.entry(actor, command.entry)
                return Reply(id=command.id, result={"entry": shown})
            case History():
                history = await self._reads.history(
                    actor, command.entry, command.before, command.limit
                )
                return Reply(id=command.id, result=_members(history))
            case Messages():
                messages = await self._reads.messages(
                    actor, conversation(command), command.before, command.limit
                )
                return Reply(id=command.id, result=_members(messages))
            case AskVersions():
                self._world.metrics.digest_differences.inc()
                return Reply(id=command.id, result=_members(await self._reads.versions(actor)))
            case _:
                assert_never(command)

    async def expire(self, id: str) -> None:
        """Free the lock of an entry whose lease is over."""
        async with self._world.entries.turn(id) as entry:
            if entry is None or await self._let_expire(entry):
                return
            if entry.head.lock is not None and entry.head.lock.until is not None:
                self._world.timers.at(entry.head.lock.until, id)

    async def drop(self, user: str, id: str) -> None:
        """End what is tied in an entry to the sessions of ``user``, unless one is back."""
        async with self._world.entries.turn(id) as entry:
            if entry is None or self._world.hub.sessions(user):
                return
            context = self._world.context(SYSTEM)
            decision = claims.drop(context, entry, user)
            if decision is not None:
                drafted = await self._drafted(entry, decision)
                await self._recorder.record_quietly(SYSTEM, "dropped", (drafted,), context.now)

    async def _let_expire(self, entry: Entry) -> bool:
        """End the lease if it is over, as a change of its own; whether it was."""
        context = self._world.context(SYSTEM)
        decision = claims.expire(context, entry)
        if decision is None:
            return False
        drafted = await self._drafted(entry, decision)
        await self._recorder.record_quietly(SYSTEM, "timer", (drafted,), context.now)
        return True

    async def _entry(self, actor: Actor, command: EntryCommand, id: str) -> Reply:
        async with self._world.entries.turn(id) as entry:
            if entry is None:
                raise refused("not_found")
            definition = await self._world.workflows.of(entry.head)
            context = self._world.context(actor)
            # First, so that a refusal speaks of what everybody sees: the timer was late.
            while _lease_is_over(entry, context) and await self._let_expire(entry):
                context = self._world.context(actor)
            decision = self._decide(context, definition, entry, command)
            if decision is None or not decision.draft.facts:
                # Kept all the same: sent again later, it must not do what it did not do now.
                result = decision.result if decision is not None else {}
                return await self._recorder.record(actor, command, (), result, context.now)
            mine = Drafted(entry, decision.draft, definition, decision.effects)
            drafted: tuple[Drafted, ...] = (mine,)
            if decision.room is None:
                return await self._recorder.record(
                    actor, command, drafted, decision.result, context.now
                )
            # The entry first, then the room: always in this order, so nobody waits in a circle.
            async with self._world.entries.turn(key_of(decision.room.id)) as room:
                opened = open_room(context, room, decision.room)
                if opened is not None:
                    drafted = (*drafted, Drafted(room, opened.draft, NO_STEPS))
                return await self._recorder.record(
                    actor, command, drafted, decision.result, context.now
                )

    async def _revise(self, actor: Actor, command: Edit | Delete) -> Reply:
        """A message that is there already becomes another: read it in the entry's turn."""
        id = conversation(command)
        async with self._world.entries.turn(id) as entry:
            if entry is None:
                raise refused("not_found")
            found = await self._world.store.messages(id, command.m + 1, 1)
            message = found[0] if found and found[0].m == command.m else None
            context = self._world.context(actor)
            decision = (
                revising.edit(context, entry, command, message)
                if isinstance(command, Edit)
                else revising.delete(context, entry, command, message)
            )
            if decision is None:
                # It may say so because of this very command, sent before.
                done = await self._world.store.answer(actor.user, command.id)
                if done is not None:
                    return first_answer(command, actor, *done)
                return Reply(id=command.id, result={"revision": message.revision if message else 0})
            drafted = await self._drafted(entry, decision)
            return await self._recorder.record(
                actor, command, (drafted,), decision.result, context.now
            )

    def _decide(
        self,
        context: Context,
        definition: CompiledDefinition,
        entry: Entry,
        command: EntryCommand,
    ) -> Decision | None:
        match command:
            case Choose():
                self._require_form(context, definition, entry, command)
                return decide.choose(context, definition, entry, command)
            case LockEntry():
                return claims.lock(context, definition, entry, command)
            case UnlockEntry():
                return claims.unlock(context, definition, entry, command)
            case AskForLock():
                return claims.ask(context, definition, entry, command)
            case Say():
                return items.say(context, entry, command)
            case SetStatus():
                return items.set_status(context, entry, command)
            case _:
                assert_never(command)

    def _require_form(
        self, context: Context, definition: CompiledDefinition, entry: Entry, command: Choose
    ) -> None:
        """The values of a form fit the tracker that the form is made from, absent ones too."""
        place = entry.place_of(context.actor)
        if place is None:
            return
        if (place.status, place.step, place.visit) != ("active", command.step, command.visit):
            return  # too late anyway, which the decision says better
        held = entry.head.lock
        if held is not None and context.actor not in held.by and not expired(held, context.now):
            return  # the same: somebody else holds it
        for path in definition.nodes[place.step].step.paths:
            behavior = definition.behavior(place.step, path.behavior)
            if path.label != command.path or behavior is None or behavior.behavior != "form":
                continue
            seen = behavior_context(context, entry.head)
            tracker = self._world.records.tracker(
                str(filled_in(behavior, "fields", seen, context.now))
            )
            if tracker is not None:
                tracker[1].require(command.data or {}, "/data")

    async def _drafted(self, entry: Entry, decision: Decision) -> Drafted:
        definition = await self._world.workflows.of(entry.head)
        return Drafted(entry, decision.draft, definition, decision.effects)


def _lease_is_over(entry: Entry, context: Context) -> bool:
    return entry.head.lock is not None and expired(entry.head.lock, context.now)


def conversation(message: Say | Edit | Delete | Messages | Read | Typing) -> str:
    """The id under which the conversation is kept that a message names."""
    if message.room is not None:
        return key_of(message.room)
    assert message.entry is not None, "the codec takes one of both"
    return message.entry


def _members(page: msgspec.Struct) -> dict[str, object]:
    """A page as a reply's result: what is absent stays absent."""
    members = msgspec.structs.asdict(page)
    return {name: value for name, value in members.items() if value is not None}
