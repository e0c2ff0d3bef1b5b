"""The connection of one simulated user: made, cut, lost, and made again."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import msgspec

from .exchange import Begin, Place
from .lean import Lean, open_lean

FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
"""Seconds before a session comes back: up to the first, doubling up to the other."""
OLD = 200
"""Changes by which an old position is behind, at most."""
SLOW_BUFFER = 4_096
"""Bytes that the system holds for a slow reader."""

Job = Callable[[], Coroutine[Any, Any, None]]


class Ground(Protocol):
    """What a line needs of the worker it is in."""

    begin: Begin
    tls: Any
    storm: bool
    ending: bool
    over: bool

    def now(self) -> float: ...

    def error(self, text: str) -> None: ...

    def closed(self, how: str) -> None: ...

    def later(self, wait: float, job: Job) -> None: ...


class Line:
    """Subclasses hear frames (``frame``), and of coming and going (``hello``, ``gone``)."""

    def __init__(self, worker: Ground, place: Place) -> None:
        self.place = place
        self.slow = place.kind == "slow"
        self.live = False
        """Whether it is up to date and told of all that happens."""
        self.back_with = "position"
        """What the next connection brings: its ``position``, an ``old`` one, or ``nothing``."""
        self.wait: float | None = None
        """Seconds until it comes back, when somebody said so."""
        self.opened_at = 0.0
        self.epoch = ""
        self._worker = worker
        self._lean: Lean | None = None
        self._tries = 0
        self._cut = False
        # Its own, so that what a user decides does not hang on how often it was cut off.
        self._chance = random.Random(f"{worker.begin.seed} {place.number} line")

    async def connect(self) -> None:
        """Try once; whatever comes of it is heard in ``ended``."""
        if self._worker.over:
            return
        begin = self._worker.begin
        self.opened_at = self._worker.now()
        try:
            self._lean = await open_lean(
                begin.port,
                self,
                host=begin.host,
                url_path=begin.url_path,
                tls=self._worker.tls,
                receive_bytes=SLOW_BUFFER if self.slow else None,
            )
        except OSError as failure:
            if not self._worker.storm:
                self._worker.error(f"{self.place.user} cannot connect: {failure}")
            self.ended(0, None)

    def opened(self) -> None:
        hello: dict[str, Any] = {"type": "hello", "token": self.place.token}
        if self.epoch and self.back_with != "nothing":
            n = self.position()
            if self.back_with == "old":
                n = max(0, n - self._chance.randrange(OLD))
            hello["position"] = {"epoch": self.epoch, "n": n}
        self.back_with = "position"
        self.hello()
        self.send(msgspec.json.encode(hello))

    def ended(self, status: int, code: int | None) -> None:
        self._lean = None
        self.gone()
        self.live = False
        if self._worker.over:
            return
        if not self._cut:
            if status not in (0, 101):
                self._worker.closed(f"handshake {status}")
            elif status == 101:
                self._worker.closed("none" if code is None else str(code))
        self._cut = False
        wait, self.wait = self.wait, None
        if wait is None:
            # In a storm all come back as fast as they can: that is what it is for.
            doublings = 0 if self._worker.storm else min(self._tries, 10)
            wait = self._chance.uniform(0, min(FIRST_WAIT * 2**doublings, LONGEST_WAIT))
        self._tries += 1
        self._worker.later(wait, self.connect)

    def arrived(self) -> None:
        """It is up to date."""
        self.live = True
        self._tries = 0

    def cut(self, wait: float | None = None) -> None:
        """Drop the connection without a word, and come back after ``wait`` seconds."""
        if self._lean is not None and self._lean.transport is not None:
            self._cut, self.wait = True, wait
            self._lean.transport.abort()

    def read_on(self, on: bool) -> None:
        """Take what comes, or leave it waiting."""
        if self._lean is None or self._lean.transport is None:
            return
        with contextlib.suppress(RuntimeError):
            if on:
                self._lean.transport.resume_reading()
            elif self.live and not self._worker.ending:
                self._lean.transport.pause_reading()

    def send(self, payload: bytes) -> None:
        """Send a frame, if there is a connection."""
        if self._lean is not None and self._lean.transport is not None:
            self._lean.send(payload)

    def position(self) -> int:
        """The last change that was told."""
        raise NotImplementedError

    def hello(self) -> None:
        """A connection is open; the hello is about to be said."""

    def gone(self) -> None:
        """The connection is over; ``live`` still says how it was."""

    def frame(self, payload: bytes) -> None:
        """A frame came."""
        raise NotImplementedError


def background(job: Coroutine[Any, Any, None], jobs: set[asyncio.Task[None]]) -> None:
    """Run what nobody waits for, and keep it until it ends."""
    task = asyncio.ensure_future(job)
    jobs.add(task)
    task.add_done_callback(jobs.discard)
