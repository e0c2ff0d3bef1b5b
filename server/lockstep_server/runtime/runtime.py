"""The runtime: what the doors (socket, HTTP) call, and nothing of how it is done."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from lockstep_protocol.commands import Command, Read, Typing, Watch
from lockstep_protocol.entry import EntryView, GuestView, Person
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal, Refused, invalid, refusal, refused, with_id
from lockstep_server.engine.render import Renderer
from lockstep_server.engine.scopes.directory import User
from lockstep_server.engine.scopes.parse import QueryError, parse_query
from lockstep_server.engine.scopes.query import evaluate
from lockstep_server.hub.hub import Hub
from lockstep_server.store.interface import Position, Store, StoreFailed

from .actor import Actor
from .background import Background
from .changes import digest_of
from .clock import Clock, new_id
from .commands import Commands
from .committer import Committer
from .effects import Effects, Perform
from .mailboxes import Entries, Mailboxes
from .performers import Performers
from .reads import InboxView, Reads
from .recorder import Recorder, first_answer
from .records import Kind, Records
from .signals import Signals
from .starts import Starts
from .timers import Timers
from .workflows import Published, Workflows
from .world import World

log = logging.getLogger(__name__)

TIDY_EVERY = 60.0
"""Seconds between two rounds of letting go what nobody needs any more."""
ANSWER_SECONDS = 48 * 3600.0
"""How long the answer to a command is kept."""


class Runtime:
    """One server's rooms at work, over one store."""

    def __init__(self, store: Store, *, clock: Clock, make_id: Callable[[], str] = new_id) -> None:
        self.hub = Hub()
        self._store = store
        self._clock = clock
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
        committer = Committer(self._store, position)
        performers: dict[str, Perform] = {}
        self._world = World(
            store=self._store,
            committer=committer,
            hub=self.hub,
            mailboxes=mailboxes,
            entries=entries,
            records=Records(self._store, committer, self._clock),
            workflows=Workflows(self._store, committer, mailboxes, self._clock),
            effects=Effects(self._store, self._clock, performers),
            timers=Timers(self._clock, self._expire),
            renderer=Renderer(),
            clock=self._clock,
            new_id=self._make_id,
        )
        recorder = Recorder(self._world)
        starts = Starts(self._world, recorder)
        performers.update(Performers(entries, self.hub, starts).by_kind())
        self._reads = Reads(self._store, self._world.workflows, self._world.records)
        self._commands = Commands(self._world, recorder, starts, self._reads)
        self._signals = Signals(self._world)
        await self._take_up()
        self._why_not = None

    async def _take_up(self) -> None:
        world = self._world
        await world.records.load()
        await world.workflows.load()
        await world.effects.load()
        for entry, until in await self._store.locks_until():
            world.timers.at(until, entry)
        for service in (
            world.committer.run(),
            world.effects.run(),
            world.timers.run(),
            self._tidy(),
        ):
            self._services.append(asyncio.create_task(service))

    async def close(self) -> None:
        """Finish the commands at hand, write what waits, close the store."""
        self._why_not = "The server is stopping."
        await self._background.drain()
        *_, tidying = self._services
        tidying.cancel()
        self._world.effects.close()
        self._world.timers.close()
        await asyncio.gather(*self._services[1:], return_exceptions=True)
        self._world.committer.close()
        await self._services[0]
        await self._store.close()

    def ready(self) -> str | None:
        """None when commands are taken; otherwise why not."""
        return self._why_not

    async def execute(self, actor: Actor, command: Command) -> Reply | Refusal:
        """Do a command and give its answer, once it is durable.

        It runs to its end even when the caller is cancelled. The same id given again while it
        runs waits for the same answer.
        """
        if self._why_not is not None:
            return refusal("unavailable", self._why_not, id=command.id)
        key = (actor.user, command.id)
        digest = digest_of(command)
        running = self._in_flight.get(key)
        if running is not None:
            first, task = running
            if first != digest:
                return refusal("id_reused", id=command.id)
            return await asyncio.shield(task)
        task = self._background.spawn(self._perform(actor, command))
        self._in_flight[key] = (digest, task)
        task.add_done_callback(lambda _: self._in_flight.pop(key, None))
        return await asyncio.shield(task)

    async def _perform(self, actor: Actor, command: Command) -> Reply | Refusal:
        try:
            try:
                return await self._commands.perform(actor, command)
            except Refused as no:
                # What looks refused may be done already, by the same command sent before.
                done = await self._store.answer(actor.user, command.id)
                if done is None:
                    return with_id(no.refusal, command.id)
                return first_answer(command, actor, *done)
        except Refused as no:
            return with_id(no.refusal, command.id)
        except StoreFailed as failure:
            log.error("command %s of %s was not stored: %s", command.id, actor.user, failure)
            return refusal("unavailable", id=command.id)
        except Exception:
            log.exception("command %s of %s failed", command.id, actor.user)
            return refusal("internal", id=command.id)

    async def signal(self, actor: Actor, message: Read | Typing | Watch) -> None:
        """Take what is not answered. Raises ``Refused`` where the actor has no part."""
        with _store_faults():
            await self._signals.take(actor, message)

    async def inbox(self, user: str, since: int | None) -> InboxView:
        """A user's inbox, or what changed in it after ``since``."""
        with _store_faults():
            return await self._reads.inbox(user, since)

    async def entry(self, actor: Actor, id: str) -> EntryView | GuestView:
        """One entry as the actor sees it."""
        with _store_faults():
            return await self._reads.entry(actor, id)

    async def people(self, actor: Actor, id: str, after: str, limit: int) -> list[Person]:
        """An entry's recipients, by id, those after ``after``."""
        with _store_faults():
            return await self._reads.people(actor, id, after, limit)

    def profile(self, user_id: str) -> Person:
        """How others see a user."""
        return self._world.records.person(user_id)

    # Administration

    async def publish(self, name: str, body: bytes, by: str, dry: bool = False) -> Published:
        """Check a definition and store it as the next version of the workflow ``name``."""
        with _store_faults():
            return await self._world.workflows.publish(name, body, by, dry)

    def workflows(self) -> list[dict[str, Any]]:
        """The newest version of each workflow."""
        return [
            {"name": stored.name, "version": stored.version, "hash": stored.hash}
            for stored in self._world.workflows.names()
        ]

    async def workflow(self, name: str, version: int | None) -> dict[str, Any]:
        """One version of a workflow with its definition."""
        with _store_faults():
            stored = await self._world.workflows.stored(name, version)
        return {
            "name": stored.name,
            "version": stored.version,
            "hash": stored.hash,
            "definition": msgspec.Raw(stored.body),
        }

    async def put_user(self, id: str, body: dict[str, Any], by: str) -> bool:
        """Add or replace a user; whether it is a new one."""
        try:
            user = msgspec.convert({**body, "id": id}, User)
        except msgspec.ValidationError as error:
            raise invalid("", str(error)) from error
        with _store_faults():
            return await self._world.records.put_user(user, by)

    async def delete_user(self, id: str, by: str) -> None:
        """Take a user out of the directory."""
        with _store_faults():
            await self._world.records.delete_user(id, by)

    def user(self, id: str) -> dict[str, Any] | None:
        """A user of the directory."""
        found = self._world.records.directory.get(id)
        return None if found is None else msgspec.to_builtins(found)

    def find_users(self, query: str | None) -> list[dict[str, Any]]:
        """The users that a query means, by id; all without one."""
        directory = self._world.records.directory
        try:
            ids = evaluate(parse_query(query), directory, "") if query else directory.all_ids()
        except QueryError as error:
            raise refused(
                "invalid",
                str(error),
                details={"pointer": "/query", "position": error.position},
            ) from error
        return [found for id in sorted(ids) if (found := self.user(id)) is not None]

    async def put_record(self, kind: Kind, handle: str, body: dict[str, Any], by: str) -> bool:
        """Store a tracker or script; whether it is a new one."""
        with _store_faults():
            return await self._world.records.put(kind, handle, body, by)

    def record(self, kind: Kind, handle: str) -> dict[str, Any] | None:
        """A tracker or script."""
        return self._world.records.get(kind, handle)

    def records(self, kind: Kind) -> list[dict[str, Any]]:
        """All trackers or scripts."""
        return self._world.records.all(kind)

    # Services

    async def _expire(self, entry: str) -> None:
        try:
            await self._commands.expire(entry)
        except Exception:
            log.exception("the lease of entry %s could not be ended; it is tried again", entry)
            self._world.timers.at(self._clock() + 1.0, entry)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_EVERY)
            self._world.entries.let_go()
            try:
                await self._store.forget_answers(self._clock() - ANSWER_SECONDS)
            except StoreFailed as failure:
                log.warning("old answers could not be forgotten: %s", failure)


@contextmanager
def _store_faults() -> Iterator[None]:
    """Turns a store that fails into the refusal ``unavailable``."""
    try:
        yield
    except StoreFailed as failure:
        raise refused("unavailable") from failure
