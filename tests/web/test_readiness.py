"""Whether a server says that nobody is to be sent to it, and all the reasons why."""

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from lockstep_server.config import Settings
from lockstep_server.metrics import Metrics
from lockstep_server.runtime.loop_watch import RECENT_SECONDS, TOO_LONG_SECONDS, LoopWatch
from lockstep_server.session.budget import Budget
from lockstep_server.web.app import assemble
from lockstep_server.web.readiness import LITTLE_DISK_BYTES, Readiness

from .double import DoubleRuntime


class Reader:
    """Takes nothing of what waits for it."""

    def buffered(self) -> int:
        return 0

    def too_slow(self) -> None: ...

    def check(self) -> None: ...


class House:
    """A server's parts, each as a test wants it."""

    def __init__(self, tmp_path: Path) -> None:
        self.runtime = DoubleRuntime()
        self.budget = Budget(1000)
        self.watch = LoopWatch(Metrics())
        self.free = LITTLE_DISK_BYTES
        self.asked: list[Path] = []
        self.file = tmp_path / "house.db"
        self.readiness = Readiness(
            self.runtime.runtime, self.watch, self.budget, self.file, self._free
        )

    def _free(self, folder: Path) -> int:
        self.asked.append(folder)
        return self.free

    async def reasons(self) -> list[str]:
        return [each.reason for each in await self.readiness.reasons()]


@pytest.fixture
async def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_each_reason_and_all_of_them(house: House, tmp_path: Path) -> None:
    assert await house.reasons() == []
    assert house.asked == [tmp_path]

    house.free = LITTLE_DISK_BYTES - 1
    assert await house.reasons() == ["disk"]
    house.runtime.store_fault = "disk I/O error"
    assert await house.reasons() == ["store", "disk"]
    house.budget.note(Reader(), 900)
    assert await house.reasons() == ["store", "disk"]
    house.budget.note(Reader(), 1)
    assert await house.reasons() == ["store", "disk", "readers"]
    house.runtime.fault = OSError("it stops")
    assert await house.reasons() == ["closed", "disk", "readers"]


async def test_a_loop_that_stood_still_is_a_reason_for_a_while(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    real, ahead = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: real() + ahead)
    house.watch.start()
    ahead += TOO_LONG_SECONDS + 1
    while not await house.reasons():  # noqa: ASYNC110
        await asyncio.sleep(0)
    house.watch.stop()
    assert await house.reasons() == ["loop"]
    ahead += RECENT_SECONDS
    assert await house.reasons() == []


async def test_a_disk_that_cannot_be_asked_is_no_reason(house: House) -> None:
    def gone(folder: Path) -> int:
        raise OSError("gone")

    parts = house.runtime.runtime, house.watch, house.budget
    assert await Readiness(*parts, house.file, gone).reasons() == []
    assert await Readiness(*parts, None, gone).reasons() == []


async def test_the_answer_names_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 7

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Full)
    runtime = DoubleRuntime()
    runtime.fault = OSError("It stops.")
    for db, words in ((str(tmp_path / "x.db"), ["closed", "disk"]), (":memory:", ["closed"])):
        app = assemble(Settings(demo=True, db=db), runtime.runtime, time.time)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            answer = await http.get("/readyz")
        told: dict[str, Any] = answer.json()
        assert (answer.status_code, told["code"]) == (503, "unavailable")
        assert told["message"].startswith("It stops.")
        assert [each["reason"] for each in told["details"]["reasons"]] == words
        assert all(each["message"] in told["message"] for each in told["details"]["reasons"])
