"""What administrators call: workflows, users, trackers, scripts, incidents."""

from typing import IO, Any

import msgspec

from lockstep_protocol.codec import wrong_value
from lockstep_protocol.entry import rfc3339
from lockstep_protocol.refusals import refused
from lockstep_server.engine.scopes.directory import User
from lockstep_server.engine.scopes.parse import QueryError, parse_query
from lockstep_server.engine.scopes.query import evaluate
from lockstep_server.scripts.runner import ScriptRunner
from lockstep_server.store.interface import NothingKept, StoreFailed

from . import trying
from .access import Access
from .actor import SYSTEM, Actor
from .api_keys import ApiKeyView
from .faults import store_faults
from .incidents import Incidents, IncidentView
from .records import NOTHING, Kind
from .workflows import Published
from .world import World


class Administration:
    """Everything beside the entries themselves. Refusals are raised."""

    def __init__(
        self, world: World, incidents: Incidents, runner: ScriptRunner, access: Access
    ) -> None:
        self._world = world
        self._access = access
        self._runner = runner
        self._incidents = incidents

    async def publish(
        self, name: str, body: bytes, by: str, dry: bool = False, base: str | None = None
    ) -> Published:
        """Check a definition and store it as the next version of the workflow ``name``."""
        with store_faults():
            return await self._world.workflows.publish(name, body, by, dry, base)

    async def close_workflow(self, name: str, by: str, closed: bool = True) -> None:
        """Close a workflow for starts, or open it again."""
        with store_faults():
            await self._world.workflows.close(name, by, closed)

    async def delete_workflow(self, name: str, by: str) -> None:
        """Take a workflow out that no entry was started with, and that no tracker starts."""
        for tracker in self._world.records.all("tracker"):
            if tracker["workflow"] == name:
                text = f"Dispatches of {tracker['handle']!r} start the workflow {name!r}."
                raise refused("invalid", text, details={"inUse": True})
        with store_faults():
            await self._world.workflows.delete(name, by)

    def workflows(self) -> list[dict[str, Any]]:
        """The newest version of each workflow."""
        return [
            {
                "name": stored.name,
                "version": stored.version,
                "hash": stored.hash,
                "at": rfc3339(stored.at),
                "by": stored.by or None,
                "closed": self._world.workflows.closed(stored.name),
            }
            for stored in self._world.workflows.names()
        ]

    async def workflow(self, name: str, version: int | None) -> dict[str, Any]:
        """One version of a workflow with its definition."""
        with store_faults():
            stored = await self._world.workflows.stored(name, version)
        return {
            "name": stored.name,
            "version": stored.version,
            "hash": stored.hash,
            "at": rfc3339(stored.at),
            "by": stored.by or None,
            "closed": self._world.workflows.closed(name),
            "definition": msgspec.Raw(stored.body),
        }

    async def workflow_versions(self, name: str) -> list[dict[str, Any]]:
        """When each version was published and by whom, the newest first."""
        with store_faults():
            found = await self._world.workflows.publications(name)
        return [
            {**msgspec.structs.asdict(each), "at": rfc3339(each.at), "by": each.by or None}
            for each in found
        ]

    async def put_user(self, id: str, body: dict[str, Any], by: str) -> bool:
        """Add or replace a user; whether it is a new one."""
        try:
            user = msgspec.convert({**body, "id": id}, User)
        except msgspec.ValidationError as error:
            raise wrong_value(error) from error
        # Whom a token brings in stays as revoked as before; an administrator means it.
        also = NOTHING if by == SYSTEM.user else self._access.with_put(id)
        with store_faults():
            return await self._world.records.put_user(user, by, also)

    async def delete_user(self, id: str, by: str) -> None:
        """Take a user out of the directory: what the user signs in with counts no more."""
        with store_faults():
            await self._world.records.delete_user(id, by, self._access.with_deleted(id, by))

    async def revoke(self, user: str, by: str, lift: bool, reason: str) -> dict[str, object]:
        """Refuse what a user signs in with from now on, or accept it again; how it is then."""
        with store_faults():
            if lift:
                await self._access.lift(user, by)
            else:
                await self._access.revoke(user, by, reason)
        return self._access.shown(user)

    def revocation(self, user: str) -> dict[str, object]:
        """Whether a user is revoked, since when and by whom."""
        return self._access.shown(user)

    def revocations(self) -> list[dict[str, object]]:
        """All who are revoked, by id."""
        return self._access.all_shown()

    def keys(self, user: str | None) -> list[ApiKeyView]:
        """All API keys, or one user's."""
        return self._access.keys.views(user)

    async def create_key(self, body: dict[str, Any], by: str) -> ApiKeyView:
        """Make an API key; the only time that it is told."""
        with store_faults():
            known = self._world.records.directory.get
            return await self._access.keys.create(body, by, lambda id: known(id) is not None)

    async def delete_key(self, id: str, by: str) -> None:
        """Take an API key away; its sessions end."""
        with store_faults():
            await self._access.keys.delete(id, by)

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
        """Store a tracker or script; whether it is a new one.

        A script that cannot be read is refused with its line.
        """
        if kind == "script" and isinstance(body.get("source"), str):
            error = (await self._runner.run(body["source"], {}, dry=True)).error
            if error is not None and error.kind in ("syntax", "too_much"):
                details = {"pointer": "/source", "line": error.line}
                raise refused("invalid", f"The script cannot be read: {error}", details=details)
        with store_faults():
            return await self._world.records.put(kind, handle, body, by)

    def record(self, kind: Kind, handle: str) -> dict[str, Any] | None:
        """A tracker or script."""
        return self._world.records.get(kind, handle)

    def records(self, kind: Kind) -> list[dict[str, Any]]:
        """All trackers or scripts."""
        return self._world.records.all(kind)

    async def script_runs(self, handle: str, before: int | None, limit: int) -> dict[str, Any]:
        """How a script ran, the last time first."""
        with store_faults():
            return await trying.runs(self._world, handle, before, limit)

    async def try_script(
        self, handle: str, source: str | None, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Run a script, or a ``source`` in its place, and carry out nothing of what it wants."""
        return await trying.trial(self._world, self._runner, handle, source, params)

    async def incidents(
        self, entry: str | None, before: int | None, limit: int
    ) -> tuple[list[IncidentView], int | None]:
        """Open incidents, newest first, and what to ask for next."""
        with store_faults():
            return await self._incidents.list(entry, before, limit)

    async def retry_incident(self, actor: Actor, id: str) -> None:
        """Have what was given up tried again."""
        with store_faults():
            await self._incidents.retry(actor, id)

    async def dismiss_incident(self, actor: Actor, id: str) -> None:
        """Close an incident."""
        with store_faults():
            await self._incidents.dismiss(actor, id)

    async def backup(self) -> IO[bytes]:
        """A copy of everything as it is now; nobody waits for it meanwhile."""
        try:
            return await self._world.store.copy()
        except NothingKept as never:
            raise refused("invalid", str(never)) from never
        except StoreFailed as failure:
            # An administrator asks, and is told what is wrong.
            raise refused("unavailable", str(failure)) from failure
