"""What is measured: a real server process on a database with people and entries in it."""

import argparse
import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import jwt
import msgspec

from lockstep_load.lean import many_files
from lockstep_protocol.commands import Command, Start
from lockstep_protocol.pushes import Reply
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.sqlite import SqliteStore

SECRET = "of the benches, and of nothing else, 32+"
TEAM = 50
UNLIMITED = {
    "commands_per_second": "1000000",
    "commands_burst": "1000000",
    "bytes_per_second": "1000000000",
    "bytes_burst": "1000000000",
}
"""Settings of a server that takes from a user as much as it can."""
STALL = "lockstep_loop_stall_longest_seconds"


def user(number: int) -> str:
    """The id of the user ``number``."""
    return f"u{number:05}"


def token(id: str) -> str:
    """A token that is good for an hour."""
    return jwt.encode({"sub": id, "exp": time.time() + 3600}, SECRET, "HS256")


async def put(runtime: Runtime, number: int, group: str) -> None:
    """The user ``number`` as a member of ``group``."""
    await runtime.admin.put_user(
        user(number), {"name": f"User {number}", "groups": [group]}, "bench"
    )


async def execute(runtime: Runtime, actor: Actor, command: Command) -> dict[str, Any]:
    """The result of a command that is not refused."""
    answer = await runtime.execute(actor, command)
    assert isinstance(answer, Reply), answer
    return answer.result


async def publish(runtime: Runtime, workflow: str, group: str) -> None:
    """A workflow of everybody in ``group``, whose second step, for ``$all``, leads to itself."""
    paths = [{"label": "On", "step": "next"}]
    step = {"name": "New", "template": "Call {{ who }}", "paths": paths}
    definition = {
        "start": {"step": {**step, "scope": f"given groups [{group}]"}},
        "next": {"step": {"name": "Next", "scope": "$all", "paths": paths}},
    }
    await runtime.admin.publish(workflow, msgspec.json.encode(definition), "bench")


async def furnish(database: Path, users: int, team: int, entries: int) -> None:
    """Users in teams of so many, and so many entries in the inboxes of each team."""
    runtime = Runtime(SqliteStore(database, synchronous="NORMAL"), clock=time.time)
    await runtime.open()
    numbers = range(users)
    for some in (numbers[start : start + 500] for start in range(0, users, 500)):
        await asyncio.gather(*(put(runtime, number, f"t{number // team}") for number in some))
    for number in range(-(-users // team)):
        workflow, by = f"w{number}", Actor(user(number * team))
        await publish(runtime, workflow, f"t{number}")
        starts = (
            Start(id=new_id(), workflow=workflow, data={"who": each, "text": "x" * 300})
            for each in range(entries)
        )
        await asyncio.gather(*(execute(runtime, by, start) for start in starts))
    await runtime.close()


class Standing:
    """A server process on one port, that can be stopped and started again."""

    def __init__(self, database: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._database = database
        self._environment = os.environ | {
            "LOCKSTEP_JWT_SECRET": SECRET,
            "LOCKSTEP_LOG_LEVEL": "warning",
            **{f"LOCKSTEP_{name.upper()}": value for name, value in settings.items()},
        }
        self.process: subprocess.Popen[str] | None = None

    async def start(self) -> float:
        """Start it; the seconds until it answers."""
        begun = time.monotonic()
        place = ["--db", str(self._database), "--port", str(self.port)]
        self.process = subprocess.Popen(  # noqa: ASYNC220
            [*profiler(), sys.executable, "-m", "lockstep_server.cli", "serve", *place],
            stdout=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        assert self.process.stdout is not None
        said = await asyncio.to_thread(self.process.stdout.readline)
        assert said.startswith("listening on "), said
        return time.monotonic() - begun

    async def stop(self, number: signal.Signals) -> tuple[int, float]:
        """End it by a signal: the exit code, and the seconds that it took."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(number)
        code = await asyncio.to_thread(self.process.wait)
        return code, time.monotonic() - begun

    def metric(self, name: str) -> float:
        """One number of ``/metrics``."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            text = answer.read().decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        assert found is not None, name
        return float(found[1])

    def end(self) -> None:
        """Let nothing behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def profiler() -> list[str]:
    """What ``BENCH_PROFILER`` says the server is to run under, such as a profiler's command."""
    return os.environ.get("BENCH_PROFILER", "").split()


def cpu_seconds(process: int) -> float:
    """What all threads of a process have used, to the nanosecond (Linux)."""
    stats = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in stats) / 1e9


def at(times: list[float], share: float) -> float:
    """The value below which so much of ``times`` lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def judged(run: Callable[[int, Path], Coroutine[Any, Any, bool]], about: str, sessions: int) -> int:
    """The exit code of a bench that judges itself: ``run`` with so many sessions, or as many as the
    command line says, and a folder of its own."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--sessions", type=int, default=sessions)
    chosen: int = parser.parse_args().sessions
    many_files()
    with tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(run(chosen, Path(folder))) else 1
