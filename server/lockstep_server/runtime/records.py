"""The directory, the trackers and the scripts: in memory whole, on the disk by the committer."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from lockstep_protocol.codec import wrong_value
from lockstep_protocol.entry import Person
from lockstep_protocol.refusals import invalid, refused
from lockstep_server.engine.render import syntax_error
from lockstep_server.engine.scopes.directory import Directory, User
from lockstep_server.store.change import Change, RecordWrite
from lockstep_server.store.interface import Store

from .clock import Clock
from .committer import Committer
from .schemas import Schema, SchemaError

Kind = Literal["tracker", "script"]

Also = tuple[tuple[RecordWrite, ...], Callable[[], None]]
"""What is stored in the same change, and what to do once it is."""
NOTHING: Also = ((), lambda: None)

MAX_HANDLE = 200
"""Characters of a user's id or of a tracker's or script's handle at most."""


class Tracker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of dispatch: its JSON Schema, how one is shown, and what a new one starts."""

    schema: dict[str, Any]
    handle: str = ""
    display: str = ""
    workflow: str | None = None


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Lua script that actions name by its handle."""

    source: str
    handle: str = ""


class Records:
    """What administrators keep. Reads are from memory; a write is durable before it shows."""

    def __init__(self, store: Store, committer: Committer, clock: Clock) -> None:
        self.directory = Directory()
        self._store = store
        self._committer = committer
        self._clock = clock
        self._trackers: dict[str, tuple[Tracker, Schema]] = {}
        self._scripts: dict[str, Script] = {}

    async def load(self) -> None:
        """Read everything once, at start."""
        for body in (await self._store.records("user")).values():
            self.directory.put(msgspec.json.decode(body, type=User))
        for body in (await self._store.records("tracker")).values():
            tracker = msgspec.json.decode(body, type=Tracker)
            self._trackers[tracker.handle] = (tracker, Schema(tracker.schema))
        for body in (await self._store.records("script")).values():
            script = msgspec.json.decode(body, type=Script)
            self._scripts[script.handle] = script

    def person(self, id: str) -> Person:
        """How others see a user; one who is not in the directory goes by the id."""
        user = self.directory.get(id)
        return Person(id=id, name=(user.name if user else "") or id)

    async def put_user(self, user: User, by: str, also: Also = NOTHING) -> bool:
        """Store a user; whether it is a new one."""
        require_handle(user.id)
        created = self.directory.get(user.id) is None
        body = msgspec.json.encode(user)
        await self._write("user", user.id, body, by, lambda: self.directory.put(user), also)
        return created

    async def delete_user(self, id: str, by: str, also: Also = NOTHING) -> None:
        """Take a user out of the directory; ``not_found`` when there is none."""
        if self.directory.get(id) is None:
            raise refused("not_found", f"There is no user {id!r}.")
        await self._write("user", id, None, by, lambda: self.directory.remove(id), also)

    async def put(self, kind: Kind, handle: str, body: dict[str, Any], by: str) -> bool:
        """Store a tracker or a script; whether it is a new one. ``invalid`` names what is wrong."""
        require_handle(handle)
        match kind:
            case "tracker":
                return await self._put_tracker(handle, body, by)
            case "script":
                script = _convert({**body, "handle": handle}, Script)
                created = handle not in self._scripts

                def keep() -> None:
                    self._scripts[handle] = script

                await self._write(kind, handle, msgspec.json.encode(script), by, keep)
                return created

    async def _put_tracker(self, handle: str, body: dict[str, Any], by: str) -> bool:
        tracker = _convert({**body, "handle": handle}, Tracker)
        try:
            schema = Schema(tracker.schema)
        except SchemaError as error:
            raise invalid("/schema", str(error)) from error
        if (wrong := syntax_error(tracker.display)) is not None:
            line, column, text = wrong
            raise invalid(
                "/display", f"The template cannot be read, line {line}, column {column}: {text}"
            )
        created = handle not in self._trackers

        def keep() -> None:
            self._trackers[handle] = (tracker, schema)

        await self._write("tracker", handle, msgspec.json.encode(tracker), by, keep)
        return created

    def tracker(self, handle: str) -> tuple[Tracker, Schema] | None:
        """A tracker with its compiled schema."""
        return self._trackers.get(handle)

    def get(self, kind: Kind, handle: str) -> dict[str, Any] | None:
        """A tracker or script as JSON."""
        match kind:
            case "tracker":
                found = self._trackers.get(handle)
                return msgspec.to_builtins(found[0]) if found else None
            case "script":
                script = self._scripts.get(handle)
                return msgspec.to_builtins(script) if script else None

    def all(self, kind: Kind) -> list[dict[str, Any]]:
        """All trackers or scripts as JSON, by handle."""
        match kind:
            case "tracker":
                trackers = sorted(self._trackers.items())
                return [msgspec.to_builtins(tracker) for _, (tracker, _) in trackers]
            case "script":
                return [msgspec.to_builtins(script) for _, script in sorted(self._scripts.items())]

    async def _write(
        self,
        kind: str,
        id: str,
        body: bytes | None,
        by: str,
        keep: Callable[[], object],
        also: Also = NOTHING,
    ) -> None:
        more, keep_more = also
        records = (RecordWrite(kind, id, body), *more)
        change = Change(at=self._clock(), by=by, cause=kind, records=records)

        def release(n: int) -> None:
            keep()
            keep_more()

        await self._committer.commit(change, release)


def _convert(body: dict[str, Any], type: type[Any]) -> Any:
    try:
        return msgspec.convert(body, type)
    except msgspec.ValidationError as error:
        raise wrong_value(error) from error


def require_handle(handle: str) -> None:
    """Refuse an id or handle that is empty or too long."""
    if not handle.strip() or len(handle) > MAX_HANDLE:
        raise invalid("", f"A name has 1 to {MAX_HANDLE} characters, this has {len(handle)}.")
