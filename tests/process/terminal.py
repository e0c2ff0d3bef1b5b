"""A command in a real pseudo-terminal, and what a person sees there."""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pyte

from .server import COMMAND, clean_environment

PATIENCE = 30.0
"""Seconds after which something is not slow but broken."""
KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "enter": "\r",
    "escape": "\x1b",
    "ctrl+c": "\x03",
    "ctrl+d": "\x04",
    "tab": "\t",
}


class Screen(pyte.Screen):
    """A terminal without the questions that a program may ask of a real one."""

    def report_device_status(self, mode: int, **_more: object) -> None:
        """Not asked for here."""


class Terminal:
    """``lockstep ARGUMENTS`` in a terminal until the end of the ``with``."""

    def __init__(
        self,
        *arguments: str,
        env: dict[str, str] | None = None,
        columns: int = 80,
        lines: int = 24,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self.screen = Screen(columns, lines)
        self.written = ""
        self._stream = pyte.Stream(self.screen)
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._code: int | None = None
        words = [*command, *arguments]
        environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            os.execvpe(words[0], words, {**clean_environment(), **environment})
        self.resize(columns, lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._code is None:
            self.signal(signal.SIGKILL)
            self.wait()
        os.close(self._end)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def resize(self, columns: int, lines: int) -> None:
        """The window has another size now."""
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def type(self, text: str) -> None:
        """Type letters."""
        os.write(self._end, text.encode())

    def press(self, *keys: str) -> None:
        """Press keys by their names, or letters."""
        for key in keys:
            self.type(KEYS.get(key, key))

    def signal(self, number: int) -> None:
        """Send the process a signal."""
        os.kill(self.pid, number)

    def until(self, condition: str | Callable[[str], bool]) -> str:
        """Wait until the screen shows a text, or fulfils a condition; what it shows then."""
        holds = condition if callable(condition) else lambda text: condition in text
        end = time.monotonic() + PATIENCE
        while not holds(self.text):
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"waited for {condition!r}; the screen shows\n{self.text}")
        return self.text

    def wait(self) -> int:
        """Read on until the process ends; its exit code (a signal's number negative)."""
        while self._code is None:
            more = self._read()
            if not more:
                _, status = os.waitpid(self.pid, 0)
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def _read(self) -> bool:
        """Take what comes within a moment; False: nothing comes any more."""
        ready, _, _ = select.select([self._end], [], [], 0.1)
        if not ready:
            return True
        try:
            data = os.read(self._end, 65536)
        except OSError:
            # What Linux says when the other side is closed.
            return False
        text = self._text.decode(data)
        self.written += text
        self._stream.feed(text)
        return bool(data)
