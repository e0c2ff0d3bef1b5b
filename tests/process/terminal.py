"""A command in a real pseudo-terminal, and what a person sees there."""

import codecs
import fcntl
import os
import pty
import re
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

ALTERNATE = re.compile("(\x1b\\[\\?1049[hl])")
KITTY = re.compile("\x1b\\[[<>=?]\\d*u")
"""Asks for other codes of keys, which pyte would print."""
BEGUN = re.compile("\x1b[^A-Za-z]*$")
"""What a read may have cut in two."""
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
        self._cut = ""
        self._code: int | None = None
        words = [*command, *arguments]
        environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            os.execvpe(words[0], words, {**_own_environment(), **environment})
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
        end = time.monotonic() + PATIENCE
        while self._code is None:
            if time.monotonic() > end:
                raise AssertionError(f"it does not end; the screen shows\n{self.text}")
            if not self._read():
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
        decoded = self._text.decode(data)
        self.written += decoded
        text = self._cut + decoded
        cut = BEGUN.search(text)
        self._cut = cut.group() if cut else ""
        text = text.removesuffix(self._cut)
        for part in ALTERNATE.split(text):
            if ALTERNATE.fullmatch(part):
                # pyte has one screen; the one before the program's was empty.
                self.screen.reset()
            else:
                self._stream.feed(KITTY.sub("", part))
        return bool(data)


def _own_environment() -> dict[str, str]:
    """Without the size of the terminal that the tests run in, which would count for this one."""
    size = ("COLUMNS", "LINES")
    return {name: value for name, value in clean_environment().items() if name not in size}
