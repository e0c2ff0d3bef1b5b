"""Runners with real worker processes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from lockstep_server.scripts.process import Worker
from lockstep_server.scripts.runner import ScriptRunner

PATIENT_SECONDS = 60.0
"""For scripts that end by themselves: on a slow machine they may take their time."""


@pytest.fixture
async def runner() -> AsyncIterator[ScriptRunner]:
    """Never the reason why a script does not come to its end."""
    runner = ScriptRunner(wall_seconds=PATIENT_SECONDS)
    yield runner
    await runner.close()


@pytest.fixture
async def strict() -> AsyncIterator[ScriptRunner]:
    """With the limit of the real server, for scripts that never end by themselves."""
    runner = ScriptRunner()
    yield runner
    await runner.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for a condition; the bound is only there so that a broken test ends."""
    async with asyncio.timeout(PATIENT_SECONDS):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def busy(runner: ScriptRunner, count: int) -> list[Worker]:
    """The workers at work, once there are so many."""
    await until(lambda: len(runner._busy) == count)
    return list(runner._busy)


async def burns(worker: Worker) -> None:
    """Wait until the worker uses the processor, as it does while its script loops."""
    stat = Path("/proc") / str(worker._process.pid) / "stat"

    def spent() -> int:
        return int(stat.read_text().rsplit(")", 1)[1].split()[11])

    before = spent()
    await until(lambda: spent() >= before + 3)
