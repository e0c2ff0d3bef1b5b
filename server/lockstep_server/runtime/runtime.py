"""The runtime: what the doors (socket, HTTP) call, and nothing of how it is done."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from lockstep_protocol.commands import Command, Read, Typing
from lockstep_protocol.entry import EntryView, GuestView, Person, Standing
from lockstep_protocol.limits import AHEAD_SECONDS, ANSWER_HOURS, LOCK_GRACE_SECONDS
from lockstep_protocol.pages import RetiredPage
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal, Refused, refusal, with_id
from lockstep_server.engine.render import Renderer
from lockstep_server.hub.hub import Hub
from lockstep_server.metrics import Metrics
from lockstep_server.scripts.runner import ScriptRunner
from lockstep_server.session.rules import LEAVING
from lockstep_server.store.effects import EffectWrite
from lockstep_server.store.interface import Position, Store, StoreFailed, Versions

from .access import Access, Cut
from .actor import Actor, scope_of
from .administration import Administration
from .answering import Answering
from .background import Background
from .changes import digest_of
from .clock import Clock, new_id
from .commands import Commands
from .committer import Committer
from .condition import Condition
from .dispatches import Dispatches
from .effects import Effects, Perform
from .faults import store_faults
from .graces import Graces
from .inboxes import Found, Inboxes
from .incidents import Incidents
from .mailboxes import Entries, Mailboxes
from .notices import Notices
from .outlets import NO_OUTLETS, Outlets
from .overseeing import Overseeing
from .presences import Presences
from .reads import Reads
from .recorder import Recorder
from .records import Records
from .scripting import Scripting
from .signals import Signals
from .starts import Starts
from .subscriptions import Subscriptions
from .timers import Timers
from .workflows import Workflows
from .world import World

log = logging.getLogger(__name__)

TIDY_EVERY = 60.0
"""Seconds between two rounds of letting go what nobody needs any more."""
FORGET_SECONDS = ANSWER_HOURS * 3600.0 + AHEAD_SECONDS + TIDY_EVERY
"""How long the answer to a command is kept: longer than any id is taken that may have made it."""


class Runtime:
    """One server's rooms at work, over one store."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        make_id: Callable[[], str] = new_id,
        outlets: Outlets = NO_OUTLETS,
        metrics: Metrics | None = None,
        lock_grace: float = LOCK_GRACE_SECONDS,
    ) -> None:
        self.cuts: list[Callable[[Cut], None]] = []
        """Who is told, at once, that sessions are to end: the sockets."""
        self._metrics = metrics or Metrics()
        self.hub = Hub(self._metrics.mark, clock)
        self._outlets = outlets
        self._runner = ScriptRunner()
        self._store = store
        self._clock = clock
        self._lock_grace = lock_grace
        self._make_id = make_id
        self._background = Background()
        self._services: list[asyncio.Task[None]] = []
        self._in_flight: dict[tuple[str, str], tuple[bytes, asyncio.Task[Reply | Refusal]]] = {}
        self._why_not: str | None = "The server is starting."

    @property
    def position(self) -> Position:
        """The store's epoch, and the last change that everybody has been told of."""
        return self._world.committer.position

    async def open(self) -> None:
        """Open the store, read what is kept in memory, take up what was left undone."""
        position = await self._store.open()
        mailboxes = Mailboxes()
        entries = Entries(self._store, mailboxes, self._clock)
        committer = Committer(self._store, position, self._metrics, self.hub.together)
        performers: dict[str, tuple[str, Perform]] = {}
        self._world = World(
            store=self._store,
            committer=committer,
            hub=self.hub,
            mailboxes=mailboxes,
            entries=entries,
            records=Records(self._store, committer, self._clock),
            workflows=Workflows(self._store, committer, mailboxes, self._clock),
            effects=Effects(self._store, self._clock, performers, self._abandon, self._metrics),
            timers=Timers(self._clock, self._expire),
            graces=Graces(self.hub, self._clock, self._lock_grace, self._drop),
            presences=Presences(self.hub, self._store, entries, self._clock),
            renderer=Renderer(),
            clock=self._clock,
            new_id=self._make_id,
            metrics=self._metrics,
        )
        recorder = Recorder(self._world)
        starts = Starts(self._world, recorder)
        self._incidents = Incidents(self._world, recorder)
        self.access = Access(self._store, committer, self._clock, self._background, self._cut)
        self.admin = Administration(self._world, self._incidents, self._runner, self.access)
        self.overseeing = Overseeing(self._world)
        self._dispatches = Dispatches(self._world, recorder)
        self.subscriptions = Subscriptions(
            self._store, committer, self._clock, self._outlets.addresses
        )
        performers.update(self._performers(recorder, starts))
        self.condition = Condition(self._world, self._store)
        self._inboxes = Inboxes(self._store, self._world.workflows, self._world.records)
        self._reads = Reads(self._store, self._world.workflows, self._world.records)
        self._commands = Commands(self._world, recorder, starts, self._reads)
        self._answering = Answering(self._world, self._commands, self._reads)
        self._signals, self.presences = Signals(self._world), self._world.presences
        await self._take_up()
        self._why_not = None

    def _performers(self, recorder: Recorder, starts: Starts) -> dict[str, tuple[str, Perform]]:
        """What performs each kind of effect, and whether that stays inside this process."""
        world = self._world
        notices = Notices(
            world.entries,
            self.hub,
            world.records,
            self.subscriptions,
            self._outlets,
            self._clock,
        )
        scripting = Scripting(world, recorder, self._runner)
        return {
            "notify": ("inside", notices.notify),
            "push": ("outside", notices.push),
            "mail": ("outside", notices.mail),
            "webhook": ("outside", notices.webhook),
            "start": ("inside", starts.follow),
            "script": ("inside", scripting.script),
            "script_run": ("outside", scripting.run),
        }

    async def _abandon(self, effect: EffectWrite, tries: int, text: str) -> None:
        await self._incidents.abandon(effect, tries, text)

    async def _take_up(self) -> None:
        world = self._world
        await world.records.load()
        await self.access.load()
        await self.subscriptions.load()
        await world.workflows.load()
        await world.effects.load()
        for entry, until in await self._store.locks_until():
            world.timers.at(until, entry)
        for entry, users in await self._store.tied():
            world.graces.note(entry, users)
        for service in (
            world.committer.run(),
            world.effects.run(),
            world.timers.run(),
            world.graces.run(),
            world.presences.run(),
            self._tidy(),
        ):
            self._services.append(asyncio.create_task(service))

    async def close(self) -> None:
        """Finish the commands at hand, write what waits, close the store."""
        self.leave()
        await self._background.drain()
        *_, tidying = self._services
        tidying.cancel()
        await self._world.effects.close()
        self._world.timers.close()
        self.presences.close()
        self._world.graces.close()
        await asyncio.gather(*self._services[1:], return_exceptions=True)
        self._world.committer.close()
        await self._services[0]
        await self._runner.close()
        await self._outlets.close()
        await self._store.close()

    def leave(self) -> None:
        """From now on take no commands; those at hand are finished. Safe in a signal handler."""
        self._why_not = LEAVING

    def ready(self) -> str | None:
        """None when commands are taken; otherwise why not."""
        return self._why_not

    def _cut(self, cut: Cut) -> None:
        for listener in self.cuts:
            listener(cut)

    async def execute(self, actor: Actor, command: Command) -> Reply | Refusal:
        """Do a command and give its answer, once it is durable.

        It runs to its end even when the caller is cancelled. The same id given again while it
        runs waits for the same answer.
        """
        if self._why_not is not None:
            return refusal("unavailable", self._why_not, id=command.id)
        try:
            actor.require(scope_of(command))
        except Refused as no:
            return with_id(no.refusal, command.id)
        key = (actor.user, command.id)
        digest = digest_of(command)
        running = self._in_flight.get(key)
        if running is not None:
            first, task = running
            if first != digest:
                return refusal("id_reused", id=command.id)
            return await asyncio.shield(task)
        task = self._background.spawn(self._answering.answer(actor, command))
        self._in_flight[key] = (digest, task)
        task.add_done_callback(lambda _: self._in_flight.pop(key, None))
        return await asyncio.shield(task)

    async def signal(self, actor: Actor, message: Read | Typing) -> None:
        """Take what is not answered. Raises ``Refused`` where the actor has no part."""
        actor.require("act")
        with store_faults():
            await self._signals.take(actor, message)

    async def inbox(self, user: str, since: int | None) -> Found:
        """A user's inbox, or what changed in it after ``since``; its parts may refuse, too."""
        with store_faults():
            return await self._inboxes.inbox(user, since)

    async def versions(self, user: str) -> Versions:
        """Which entries a user's inbox has, and in which version."""
        with store_faults():
            return await self._store.versions(user)

    async def entry(self, actor: Actor, id: str) -> EntryView | GuestView:
        """One entry as the actor sees it."""
        with store_faults():
            return await self._reads.entry(actor, id)

    async def retired(
        self, actor: Actor, query: str, before: str | None, limit: int
    ) -> RetiredPage:
        """A page of the actor's retired items that ``query`` finds."""
        with store_faults():
            return await self._reads.retired(actor, query, before, limit)

    async def people(self, actor: Actor, id: str, after: str, limit: int) -> list[Standing]:
        """An entry's recipients, by id, those after ``after``."""
        with store_faults():
            return await self._reads.people(actor, id, after, limit)

    async def export_history(self, actor: Actor, id: str) -> AsyncIterator[bytes]:
        """An entry's history as JSON lines, oldest first, as far as the actor may see it."""
        with store_faults():
            await self._reads.history(actor, id, None, 1)  # refused before the first line
        return self._reads.whole_history(actor, id)

    async def dispatch(self, actor: Actor, id: str) -> dict[str, Any]:
        """A dispatch, with the entries that it started."""
        with store_faults():
            return await self._dispatches.read(actor, id)

    async def change_dispatch(self, actor: Actor, id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change a dispatch's data or task state."""
        with store_faults():
            return await self._dispatches.change(actor, id, body)

    def profile(self, user_id: str) -> Person:
        """How others see a user."""
        return self._world.records.person(user_id)

    # Services

    async def _expire(self, entry: str) -> None:
        try:
            await self._commands.expire(entry)
        except Exception:
            log.exception("the lease of entry %s could not be ended; it is tried again", entry)
            self._world.timers.at(self._clock() + 1.0, entry)

    async def _drop(self, user: str, entry: str) -> None:
        await self._commands.drop(user, entry)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_EVERY)
            self._world.entries.let_go()
            try:
                await self._store.forget_answers(self._clock() - FORGET_SECONDS)
            except StoreFailed as failure:
                log.warning("old answers could not be forgotten: %s", failure)
