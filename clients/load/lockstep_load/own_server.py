"""A server that the load tool starts for itself, and so may kill."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from .options import Unusable

START_SECONDS = 60.0
STOP_SECONDS = 15.0
PLENTY = "1000000"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class OwnServer:
    """A process on a temporary file, with its own secret and no limits on what users may do."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.secret = secrets.token_hex(32)
        self.port = 0
        self._command = command
        self._folder = tempfile.TemporaryDirectory(prefix="lockstep-load-")
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] = (Path(self._folder.name) / "log").open("ab")

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it, on the port that it had before if there was one. Raises ``Unusable``."""
        home = Path(self._folder.name)
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("LOCKSTEP_")
        }
        environment |= {
            "LOCKSTEP_JWT_SECRET": self.secret,
            "LOCKSTEP_LOG_LEVEL": "warning",
            "LOCKSTEP_COMMANDS_PER_SECOND": PLENTY,
            "LOCKSTEP_COMMANDS_BURST": PLENTY,
            "LOCKSTEP_UNSIGNED_SOCKETS_PER_ADDRESS": PLENTY,
            "LOCKSTEP_FAILED_SIGN_INS_PER_MINUTE": PLENTY,
        }
        place = ("--db", str(home / "load.db"), "--port", str(self.port))
        # A session of its own: an interrupt from the terminal is the tool's to handle.
        self._process = subprocess.Popen(  # noqa: ASYNC220
            (*self._command, *place),
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                said = await asyncio.to_thread(self._process.stdout.readline)
        except TimeoutError:
            said = b""
        if not said.startswith(b"listening on "):
            text = (home / "log").read_text(errors="replace").strip()
            raise Unusable(f"The server of our own did not start: {text[-500:] or 'no word'}")
        self.port = urlsplit(said.split()[-1].decode()).port or 0

    async def end(self, how: signal.Signals) -> None:
        """End the process by a signal, and wait for that."""
        process = self._process
        if process is None:
            return
        process.send_signal(how)
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
        assert process.stdout is not None
        process.stdout.close()
        self._process = None

    def usage(self) -> tuple[float, int] | None:
        """Seconds of processor time it used so far and bytes of memory, as the system says."""
        if self._process is None:
            return None
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            return None
        return (int(stat[11]) + int(stat[12])) / TICKS, int(stat[21]) * PAGE

    def discard(self) -> None:
        """Let nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()
        with contextlib.suppress(OSError):
            self._folder.cleanup()
