"""Starting workflows: by command, by a dispatch, and as the effect of a step."""

from contextlib import AsyncExitStack
from typing import Any

import msgspec

from lockstep_protocol.commands import Dispatch, Start
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refused, invalid, refused
from lockstep_server.engine import decide
from lockstep_server.engine.context import Chain
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.state import DispatchCard
from lockstep_server.store.effects import EffectWrite

from .actor import Actor
from .changes import DispatchRecord, Drafted
from .dispatches import display_name
from .effects import GiveUp, Performed
from .recorder import Recorder, first_answer
from .records import Tracker
from .world import World

MAX_CHAIN_DEPTH = 10
"""Effects (starts, scripts) that may follow from one another without a user."""
MAX_CHAIN_STARTS = 200
"""Entries that one chain of triggers may start in all."""


class Starts:
    """New entries. One command may start several; they are one change."""

    def __init__(self, world: World, recorder: Recorder) -> None:
        self._world = world
        self._recorder = recorder

    async def start(self, actor: Actor, command: Start) -> Reply:
        """Start a workflow for the users in ``to``. A ``key`` starts it once."""
        with self._world.workflows.starting(command.workflow):
            return await self._start(actor, command)

    async def _start(self, actor: Actor, command: Start) -> Reply:
        definition = await self._world.workflows.startable(command.workflow, command.version)
        for index, user in enumerate(command.to):
            if self._world.records.directory.get(user) is None:
                raise invalid(f"/to/{index}", f"The directory has no user {user!r}.")
        unique = f"start:{command.workflow}:{command.key}" if command.key else None
        async with AsyncExitStack() as turn:
            if unique is not None:
                await turn.enter_async_context(self._world.mailboxes.turn(unique))
                done = await self._world.store.by_unique(unique)
                if done is not None:
                    return first_answer(command, actor, *done)
            sinks = _sinks(definition, command.to)
            now, drafted = self._draft(actor, definition, sinks, command.data)
            result = {"entries": [part.draft.head.id for part in drafted]}
            return await self._recorder.record(actor, command, drafted, result, now, unique=unique)

    async def dispatch(self, actor: Actor, command: Dispatch) -> Reply:
        """Make a dispatch, and start its tracker's workflow for the user it is about."""
        world = self._world
        found = world.records.tracker(command.tracker)
        if found is None:
            raise refused("not_found", f"There is no tracker {command.tracker!r}.")
        tracker, schema = found
        user = command.user or actor.user
        if world.records.directory.get(user) is None:
            raise invalid("/user", f"The directory has no user {user!r}.")
        schema.require(command.data, "/data")
        unique = f"service:{tracker.handle}:{command.service_id}" if command.service_id else None
        async with AsyncExitStack() as turn:
            if unique is not None:
                await turn.enter_async_context(world.mailboxes.turn(unique))
                done = await world.store.by_unique(unique)
                if done is not None:
                    return first_answer(command, actor, *done)
            if tracker.workflow is not None:
                turn.enter_context(world.workflows.starting(tracker.workflow))
            return await self._dispatch(actor, command, tracker, user, unique)

    async def _dispatch(
        self, actor: Actor, command: Dispatch, tracker: Tracker, user: str, unique: str | None
    ) -> Reply:
        card = self._card(actor, command, tracker, user)
        drafted: tuple[Drafted, ...] = ()
        now = card.created_at
        if tracker.workflow is not None:
            definition = await self._world.workflows.startable(tracker.workflow)
            now, drafted = self._draft(actor, definition, (user,), command.data, card)
            # A step's action may have set the task state already.
            card = drafted[0].draft.head.dispatch or card
        entries = [part.draft.head.id for part in drafted]
        write = DispatchRecord(card, tuple(entries)).write()
        result = {"dispatch": card.id, "entries": entries}
        return await self._recorder.record(
            actor, command, drafted, result, now, unique=unique, records=(write,)
        )

    async def follow(self, effect: EffectWrite) -> Performed:
        """Start the workflow that a step triggers; once, however often this is asked for."""
        world = self._world
        body: dict[str, Any] = msgspec.json.decode(effect.body)
        chain = chain_of(effect, body)
        unique = f"effect:{effect.id}"
        users = await world.entries.meant(effect.entry, body["users"])
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(world.mailboxes.turn(f"chain:{chain.root}"))
            if await world.store.by_unique(unique) is not None:
                return Performed("started before")
            try:
                turn.enter_context(world.workflows.starting(body["workflow"]))
                now, drafted = await self._follow(body, tuple(users), chain)
            except Refused as no:
                raise GiveUp(f"{body['workflow']}: {no.refusal.message}") from no
            text = f"started {', '.join(part.draft.head.id for part in drafted)}"
            await self._recorder.record_quietly(
                Actor(body["source"]),
                "trigger",
                drafted,
                now,
                unique=unique,
                starts=(chain.root, len(drafted)),
                ended=(effect.ended(now, text),),
            )
        return Performed(stored=True)

    async def _follow(
        self, body: dict[str, Any], users: tuple[str, ...], chain: Chain
    ) -> tuple[float, tuple[Drafted, ...]]:
        world = self._world
        for user in users:
            if world.records.directory.get(user) is None:
                raise GiveUp(f"{body['workflow']}: the directory has no user {user!r}.")
        definition = await world.workflows.startable(body["workflow"])
        sinks = _sinks(definition, users if decide.starts_at_sink(definition) else users[:1])
        before = await world.store.started(chain.root)
        if before + len(sinks) > MAX_CHAIN_STARTS:
            raise GiveUp(
                f"{before} entries were started by one chain of triggers already, and at most "
                f"{MAX_CHAIN_STARTS} may be."
            )
        step = body["step"] or decide.START
        if step not in definition.nodes:
            raise GiveUp(f"The workflow {definition.name!r} has no step {step!r}.")
        data = body["data"] if isinstance(body["data"], dict) else {}
        return self._draft(Actor(body["source"]), definition, sinks, data, step=step, chain=chain)

    def _draft(
        self,
        actor: Actor,
        definition: CompiledDefinition,
        sinks: tuple[str | None, ...],
        data: dict[str, Any],
        card: DispatchCard | None = None,
        step: str = decide.START,
        chain: Chain | None = None,
    ) -> tuple[float, tuple[Drafted, ...]]:
        context = self._world.context(actor)
        drafted = []
        for sink in sinks:
            decision = decide.start(
                context,
                definition,
                entry_id=self._world.new_id(),
                sink=sink,
                data=data,
                dispatch=card,
                step=step,
                chain=chain,
            )
            drafted.append(Drafted(None, decision.draft, definition, decision.effects))
        return context.now, tuple(drafted)

    def _card(self, actor: Actor, command: Dispatch, tracker: Tracker, user: str) -> DispatchCard:
        world = self._world
        return DispatchCard(
            id=world.new_id(),
            tracker=tracker.handle,
            author=actor.user,
            user=user,
            display_name=display_name(world.renderer, tracker, command.data),
            user_name=world.records.person(user).name,
            author_name=world.records.person(actor.user).name,
            data=command.data,
            created_at=world.clock(),
            service_id=command.service_id,
        )


def chain_of(effect: EffectWrite, body: dict[str, Any]) -> Chain:
    """The chain of triggers that ``effect`` belongs to. Raises ``GiveUp`` when it is too long."""
    chain = Chain(body.get("root") or effect.id, body.get("depth") or 1)
    if chain.depth > MAX_CHAIN_DEPTH:
        raise GiveUp(f"Steps, scripts and workflows start one another {MAX_CHAIN_DEPTH} deep.")
    return chain


def _sinks(definition: CompiledDefinition, to: tuple[str, ...]) -> tuple[str | None, ...]:
    """Whom each new entry is for: one each where `start` goes to ``$sink``, else one for all."""
    if not to:
        return (None,)
    if decide.starts_at_sink(definition):
        return tuple(dict.fromkeys(to))
    if len(to) > 1:
        raise invalid(
            "/to",
            f"The workflow {definition.name!r} goes to a scope of its own at the start: "
            "name one recipient at most, who becomes its $sink.",
        )
    return to
