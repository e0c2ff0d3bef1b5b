"""Dispatches after they were made: read, and changed so that their entries show it at once."""

from typing import Any

import msgspec

from lockstep_protocol.codec import require_plain
from lockstep_protocol.limits import ENTRY_DATA_BYTES, IDENTIFIER_CHARACTERS, TITLE_CHARACTERS
from lockstep_protocol.refusals import invalid, refused, too_large
from lockstep_server.engine.apply import apply
from lockstep_server.engine.context import Renderer
from lockstep_server.engine.entry import Draft
from lockstep_server.engine.facts import DispatchSet
from lockstep_server.engine.render import RenderError
from lockstep_server.engine.state import DispatchCard
from lockstep_server.engine.views import dispatch_view
from lockstep_server.store.change import Change

from .actor import Actor
from .changes import DispatchRecord, Drafted
from .recorder import Recorder
from .records import Tracker
from .world import World

CHANGEABLE = ("data", "taskState")


class Dispatches:
    """One record at a time. Who made it, whom it is about, and administrators may see it."""

    def __init__(self, world: World, recorder: Recorder) -> None:
        self._world = world
        self._recorder = recorder

    async def read(self, actor: Actor, id: str) -> dict[str, Any]:
        """The dispatch as its entries show it, with the ids of those entries."""
        record = await self._find(actor, id)
        shown: dict[str, Any] = msgspec.to_builtins(dispatch_view(record.card))
        return {**shown, "entries": list(record.entries)}

    async def change(self, actor: Actor, id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Set ``data`` (whole, must fit the tracker) and ``taskState``; what is absent stays.

        Only its author and administrators may.
        """
        for member in body:
            if member not in CHANGEABLE:
                raise invalid(f"/{member}", f"Only {' and '.join(CHANGEABLE)} can be changed.")
        async with self._world.mailboxes.turn(f"dispatch:{id}"):
            record = await self._find(actor, id)
            if not actor.admin and actor.user != record.card.author:
                raise refused("forbidden", "Only who made a dispatch changes it.")
            if record.entries:
                await self._change_entry(actor, id, record.entries[0], body)
            else:
                changed = DispatchRecord(self._changed(record.card, body))
                at = self._world.clock()
                change = Change(at=at, by=actor.user, cause="dispatch", records=(changed.write(),))
                await self._world.committer.commit(change, lambda n: None)
        return await self.read(actor, id)

    async def _change_entry(
        self, actor: Actor, id: str, entry_id: str, body: dict[str, Any]
    ) -> None:
        world = self._world
        async with world.entries.turn(entry_id) as entry:
            assert entry is not None
            assert entry.head.dispatch is not None
            card = self._changed(entry.head.dispatch, body)
            if card == entry.head.dispatch:
                return
            draft, now = Draft(entry), world.clock()
            apply(draft, DispatchSet(card, now))
            drafted = Drafted(entry, draft, await world.workflows.of(entry.head))
            await self._recorder.record_quietly(actor, "dispatch", (drafted,), now)

    def _changed(self, card: DispatchCard, body: dict[str, Any]) -> DispatchCard:
        data = body.get("data", card.data)
        if not isinstance(data, dict):
            raise invalid("/data", "The data of a dispatch is an object.")
        require_plain(data, "/data")
        if len(msgspec.json.encode(data)) > ENTRY_DATA_BYTES:
            raise too_large(ENTRY_DATA_BYTES, pointer="/data")
        state = body.get("taskState", card.task_state)
        if state is not None and (not isinstance(state, str) or not state):
            raise invalid("/taskState", "A task state is a text that is not empty.")
        if state is not None and state != card.task_state and len(state) > IDENTIFIER_CHARACTERS:
            raise invalid(
                "/taskState", f"A task state has at most {IDENTIFIER_CHARACTERS} characters."
            )
        found = self._world.records.tracker(card.tracker)
        name = card.display_name
        if found is not None:
            tracker, schema = found
            schema.require(data, "/data")
            name = display_name(self._world.renderer, tracker, data)
        return msgspec.structs.replace(card, data=data, task_state=state, display_name=name)

    async def _find(self, actor: Actor, id: str) -> DispatchRecord:
        body = await self._world.store.record("dispatch", id)
        record = None if body is None else msgspec.json.decode(body, type=DispatchRecord)
        if record is not None:
            card = record.card
            if actor.admin or actor.user in (card.author, card.user):
                return record
        raise refused("not_found", "There is no such dispatch among yours.")


def display_name(renderer: Renderer, tracker: Tracker, data: dict[str, Any]) -> str:
    """How a dispatch of ``tracker`` is shown; its template as written when that fails."""
    names = {**data, "data": data, "values": data}
    try:
        shown = renderer.render(tracker.display, names, TITLE_CHARACTERS)
    except RenderError:
        shown = tracker.display
    return shown[:TITLE_CHARACTERS] or tracker.handle
