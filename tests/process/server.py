"""A real server as a process of its own, and the folders that the tests here serve."""

import json
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_SECONDS = 30
END_SECONDS = 30

COMMAND = (sys.executable, "-m", "lockstep_server.cli")


class ServerProcess:
    """``lockstep ARGUMENTS`` until the end of the ``with``; ``url`` once it listens."""

    def __init__(self, *arguments: str | Path, env: dict[str, str] | None = None) -> None:
        self.url = ""
        self.said: list[str] = []
        self.errors: list[str] = []
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**clean_environment(), **(env or {})},
        )
        self._ready: queue.Queue[str | None] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read_output, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        try:
            url = self._ready.get(timeout=START_SECONDS)
        except queue.Empty:
            url = None
        if url is None:
            self.kill()
            raise AssertionError(f"the server did not start:\n{''.join(self.errors)}")
        self.url = url
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def port(self) -> str:
        """The port it listens on."""
        return self.url.rpartition(":")[2]

    def kill(self) -> None:
        """End it as a power cut does (SIGKILL)."""
        if self.process.poll() is None:
            self.process.kill()
        self._ended()

    def terminate(self) -> int:
        """Ask it to stop (SIGTERM) and wait; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def wait(self) -> int:
        """Wait until it ends by itself; the exit code."""
        return self._ended()

    def limit_files(self, size: int) -> None:
        """From now on no file of it may grow beyond ``size`` bytes: its disk is full."""
        hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, hard))

    def unlimit_files(self) -> None:
        """There is room on its disk again."""
        hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (hard, hard))

    def _ended(self) -> int:
        code = self.process.wait(END_SECONDS)
        for reader in self._readers:
            reader.join(END_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return code

    def _read_output(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("listening on "):
                self._ready.put(line.split()[-1])
        self._ready.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)


def run(*arguments: str | Path, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run ``lockstep ARGUMENTS`` to its end: exit code, output, errors."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
        env={**clean_environment(), **(env or {})},
    )
    return done.returncode, done.stdout, done.stderr


def clean_environment() -> dict[str, str]:
    """This process's environment without the settings somebody may have in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LOCKSTEP_")}


def write_folder(
    folder: Path, users: list[str], workflows: dict[str, Any], trackers: tuple[Any, ...] = ()
) -> Path:
    """A folder for ``lockstep demo`` with these users, all in the group ``racers``."""
    folder.mkdir(parents=True, exist_ok=True)
    people = [{"id": id, "name": id.capitalize(), "groups": ["racers"]} for id in users]
    directory = {"users": people, "trackers": list(trackers)}
    (folder / "directory.json").write_text(json.dumps(directory))
    for name, definition in workflows.items():
        (folder / f"{name}.json").write_text(json.dumps(definition))
    return folder


def step(
    name: str,
    scope: str,
    paths: dict[str, str],
    *actions: dict[str, Any],
    **more: Any,
) -> dict[str, Any]:
    """A node with ``paths`` as label to step."""
    ways = [{"label": label, "step": target} for label, target in paths.items()]
    return {
        "step": {"name": name, "scope": scope, "paths": ways, **more},
        "behaviors": [],
        "actions": list(actions),
    }
