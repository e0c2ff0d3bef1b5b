"""Starting workflows: by command, by a dispatch, and as the effect of a step."""

from contextlib import AsyncExitStack
from typing import Any

import msgspec

from lockstep_protocol.commands import Dispatch, Start
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import invalid, refused
from lockstep_server.engine import decide
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.render import RenderError
from lockstep_server.engine.state import DispatchCard
from lockstep_server.store.interface import RecordWrite

from .actor import Actor
from .changes import Drafted
from .recorder import Recorder, first_answer
from .records import Tracker
from .world import World

DISPLAY_CHARACTERS = 500
"""The display name of a dispatch at most."""


class Starts:
    """New entries. One command may start several; they are one change."""

    def __init__(self, world: World, recorder: Recorder) -> None:
        self._world = world
        self._recorder = recorder

    async def start(self, actor: Actor, command: Start) -> Reply:
        """Start a workflow for the users in ``to``. A ``key`` starts it once."""
        definition = await self._world.workflows.compiled(command.workflow, command.version)
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
            return await self._dispatch(actor, command, tracker, user, unique)

    async def _dispatch(
        self, actor: Actor, command: Dispatch, tracker: Tracker, user: str, unique: str | None
    ) -> Reply:
        card = self._card(actor, command, tracker, user)
        drafted: tuple[Drafted, ...] = ()
        now = card.created_at
        if tracker.workflow is not None:
            definition = await self._world.workflows.compiled(tracker.workflow)
            now, drafted = self._draft(actor, definition, (user,), command.data, card)
            # A step's action may have set the task state already.
            card = drafted[0].draft.head.dispatch or card
        entries = [part.draft.head.id for part in drafted]
        record = {**msgspec.to_builtins(card), "entries": entries, "serviceId": command.service_id}
        write = RecordWrite("dispatch", card.id, msgspec.json.encode(record))
        result = {"dispatch": card.id, "entries": entries}
        return await self._recorder.record(
            actor, command, drafted, result, now, unique=unique, records=(write,)
        )

    async def follow(self, effect: str, body: dict[str, Any]) -> None:
        """Start the workflow that a step triggers; once, however often this is asked for."""
        unique = f"effect:{effect}"
        async with self._world.mailboxes.turn(unique):
            if await self._world.store.by_unique(unique) is not None:
                return
            definition = await self._world.workflows.compiled(body["workflow"])
            actor = Actor(body["source"])
            data = body["data"] if isinstance(body["data"], dict) else {}
            users = tuple(body["users"] or ())
            sinks = _sinks(definition, users if decide.starts_at_sink(definition) else users[:1])
            step = body["step"] or decide.START
            now, drafted = self._draft(actor, definition, sinks, data, step=step)
            await self._recorder.record_quietly(actor, "trigger", drafted, now, unique)

    def _draft(
        self,
        actor: Actor,
        definition: CompiledDefinition,
        sinks: tuple[str | None, ...],
        data: dict[str, Any],
        card: DispatchCard | None = None,
        step: str = decide.START,
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
            )
            drafted.append(Drafted(None, decision.draft, definition, decision.effects))
        return context.now, tuple(drafted)

    def _card(self, actor: Actor, command: Dispatch, tracker: Tracker, user: str) -> DispatchCard:
        world = self._world
        names = {**command.data, "data": command.data, "values": command.data}
        try:
            shown = world.renderer.render(tracker.display, names, DISPLAY_CHARACTERS)
        except RenderError:
            shown = tracker.display
        return DispatchCard(
            id=world.new_id(),
            tracker=tracker.handle,
            author=actor.user,
            user=user,
            display_name=shown[:DISPLAY_CHARACTERS] or tracker.handle,
            user_name=world.records.person(user).name,
            author_name=world.records.person(actor.user).name,
            data=command.data,
            created_at=world.clock(),
        )


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
