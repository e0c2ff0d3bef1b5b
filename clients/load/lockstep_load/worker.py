"""One worker process: some of the simulated users. ``python -m lockstep_load.worker FD``."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random
from typing import Any

from .exchange import Begin, Message, Stop, Storm, Tally, Told, read, write
from .findings import Findings
from .lean import many_files
from .line import Job, background
from .messages import Reader
from .profiles import GIVERS, HABITS, Act
from .session import Session
from .teams import Team

LAG_SECONDS = 0.02
"""How often a worker looks whether its own loop is late."""
PATIENCE = 30.0
"""Seconds for all that is on its way at the end."""
LOOKS_AT_ONCE = 64
"""Entries that are compared with the server's at the same time, at the end."""
PAGE = os.sysconf("SC_PAGE_SIZE")


class Worker:
    """The users of one process, on one loop."""

    def __init__(self, begin: Begin, tell: Callable[[Tally], None]) -> None:
        self.begin = begin
        self.tls = ssl.create_default_context() if begin.tls else None
        self.findings = Findings()
        self.tally = Tally()
        self.reader = Reader()
        self.storm = self.ending = self.over = False
        self.phase = "ramp"
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self.now = self._loop.time
        self._jobs: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._live = 0
        self._next_look = 0.0
        self._turn = count()
        self._cpu = time.process_time()
        self.teams = {
            number: Team(entries, self.findings, self._told)
            for number, entries in begin.teams.items()
        }
        self.sessions = [Session(self, place) for place in begin.places]
        self._members: dict[int, list[Session]] = {}
        for session in self.sessions:
            self._members.setdefault(session.place.team, []).append(session)

    # What sessions need

    def error(self, text: str) -> None:
        """Something went wrong that no user did on purpose."""
        self.tally.count("errors")
        if len(self.tally.errors) < 3:
            self.tally.errors.append(text)

    def failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something of the tool itself failed: that is said, and the run goes on."""
        self.error(f"the load tool failed: {context.get('exception') or context['message']!r}")
        loop.default_exception_handler(context)

    def closed(self, how: str) -> None:
        """A connection ended, and not by its user."""
        self.tally.closes[how] = self.tally.closes.get(how, 0) + 1

    def later(self, wait: float, job: Job) -> None:
        """Run ``job`` after ``wait`` seconds."""
        self._loop.call_later(wait, lambda: background(job(), self._jobs))

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Do something at a time of the monotonic clock."""
        self._loop.call_at(when, act)

    def came(self, session: Session) -> None:
        """A session is up to date."""
        self._live += 1

    def went(self, session: Session) -> None:
        """A session is gone."""
        self._live -= 1

    def look_at(self, session: Session, entry: str, version: int) -> None:
        """Somebody has an answer: have another of the team look, if it is time for a look."""
        now = self.now()
        if now < self._next_look:
            return
        self._next_look = now + 1 / self.begin.probes
        members = self._members[session.place.team]
        for _ in members[:5]:
            other = members[next(self._turn) % len(members)]
            if other is not session and other.live and not other.slow:
                other.look(entry, floor=version)
                return

    def _told(self, told: Told) -> None:
        self.tally.told.append(told)

    # The run

    def hear(self, message: Message) -> None:
        """What the coordinator says meanwhile."""
        match message:
            case Stop():
                self._stop.set()
            case Storm(on, cut):
                self.storm = on
                if cut:
                    for session in self.sessions:
                        session.cut()

    async def run(self) -> None:
        """From the ramp to the last look."""
        begin = self.begin
        reporting = asyncio.ensure_future(self._report())
        watching = asyncio.ensure_future(self._watch())
        gc.freeze()
        for session in self.sessions:
            share = session.place.number / begin.sessions
            self.at(begin.start + begin.ramp * share, partial(self._first, session))
        await self._until(begin.start + begin.ramp)
        if not self._stop.is_set():
            self.phase = "load"
            await self._until(begin.start + begin.ramp + begin.duration)
        self.phase, self.ending = "drain", True
        self._stop.set()
        await self._calm()
        await self._last_looks()
        for session in self.sessions:
            session.settle()
        self.over = True
        for each in (reporting, watching):
            each.cancel()
        for session in self.sessions:
            session.cut()
        self._flush(last=True)

    def _first(self, session: Session) -> None:
        self._habits(session)
        background(session.connect(), self._jobs)

    def _habits(self, session: Session) -> None:
        kind = session.place.kind
        habits = list(HABITS.get(kind, ()))
        if kind in self.begin.turns:
            habits.append((GIVERS[kind], self.begin.turns[kind]))
        for act, mean in habits:
            chance = Random(f"{self.begin.seed} {session.place.number} {act.__name__}")
            first = self.begin.start + self.begin.ramp + chance.expovariate(1 / mean)
            self.at(first, partial(self._habit, session, act, mean, chance, first))

    def _habit(self, session: Session, act: Act, mean: float, chance: Random, due: float) -> None:
        if self._stop.is_set():
            return
        act(session, chance, due)
        following = due + chance.expovariate(1 / mean)
        self.at(following, partial(self._habit, session, act, mean, chance, following))

    async def _until(self, when: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), max(0.0, when - self.now()))

    async def _calm(self) -> None:
        """Until nothing is on its way any more, or for as long as patience lasts."""
        end = self.now() + PATIENCE
        for session in self.sessions:
            session.read_on(True)
        await self._when(self._is_calm, end)

    def _is_calm(self) -> bool:
        return all(session.idle and session.live for session in self.sessions) and not any(
            team.waiting for team in self.teams.values()
        )

    async def _when(self, good: Callable[[], bool], end: float) -> None:
        """Wait until something holds, but not beyond ``end``."""
        while not good() and self.now() < end:  # noqa: ASYNC110 - an event for each would be dear
            await asyncio.sleep(0.01)

    async def _last_looks(self) -> None:
        """Compare what is held with what the server shows, all of it unless that is too much."""
        looks = [
            (session, entry)
            for session in self.sessions
            if session.live
            for entry in session.team.entries
        ]
        Random(f"{self.begin.seed} looks").shuffle(looks)
        end = self.now() + PATIENCE
        asked: list[Session] = []

        def answered(at_once: int) -> bool:
            asked[:] = [each for each in asked if each.live and not each.idle]
            return len(asked) < at_once

        for session, entry in looks[: self.begin.looks]:
            floor = session.team.answered.get(entry, 0)
            session.look(entry, floor=floor)
            asked.append(session)
            if len(asked) >= LOOKS_AT_ONCE:
                await self._when(partial(answered, LOOKS_AT_ONCE), end)
        await self._when(partial(answered, 1), end)

    # What it tells of itself

    async def _watch(self) -> None:
        """How late this loop is, as a share of the seconds."""
        while True:
            due = self.now() + LAG_SECONDS
            await asyncio.sleep(LAG_SECONDS)
            self.tally.lag.add(max(0.0, self.now() - due) * 1000)

    async def _report(self) -> None:
        for second in count(1):
            await asyncio.sleep(max(0.0, self.begin.start + second - self.now()))
            for team in self.teams.values():
                team.look(self.now())
            self._flush(second=second)

    def _flush(self, second: int = 0, last: bool = False) -> None:
        tally, self.tally = self.tally, Tally()
        tally.second, tally.last, tally.phase = second, last, self.phase
        tally.sessions = self._live
        tally.findings = Findings(self.findings.of)
        self.findings.of = {}
        cpu, self._cpu = self._cpu, time.process_time()
        tally.cpu = self._cpu - cpu
        tally.memory = resident()
        self._tell(tally)


def resident() -> int:
    """Bytes of memory that this process has in use now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE


async def work(descriptor: int) -> None:
    """Be a worker of whoever holds the other end."""
    end = socket.socket(fileno=descriptor)
    reader, writer = await asyncio.open_connection(sock=end)
    begin = await read(reader)
    assert isinstance(begin, Begin)
    worker = Worker(begin, partial(write, writer))
    asyncio.get_running_loop().set_exception_handler(worker.failed)
    running = asyncio.ensure_future(worker.run())

    async def listen() -> None:
        while (message := await read(reader)) is not None:
            worker.hear(message)
        running.cancel()  # nobody wants to know any more

    listening = asyncio.ensure_future(listen())
    with contextlib.suppress(asyncio.CancelledError):
        await running
    listening.cancel()
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    writer.close()


if __name__ == "__main__":
    # The coordinator decides when it is over, also when both are interrupted from a terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    many_files()
    asyncio.run(work(int(sys.argv[1])))
