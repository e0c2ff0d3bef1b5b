"""Published definitions: checked, stored for good under a version, compiled once."""

import asyncio
from typing import Any

import msgspec

from lockstep_protocol.definition import Definition, Finding
from lockstep_protocol.refusals import refused
from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.compiled import (
    CompiledDefinition,
    canonical,
    content_hash,
)
from lockstep_server.store.interface import Change, DefinitionWrite, Store, StoredDefinition

from .clock import Clock
from .committer import Committer
from .mailboxes import Mailboxes
from .records import require_handle


class Published(msgspec.Struct, frozen=True, rename="camel"):
    """What publishing came to. With errors among ``findings`` nothing was stored."""

    name: str
    version: int | None
    hash: str | None
    definition: Any
    findings: tuple[Finding, ...]
    created: bool = False

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)


class Workflows:
    """Definitions by name and version. A version never changes once it is there."""

    def __init__(
        self, store: Store, committer: Committer, mailboxes: Mailboxes, clock: Clock
    ) -> None:
        self._store = store
        self._committer = committer
        self._mailboxes = mailboxes
        self._clock = clock
        self._newest: dict[str, StoredDefinition] = {}
        self._compiled: dict[tuple[str, int], CompiledDefinition] = {}

    async def load(self) -> None:
        """Read the newest version of each, once, at start."""
        for stored in await self._store.definitions():
            self._newest[stored.name] = stored

    async def publish(self, name: str, body: bytes, by: str, dry: bool = False) -> Published:
        """Check ``body`` (JSON) and, unless ``dry``, store it as the next version of ``name``.

        Publishing what is the newest version already makes no new one.
        """
        require_handle(name)
        # A large definition takes milliseconds to check: not on the loop that serves everybody.
        definition, findings = await asyncio.to_thread(check, body)
        if definition is None or any(finding.severity == "error" for finding in findings):
            return Published(name, None, None, None, tuple(findings))
        encoded = canonical(definition)
        digest = content_hash(encoded)
        shown = msgspec.json.decode(encoded)
        async with self._mailboxes.turn(f"workflow:{name}"):
            newest = self._newest.get(name)
            if newest is not None and newest.hash == digest:
                return Published(name, newest.version, digest, shown, tuple(findings))
            version = newest.version + 1 if newest else 1
            if not dry:
                at = self._clock()
                stored = StoredDefinition(name, version, digest, encoded, at)
                await self._store_version(stored, by)
            return Published(name, version, digest, shown, tuple(findings), created=not dry)

    async def _store_version(self, stored: StoredDefinition, by: str) -> None:
        write = DefinitionWrite(stored.name, stored.version, stored.hash, stored.body)

        def keep(n: int) -> None:
            self._newest[stored.name] = stored

        change = Change(at=stored.at, by=by, cause="publish", definitions=(write,))
        await self._committer.commit(change, keep)

    def names(self) -> list[StoredDefinition]:
        """The newest version of each workflow, by name."""
        return [stored for _, stored in sorted(self._newest.items())]

    async def stored(self, name: str, version: int | None = None) -> StoredDefinition:
        """One version (the newest unless named); ``unknown_workflow`` when there is none."""
        found = self._newest.get(name)
        if version is not None and (found is None or found.version != version):
            found = await self._store.definition(name, version)
        if found is None:
            which = f"{name!r}" if version is None else f"{name!r} in version {version}"
            raise refused("unknown_workflow", f"There is no workflow {which}.")
        return found

    async def compiled(self, name: str, version: int | None = None) -> CompiledDefinition:
        """One version ready to run; ``unknown_workflow`` when there is none."""
        if version is None:
            version = (await self.stored(name)).version
        ready = self._compiled.get((name, version))
        if ready is None:
            stored = await self.stored(name, version)
            definition = msgspec.json.decode(stored.body, type=Definition)
            ready = CompiledDefinition(name, version, definition)
            self._compiled[name, version] = ready
        return ready
