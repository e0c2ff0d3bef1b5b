"""A large inbox over a slow line, while more happens than may wait: nothing is whole or lost."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lockstep_client.core import Mirror
from lockstep_protocol.commands import Say
from lockstep_server.config import Settings
from lockstep_server.runtime import inboxes
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.session.syncing import Syncing
from lockstep_server.store.sqlite import SqliteStore
from lockstep_server.web.app import build
from tests.runtime.crowded import crowded

from .conftest import CALL
from .serving import Served, Talk, serving, until

ENTRIES = 3_000
DATA_BYTES = 8_000
MAY_WAIT = 20


async def up_to_date(mirror: Mirror, talk: Talk, n: int) -> None:
    """Hear all up to change ``n``."""
    while mirror.position is None or mirror.position.n < n:
        mirror.receive(await talk.socket.recv())
        assert not mirror.pending, "no diff came that did not fit"


async def fresh(served: Served, n: int) -> dict[str, Any]:
    mirror = Mirror("demo:ann", new_id)
    mirror.connected()
    async with served.socket() as talk:
        await talk.socket.send(mirror.outgoing.pop())
        await up_to_date(mirror, talk, n)
    return mirror.entries


async def test_a_slow_line_gets_it_all_and_costs_two_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    rounds: list[int] = []
    shown, go_on = inboxes.shown, Syncing.go_on

    async def counted(workflows: Any, item: Any) -> Any:
        made.append(1)
        return await shown(workflows, item)

    def again(self: Syncing) -> None:
        rounds.append(self.n)
        go_on(self)

    monkeypatch.setattr(inboxes, "shown", counted)
    monkeypatch.setattr(Syncing, "go_on", again)
    store = SqliteStore(tmp_path / "x.db", synchronous="NORMAL")
    settings = Settings(demo=True, db=str(tmp_path / "x.db"), outbox_frames=MAY_WAIT).checked()
    app = build(settings, store=store)
    async with serving(app) as served:
        runtime: Runtime = app.state.runtime
        await runtime.admin.put_user("ann", {"name": "Ann"}, "sam")
        assert (await runtime.admin.publish("call", msgspec.json.encode(CALL), "sam")).ok
        await store.commit([crowded("ann", ENTRIES, time.time(), DATA_BYTES)])
        mirror = Mirror("demo:ann", new_id)
        mirror.connected()
        async with served.socket(max_queue=1) as talk:
            await talk.socket.send(mirror.outgoing.pop())
            mirror.receive(await talk.socket.recv())
            talk.socket.transport.pause_reading()
            before = -1
            while before != len(made):
                before = len(made)
                for number in range(MAY_WAIT):
                    say = Say(id=new_id(), entry=f"e{number}", body="hello")
                    answer = await runtime.execute(Actor("ann"), say)
            assert before < ENTRIES / 2, "pages are made as they are taken"
            talk.socket.transport.resume_reading()
            n = answer.n  # type: ignore[union-attr]
            assert n is not None
            await up_to_date(mirror, talk, n)
        await until(lambda: runtime.hub.sessions("ann") == 0)
        assert len(rounds) >= 1
        assert mirror.entries == await fresh(served, n)
        assert len(mirror.entries) == ENTRIES
