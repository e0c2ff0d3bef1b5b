"""The server that is measured, and what makes it tell: ``python -m tests.bench.telling VIEWERS``.

All of it is the real one but the store, which calls a change durable at once, so that what is
measured begins where a commit has ended. Each byte of the driver is so many changes in different
entries, in one commit; every viewer is a recipient of each entry.
"""

import asyncio
import sys
import time
from collections.abc import Sequence

import msgspec

from lockstep_load.lean import many_files
from lockstep_protocol.commands import Start
from lockstep_server.cli.listening import _AnnouncedServer, listen
from lockstep_server.cli.trouble import Trouble
from lockstep_server.config import Settings
from lockstep_server.engine.chat import post
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.entry import Draft, Entry
from lockstep_server.runtime.actor import SYSTEM, Actor
from lockstep_server.runtime.changes import Drafted
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.recorder import Recorder
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.change import Change, Committed, Outcome
from lockstep_server.store.memory import MemoryStore
from lockstep_server.web.app import build
from lockstep_server.web.serve import server_config

from .standing import SECRET, execute, put, user
from .yardsticks.control import listen as listen_for_driver
from .yardsticks.control import ready

ENTRIES = 8
BODY = "Somebody says something that everybody is told at once, and it is not very long. " * 2
STEP = {"name": "New", "scope": "given groups [all]", "paths": [{"label": "On", "step": "next"}]}
DEFINITION = {"start": {"step": STEP}, "next": {"step": {**STEP, "name": "Next", "paths": []}}}


class Durable(MemoryStore):
    """In memory, until all is there; then every change counts as stored."""

    quick = False

    async def commit(self, batch: Sequence[Change]) -> list[Outcome]:
        if not self.quick:
            return await super().commit(batch)
        first, self._n = self._n + 1, self._n + len(batch)
        return [Committed(n) for n in range(first, self._n + 1)]


class Speaker:
    """Says something in so many entries at once."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._entries: list[tuple[Entry, CompiledDefinition]] = []

    async def furnish(self, viewers: int) -> None:
        """People, and the entries that all of them have."""
        runtime = self._runtime
        for number in range(viewers):
            await put(runtime, number, "all")
        await runtime.admin.publish("w", msgspec.json.encode(DEFINITION), "bench")
        for _ in range(ENTRIES):
            start = Start(id=new_id(), workflow="w", data={})
            (id,) = (await execute(runtime, Actor(user(0)), start))["entries"]
            async with runtime._world.entries.turn(id) as entry:
                assert entry is not None
                self._entries.append((entry, await runtime._world.workflows.of(entry.head)))

    async def go(self, changes: int) -> None:
        """One change in each of the first entries."""
        now, recorder = time.time(), Recorder(self._runtime._world)
        parts = []
        for entry, definition in self._entries[:changes]:
            draft = Draft(entry)
            post(draft, author=user(0), at=now, body=BODY)
            parts.append(Drafted(entry, draft, definition))
        said = [recorder.record_quietly(SYSTEM, "say", (part,), now) for part in parts]
        await (said[0] if changes == 1 else asyncio.gather(*said))


def main() -> None:
    many_files()
    settings = Settings(db=":memory:", jwt_secret=SECRET, heartbeat=3600.0)
    store = Durable()
    app = build(settings, store=store)
    listener = listen("127.0.0.1", 0)
    speaker = Speaker(app.state.runtime)

    async def prepare(_: str) -> str:
        try:
            await speaker.furnish(int(sys.argv[1]))
            store.quick = True
            ready(listener.getsockname()[1], await listen_for_driver(speaker.go))
        except Exception as wrong:
            raise Trouble(f"cannot be measured: {wrong!r}") from wrong
        return ""

    config = server_config(app, log_level="warning")
    server = _AnnouncedServer(config, app.state.sockets, listener, "", prepare)
    server.run(sockets=[listener])
    if server.failure is not None:
        raise server.failure


if __name__ == "__main__":
    main()
