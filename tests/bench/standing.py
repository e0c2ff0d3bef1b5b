"""What is measured: a real server process on a database with people and entries in it."""

import asyncio
import contextlib
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import jwt
import msgspec

from lockstep_protocol.commands import Start
from lockstep_protocol.pushes import Reply
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.sqlite import SqliteStore

SECRET = "of the benches, and of nothing else, 32+"
TEAM = 50
STALL = "lockstep_loop_stall_longest_seconds"


def user(number: int) -> str:
    """The id of the user ``number``."""
    return f"u{number:05}"


def token(id: str) -> str:
    """A token that is good for an hour."""
    return jwt.encode({"sub": id, "exp": time.time() + 3600}, SECRET, "HS256")


async def furnish(database: Path, users: int, team: int, entries: int) -> None:
    """Users in teams of so many, and so many entries in the inboxes of each team."""
    runtime = Runtime(SqliteStore(database, synchronous="NORMAL"), clock=time.time)
    await runtime.open()
    numbers = range(users)
    for some in (numbers[start : start + 500] for start in range(0, users, 500)):
        puts = (
            runtime.admin.put_user(
                user(number), {"name": f"User {number}", "groups": [f"t{number // team}"]}, "bench"
            )
            for number in some
        )
        await asyncio.gather(*puts)
    for number in range(-(-users // team)):
        start = {
            "name": "New",
            "template": "Call {{ who }}",
            "scope": f"given groups [t{number}]",
            "paths": [{"label": "On", "step": "next"}],
        }
        again = {"name": "Next", "scope": "$all", "paths": [{"label": "On", "step": "next"}]}
        definition = {"start": {"step": start}, "next": {"step": again}}
        await runtime.admin.publish(f"w{number}", msgspec.json.encode(definition), "bench")
        answers = await asyncio.gather(
            *(
                runtime.execute(
                    Actor(user(number * team)),
                    Start(
                        id=new_id(), workflow=f"w{number}", data={"who": each, "text": "x" * 300}
                    ),
                )
                for each in range(entries)
            )
        )
        assert all(isinstance(answer, Reply) for answer in answers), answers
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


def many_files() -> None:
    """Each socket is a file of this process, too."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def at(times: list[float], share: float) -> float:
    """The value below which so much of ``times`` lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
