"""The processes behind the scripts: how many, how long, and what happens when one is lost."""

import asyncio
import os
import signal
import sys

import pytest

from lockstep_server.scripts import runner as runner_module
from lockstep_server.scripts.runner import ScriptRunner
from tests.scripts.conftest import PATIENT_SECONDS, burns, busy, until

FOREVER = "while true do end"


async def test_while_a_script_burns_the_loop_ticks_and_another_script_runs(
    runner: ScriptRunner,
) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    burning = asyncio.create_task(runner.run(FOREVER, {}))
    [worker] = await busy(runner, 1)
    await burns(worker)
    ticking = asyncio.create_task(tick())
    assert (await runner.run("return 'beside'", {})).value == "beside"
    # Were the script run in this process, or waited for, this would never be reached.
    await until(lambda: ticks >= 5)
    ticking.cancel()
    assert not burning.done()
    worker.stop()
    burnt = await burning
    assert burnt.error is not None
    assert (await runner.run("return 'after'", {})).value == "after"


async def test_two_scripts_run_at_once_and_a_third_waits(runner: ScriptRunner) -> None:
    burning = asyncio.create_task(runner.run(FOREVER, {}))
    [first] = await busy(runner, 1)
    # The other place is free, again and again.
    assert [(await runner.run(f"return {n}", {})).value for n in range(3)] == [0, 1, 2]
    await burns(first)
    also_burning = asyncio.create_task(runner.run(FOREVER, {}))
    workers = await busy(runner, 2)
    third = asyncio.create_task(runner.run("return 'third'", {}))
    for worker in workers:
        await burns(worker)
    assert not third.done()
    assert set(runner._busy) == set(workers)
    first.stop()
    assert (await third).value == "third"
    burnt = await burning
    assert burnt.error is not None
    assert burnt.error.kind == "crashed"
    also_burning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await also_burning


async def test_no_worker_is_started_before_one_is_needed_and_one_is_used_again(
    runner: ScriptRunner,
) -> None:
    assert (runner._idle, runner._busy) == ([], set())
    await runner.run("return 1", {})
    [worker] = runner._idle
    for _ in range(3):
        await runner.run("return 1", {})
    assert runner._idle == [worker]
    assert worker.runs == 4


async def test_a_worker_is_replaced_after_many_runs(
    runner: ScriptRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "RUNS_PER_WORKER", 2)
    await runner.run("return 1", {})
    [worker] = runner._idle
    await runner.run("return 1", {})
    assert (runner._idle, worker.alive) == ([], False)
    assert (await runner.run("return 3", {})).value == 3


async def test_a_worker_that_died_idle_is_replaced_without_a_word(runner: ScriptRunner) -> None:
    await runner.run("return 1", {})
    [worker] = runner._idle
    os.kill(worker._process.pid, signal.SIGKILL)
    await worker._process.wait()
    assert (await runner.run("return 2", {})).value == 2
    assert worker not in runner._idle


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        (signal.SIGSEGV, "crashed", "ended by itself (SIGSEGV)"),
        (signal.SIGKILL, "crashed", "ended by itself (SIGKILL)"),
        # What the kernel does to a script whose server is stuck.
        (signal.SIGXCPU, "time", "ran for more than"),
    ],
)
async def test_a_worker_that_dies_with_a_script_is_a_result(
    runner: ScriptRunner, name: signal.Signals, kind: str, text: str
) -> None:
    running = asyncio.create_task(runner.run(FOREVER, {}))
    [worker] = await busy(runner, 1)
    await burns(worker)
    os.kill(worker._process.pid, name)
    result = await running
    assert result.error is not None
    assert result.error.kind == kind
    assert text in result.error.text
    assert (await runner.run("return 1", {})).value == 1


async def test_a_cancelled_run_ends_its_script(runner: ScriptRunner) -> None:
    running = asyncio.create_task(runner.run(FOREVER, {}))
    [worker] = await busy(runner, 1)
    await burns(worker)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert worker._process.returncode == -signal.SIGKILL
    assert (runner._idle, runner._busy) == ([], set())
    assert (await runner.run("return 1", {})).value == 1


async def test_closing_ends_what_runs_what_waits_and_what_rests() -> None:
    runner = ScriptRunner(wall_seconds=PATIENT_SECONDS)
    await runner.run("return 1", {})
    [resting] = runner._idle
    running = [asyncio.create_task(runner.run(FOREVER, {})) for _ in range(3)]
    workers = await busy(runner, 2)
    await burns(workers[0])
    await runner.close()
    for result in await asyncio.gather(*running):
        assert result.error is not None
        assert result.error.kind == "crashed"
    assert all(worker._process.returncode is not None for worker in (resting, *workers))
    await runner.close()
    with pytest.raises(RuntimeError, match="closed"):
        await runner.run("return 1", {})


async def test_a_worker_that_does_not_start_is_a_result(
    runner: ScriptRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    result = await runner.run("return 1", {})
    assert result.error is not None
    assert result.error.kind == "crashed"
    assert "does not start" in result.error.text
    monkeypatch.undo()
    assert (await runner.run("return 1", {})).value == 1


async def test_a_worker_that_says_nonsense_is_a_result(
    runner: ScriptRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/echo")
    result = await runner.run("return 1", {})
    assert result.error is not None
    assert "does not start" in result.error.text


async def test_a_name_that_param_does_not_know_is_the_callers_mistake(
    runner: ScriptRunner,
) -> None:
    with pytest.raises(ValueError, match="'unknown'"):
        await runner.run("return 1", {"unknown": 1})


async def test_a_worker_ends_with_its_server(runner: ScriptRunner) -> None:
    await runner.run("return 1", {})
    [worker] = runner._idle
    stdin, _ = worker._pipes()
    stdin.close()
    assert await worker._process.wait() == 0
