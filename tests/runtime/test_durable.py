"""Nothing is answered or shown before it is durable, and a failing disk costs nothing else."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lockstep_protocol.codec import encode_frame
from lockstep_protocol.commands import LockEntry, Say
from lockstep_protocol.pushes import Chat, Diff, Notify, Reply
from lockstep_protocol.refusals import Refusal
from lockstep_server.hub import frame as frames
from lockstep_server.runtime.clock import new_id
from lockstep_server.store.effects import EffectWrite
from tests.runtime.house import House, begin, choose, eventually


async def test_nobody_sees_or_hears_of_a_change_before_its_commit(house: House) -> None:
    entry = await house.start()
    bob = house.window("bob")
    house.disk.open_gate.clear()
    claiming = asyncio.create_task(house.do("ann", choose(entry)))
    await asyncio.sleep(0.05)
    assert not claiming.done()
    assert bob.frames == []
    assert (await house.view("bob", entry)).step == "start"
    house.disk.open_gate.set()
    reply = await claiming
    assert isinstance(reply, Reply)
    assert [m.n for m in bob.heard if isinstance(m, Diff)] == [reply.n]
    assert (await house.view("bob", entry)).step == "claimed"


async def test_a_failed_commit_refuses_its_commands_and_shows_nothing(house: House) -> None:
    entries = [await house.start() for _ in range(5)]
    bob = house.window("bob")
    house.disk.broken = True
    answers = await asyncio.gather(*(house.do("ann", choose(entry)) for entry in entries))
    assert [a.code for a in answers if isinstance(a, Refusal)] == ["unavailable"] * 5
    assert bob.frames == []
    house.disk.broken = False
    for entry in entries:
        assert (await house.view("ann", entry)).step == "start"
    assert isinstance(await house.do("ann", choose(entries[0])), Reply)
    assert len(bob.frames) == 1


async def test_one_commit_takes_all_that_waits(house: House) -> None:
    entries = [await house.start() for _ in range(20)]
    before = house.runtime.position.n
    house.disk.open_gate.clear()
    first = asyncio.create_task(house.do("ann", choose(entries[0])))
    await asyncio.sleep(0.01)
    rest = [asyncio.create_task(house.do("ann", choose(entry))) for entry in entries[1:]]
    await asyncio.sleep(0.01)
    sizes: list[int] = []
    commit = house.disk.commit

    async def counted(batch):  # type: ignore[no-untyped-def]
        sizes.append(len(batch))
        return await commit(batch)

    house.disk.commit = counted  # type: ignore[method-assign]
    house.disk.open_gate.set()
    answers = await asyncio.gather(first, *rest)
    assert sizes == [19]
    assert sorted(a.n or 0 for a in answers if isinstance(a, Reply)) == [
        before + number for number in range(1, 21)
    ]


async def test_a_caller_who_goes_away_does_not_stop_the_command(house: House) -> None:
    entry = await house.start()
    house.disk.open_gate.clear()
    claiming = asyncio.create_task(house.do("ann", choose(entry)))
    await asyncio.sleep(0.01)
    claiming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await claiming
    house.disk.open_gate.set()
    late = await house.do("bob", choose(entry))
    assert isinstance(late, Refusal)
    assert late.code == "stale"
    assert late.details is not None
    assert late.details["by"] == "ann"


async def test_the_same_id_twice_at_once_is_done_once(house: House) -> None:
    entry = await house.start()
    said = Say(id=new_id(), entry=entry, body="hello")
    first, second = await asyncio.gather(house.do("ann", said), house.do("ann", said))
    assert first == second
    assert (await house.view("ann", entry)).chat.count == 1
    assert await house.do("ann", said) == first
    other = await house.do("ann", Say(id=said.id, entry=entry, body="goodbye"))
    assert isinstance(other, Refusal)
    assert other.code == "id_reused"


async def test_a_choice_sent_again_gets_its_first_answer_although_it_is_stale(
    house: House,
) -> None:
    entry = await house.start()
    command = choose(entry)
    first = await house.do("ann", command)
    assert isinstance(first, Reply)
    assert await house.do("ann", command) == first


async def test_a_key_starts_once_even_at_the_same_time(house: House) -> None:
    answers = await asyncio.gather(
        *(house.do(user, begin(key="k1")) for user in ("ann", "bob", "cid"))
    )
    started = {answer.result["entries"][0] for answer in answers if isinstance(answer, Reply)}
    assert len(answers) == 3
    assert len(started) == 1


async def test_effects_left_undone_are_done_after_a_restart(tmp_path: Path) -> None:
    house = await House.open(tmp_path / "a.db")
    effects = house.runtime._world.effects
    effects.add = lambda _: None  # type: ignore[method-assign, assignment]
    await house.start()
    await house.close()
    again = House(tmp_path / "a.db")
    bob = again.window("bob")
    await again.runtime.open()
    await eventually(lambda: any(isinstance(message, Notify) for message in bob.heard))
    told = [message for message in bob.heard if isinstance(message, Notify)]
    assert [(message.title, message.body) for message in told] == [
        ("Call of Dana", "A call of Dana")
    ]
    await again.close()


@pytest.mark.door("again", "timer")
async def test_a_triggered_workflow_starts_once_however_often_its_effect_runs(
    house: House,
) -> None:
    entry = await house.start()
    await house.do("ann", choose(entry, "Hand on"))
    await eventually(lambda: _titles(house) == ["Call of again", "Call of Dana"])
    with sqlite3.connect(house.path) as connection:
        keys = connection.execute("SELECT key FROM uniques WHERE key LIKE 'effect:%'").fetchall()
    connection.close()
    effect = keys[0][0].removeprefix("effect:")
    body = dict[str, Any](workflow="call", step=None, users=["ann"], source="ann", data={})
    starts = house.runtime._commands._starts
    again = EffectWrite(effect, entry, "start", msgspec.json.encode(body))
    assert (await starts.follow(again)).text == "started before"
    assert _titles(house) == ["Call of again", "Call of Dana"]


def _titles(house: House) -> list[str]:
    with sqlite3.connect(house.path) as connection:
        rows = connection.execute("SELECT json_extract(head, '$.title') FROM entries").fetchall()
    connection.close()
    return sorted((title for (title,) in rows), key=str.swapcase)


async def test_a_lease_ends_by_the_clock_and_everybody_is_told(house: House) -> None:
    entry = await house.start()
    reply = await house.do("ann", LockEntry(id=new_id(), entry=entry, ttl=60))
    assert isinstance(reply, Reply)
    bob = house.window("bob")
    house.now += 61
    await house.runtime._commands.expire(entry)
    diffs = [message for message in bob.heard if isinstance(message, Diff)]
    assert [(diff.unset, diff.by, diff.cause) for diff in diffs] == [
        (("locked",), "system", "timer")
    ]


async def test_chat_reaches_everybody_who_takes_part(house: House) -> None:
    entry = await house.start()
    bob = house.window("bob")
    await house.do("ann", Say(id=new_id(), entry=entry, body="hello"))
    assert [m.body for m in bob.heard if isinstance(m, Chat)] == ["hello"]
    stranger = await house.do("zoe", Say(id=new_id(), entry=entry, body="hi"))
    assert isinstance(stranger, Refusal)
    assert stranger.code == "not_found"


async def test_thousands_are_moved_with_few_rows_and_told_with_one_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = 5000
    house = await House.open(tmp_path / "a.db")
    records = house.runtime._world.records
    for number in range(crowd):
        user = {"id": f"u{number}", "groups": ("team",)}
        records.directory.put(type(records.directory.get("ann"))(**user))  # type: ignore[misc,arg-type]
    entry = await house.start()
    windows = [house.window(f"u{number}") for number in range(crowd)]
    encoded: list[object] = []

    def counted(*args: Any) -> bytes:
        encoded.append(args)
        return encode_frame(*args)

    monkeypatch.setattr(frames, "encode_frame", counted)
    writer = house.disk._writer
    assert writer is not None
    before = writer.total_changes
    assert isinstance(await house.do("u7", choose(entry)), Reply)
    rows = writer.total_changes - before
    payloads = {id(window.frames[-1][1].payload("lockstep.v1.json")) for window in windows}
    assert (await house.view("u1", entry)).recipients.count == crowd + 3
    assert rows <= 6
    assert len(payloads) == 1
    assert len(encoded) == 1
    await house.close()
