"""Published definitions: checked, stored for good under a version, compiled once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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
from lockstep_server.engine.rooms import NO_STEPS
from lockstep_server.engine.state import Head
from lockstep_server.store.change import Change, DefinitionWrite, RecordWrite
from lockstep_server.store.interface import Publication, Store, StoredDefinition

from .clock import Clock
from .committer import Committer
from .mailboxes import Mailboxes
from .records import require_handle

CLOSED = "closed"
"""The kind of record that says that a workflow is closed for starts."""


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
        self._closed: set[str] = set()
        self._starting: Counter[str] = Counter()
        self._going: set[str] = set()
        self._compiled: dict[tuple[str, int], CompiledDefinition] = {}

    async def load(self) -> None:
        """Read the newest version of each, once, at start."""
        for stored in await self._store.definitions():
            self._newest[stored.name] = stored
        self._closed.update(await self._store.records(CLOSED))

    async def publish(
        self, name: str, body: bytes, by: str, dry: bool = False, base: str | None = None
    ) -> Published:
        """Check ``body`` (JSON) and, unless ``dry``, store it as the next version of ``name``.

        Publishing what is the newest version already makes no new one. ``base`` is the version
        or the hash that the author started from (``0``: none): refused with ``stale`` when
        another one is the newest by now.
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
            _require_base(name, base, newest)
            version = newest.version + 1 if newest else 1
            if not dry:
                at = self._clock()
                stored = StoredDefinition(name, version, digest, encoded, at, by)
                await self._store_version(stored, len(findings))
            return Published(name, version, digest, shown, tuple(findings), created=not dry)

    async def _store_version(self, stored: StoredDefinition, warnings: int) -> None:
        write = DefinitionWrite(stored.name, stored.version, stored.hash, stored.body, warnings)

        def keep(n: int) -> None:
            self._newest[stored.name] = stored

        change = Change(at=stored.at, by=stored.by, cause="publish", definitions=(write,))
        await self._committer.commit(change, keep)

    async def close(self, name: str, by: str, closed: bool = True) -> None:
        """Let nobody start the workflow any more, or (``closed`` False) let them again."""
        await self.stored(name)
        async with self._mailboxes.turn(f"workflow:{name}"):
            body = b"{}" if closed else None

            def keep(n: int) -> None:
                (self._closed.add if closed else self._closed.discard)(name)

            cause = "close" if closed else "open"
            records = (RecordWrite(CLOSED, name, body),)
            change = Change(at=self._clock(), by=by, cause=cause, records=records)
            await self._committer.commit(change, keep)

    async def delete(self, name: str, by: str) -> None:
        """Take a workflow out with all its versions; refused when an entry runs, or ran, by it."""
        await self.stored(name)
        async with self._mailboxes.turn(f"workflow:{name}"):
            await self._require_unused(name)
            self._going.add(name)
            try:
                # Again, now that nobody begins any more: a start may have been on its way.
                await self._require_unused(name)
                await self._drop(name, by)
            finally:
                self._going.discard(name)

    async def _require_unused(self, name: str) -> None:
        if self._starting[name] or await self._store.in_use(name):
            raise refused(
                "invalid",
                f"Entries were started with the workflow {name!r}: close it for starts instead "
                f"(POST /v1/workflows/{name}/close).",
                details={"inUse": True},
            )

    async def _drop(self, name: str, by: str) -> None:
        def forget(n: int) -> None:
            self._newest.pop(name, None)
            self._closed.discard(name)
            for key in [key for key in self._compiled if key[0] == name]:
                del self._compiled[key]

        records = (RecordWrite(CLOSED, name, None),)
        change = Change(at=self._clock(), by=by, cause="delete", records=records, dropped=(name,))
        await self._committer.commit(change, forget)

    @contextmanager
    def starting(self, name: str) -> Iterator[None]:
        """Around a start, up to its commit: the workflow is not deleted meanwhile."""
        if name in self._going:
            raise refused("unknown_workflow", f"The workflow {name!r} is being deleted.")
        self._starting[name] += 1
        try:
            yield
        finally:
            self._starting[name] -= 1
            if not self._starting[name]:
                del self._starting[name]

    def closed(self, name: str) -> bool:
        """Whether the workflow is closed for starts."""
        return name in self._closed

    async def startable(self, name: str, version: int | None = None) -> CompiledDefinition:
        """One version to start with; ``unknown_workflow`` when there is none, or it is closed."""
        definition = await self.compiled(name, version)
        if name in self._closed:
            raise refused(
                "unknown_workflow",
                f"The workflow {name!r} is closed: what runs goes on, and nothing new starts.",
                details={"closed": True},
            )
        return definition

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

    async def publications(self, name: str) -> list[Publication]:
        """Every version, the newest first; ``unknown_workflow`` when there is none."""
        await self.stored(name)
        return await self._store.publications(name)

    async def of(self, head: Head) -> CompiledDefinition:
        """The definition that an entry runs by; a room's has no steps."""
        if head.room is not None:
            return NO_STEPS
        return await self.compiled(head.workflow, head.workflow_version)

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


def _require_base(name: str, base: str | None, newest: StoredDefinition | None) -> None:
    """Refuse when somebody published since the author began."""
    if base is None:
        return
    present = ("0", "") if newest is None else (str(newest.version), newest.hash)
    if base in present:
        return
    if newest is None:
        raise refused("stale", f"There is no workflow {name!r} yet, so nothing to build on.")
    raise refused(
        "stale",
        f"Version {newest.version} of {name!r} was published meanwhile: "
        "read it, bring your change into it, and publish that.",
        details={"version": newest.version, "hash": newest.hash},
    )
