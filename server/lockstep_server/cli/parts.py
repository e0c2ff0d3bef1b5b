"""A file that is there whole or not at all: written as FILE.part, then renamed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lockstep_server.store.copying import sync

from .trouble import Trouble

OWN = 0o600
"""A copy of everything is for the eyes of whoever made it."""


def part_path(target: Path) -> Path:
    """Where ``target`` is written until it is whole."""
    return target.with_name(f"{target.name}.part")


@contextmanager
def part_of(target: Path) -> Iterator[IO[bytes]]:
    """An empty file ``target.part`` to write to; it is taken away unless ``finish`` is called.

    Who writes holds a lock on it, so that two that make the same file never mix; what a process
    that was killed left is used again. Raises ``Trouble``.
    """
    path = part_path(target)
    try:
        with open(os.open(path, os.O_RDWR | os.O_CREAT, OWN), "wb") as part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
                mine = path.exists() and os.path.samestat(os.fstat(part.fileno()), path.stat())
            except BlockingIOError:
                mine = False
            if not mine:
                raise Trouble(f"{path} is being written by somebody else.")
            try:
                part.truncate(0)
                yield part
            finally:
                # After `finish` this name is no more.
                path.unlink(missing_ok=True)
    except OSError as failure:
        raise Trouble(f"{path} cannot be written: {failure.strerror}.") from None


def finish(part: IO[bytes], target: Path) -> None:
    """Give what was written its name, durably."""
    part.flush()
    os.fsync(part.fileno())
    part_path(target).rename(target)
    sync(target.parent)
