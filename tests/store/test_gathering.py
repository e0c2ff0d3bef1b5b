"""Reads that go to a thread together: in order, each with its own end."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from lockstep_server.store.gathering import READS_A_HOP, Answer, Gathered, Read
from lockstep_server.store.interface import StoreFailed
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import change, entry


class Thread:
    """Does reads when it is told to; ``hops``: of how many each time."""

    def __init__(self) -> None:
        self.hops: list[int] = []
        self.go = asyncio.Semaphore(0)

    async def __call__(self, reads: list[Read]) -> list[Answer]:
        self.hops.append(len(reads))
        await self.go.acquire()
        answers: list[Answer] = []
        for _, work, args in reads:
            try:
                answers.append((work(self, *args), None))
            except StoreFailed as failed:
                answers.append((None, failed))
        return answers


def echo(thread: object, value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


async def test_what_waits_goes_together_and_what_comes_meanwhile_goes_next() -> None:
    thread = Thread()
    gathered = Gathered(thread)
    async with asyncio.TaskGroup() as group:
        first = [group.create_task(gathered.read(echo, number)) for number in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert thread.hops == [3]
        more = [group.create_task(gathered.read(echo, number)) for number in range(READS_A_HOP + 2)]
        for _ in range(3):
            thread.go.release()
    assert thread.hops == [3, READS_A_HOP, 2]
    assert [task.result() for task in (*first, *more)] == [*range(3), *range(READS_A_HOP + 2)]


async def test_the_error_of_one_is_its_own_and_who_has_gone_away_is_left_out() -> None:
    thread = Thread()
    gathered = Gathered(thread)
    values: list[Any] = [1, StoreFailed("of this one"), 2, 3]
    tasks = [asyncio.create_task(gathered.read(echo, value)) for value in values]
    await asyncio.sleep(0)
    tasks[3].cancel()
    thread.go.release()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert thread.hops == [3]
    assert [answers[0], answers[2]] == [1, 2]
    assert isinstance(answers[1], StoreFailed)
    assert isinstance(answers[3], asyncio.CancelledError)


async def test_when_a_hop_fails_all_its_reads_do_and_the_next_is_tried() -> None:
    async def fail(reads: list[Read]) -> list[Answer]:
        raise OSError("the thread is gone")

    gathered = Gathered(fail)
    for _ in range(2):
        answers = await asyncio.gather(
            *(gathered.read(echo, number) for number in range(2)), return_exceptions=True
        )
        assert [type(answer) for answer in answers] == [StoreFailed, StoreFailed]
    await gathered.settled()


async def test_closing_a_store_answers_what_was_asked_for(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    await store.commit([change(entry("e"))])
    reads = [asyncio.create_task(store.inbox("ann")) for _ in range(READS_A_HOP * 2)]
    await asyncio.sleep(0)
    await store.close()
    assert {tuple((await read).here) for read in reads} == {("e",)}
    with pytest.raises(StoreFailed):
        await store.inbox("ann")
