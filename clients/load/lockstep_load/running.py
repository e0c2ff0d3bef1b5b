"""A load test from beginning to end: the server, the workers, the storms, the report."""

import asyncio
import contextlib
import os
import platform
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil
from urllib.parse import urlsplit

from .crew import Crew, Hand, owners, places
from .exchange import Begin, Place, Stop, Storm, Tally, read, write
from .gathering import Gathering, Own
from .lean import many_files
from .options import Options, Unusable
from .own_server import OwnServer
from .preparing import Stage, Tokens
from .profiles import turns
from .report import Check, Report, Sample
from .watching import Watch
from .worker import resident

LEAD_SECONDS = 1.0
"""Between telling the workers and the first connection."""
SPARE_FILES = 100
LOOKS = 10_000
"""Entries of sessions that are compared with the server's at the end, over all workers."""
PROBES = 10.0
"""Looks of other users after an answer, a second over all workers."""
STORM_SECONDS = 60.0
"""How long all may take to come back."""

Say = Callable[[str], None]
Show = Callable[[Sample, tuple[Check, ...]], None]


class Run:
    """One load test."""

    def __init__(self, options: Options, say: Say, show: Show) -> None:
        self._options = options
        self._say = say
        self._show = show
        self._own = None if options.url else OwnServer(options.serve)
        self._crew = Crew()
        self._seconds: dict[int, list[Tally]] = {}
        self._stopping = asyncio.Event()
        self._all_here = asyncio.Event()
        self._marks: list[tuple[float, str]] = []
        self._storm = False
        self._phase = "ramp"
        self._cpu = 0.0
        self._lasts: list[Tally] = []
        self._last_second = 0

    async def run(self) -> Report:
        """Everything. Raises ``Unusable``."""
        options = self._options
        need = options.sessions // options.workers + SPARE_FILES
        if many_files() < need:
            raise Unusable(
                f"Each worker needs {need} open files, and this system gives fewer: raise the hard "
                "limit (ulimit -Hn), or give more --workers."
            )
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupted)
        try:
            if self._own is not None:
                await self._own.start()
                self._say(f"started a server of its own on {self._own.url}")
            url = options.url or (self._own.url if self._own else "")
            tokens = Tokens(options, self._own.secret if self._own else None)
            stage = Stage(url, tokens, options)
            await stage.set(self._say, fresh=self._own is not None)
            try:
                return await self._load(url, tokens, stage)
            finally:
                if self._own is None and not options.keep:
                    await stage.clear(self._say)
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            await self._crew.end()
            if self._own is not None:
                self._own.discard()

    def _interrupted(self) -> None:
        if not self._stopping.is_set():
            self._say("ending early; once more gives up at once")
            self._stopping.set()
            self._crew.tell(Stop())
        else:
            raise KeyboardInterrupt

    async def _load(self, url: str, tokens: Tokens, stage: Stage) -> Report:
        began = datetime.now(UTC)
        parts = await self._crew.spawn(self._options.workers)
        watch = Watch(url, tokens.admin, self._own)
        placed = places(self._options, tokens, stage.teams)
        gathering = Gathering(owners(placed))
        start = time.monotonic() + LEAD_SECONDS
        for number, each in enumerate(parts):
            mine = [place for owner, place in placed if owner == number]
            write(each.writer, self._begin(url, stage, mine, start))
        if self._stopping.is_set():
            self._crew.tell(Stop())
        watching = asyncio.ensure_future(self._watch(watch, start))
        self._cpu = time.process_time()
        try:
            async with asyncio.TaskGroup() as group:
                storms = group.create_task(self._storms(start))
                hearing = [group.create_task(self._hear(each, gathering, watch)) for each in parts]
                await asyncio.wait(hearing)
                storms.cancel()
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            watching.cancel()
            await watch.close()
        self._sample(self._last_second + 1, self._lasts, gathering, watch)
        return self._report(began, time.monotonic() - start, gathering)

    # The workers

    def _begin(self, url: str, stage: Stage, places: list[Place], start: float) -> Begin:
        options, parts = self._options, urlsplit(url)
        tls = parts.scheme == "https"
        return Begin(
            host=parts.hostname or "",
            port=parts.port or (443 if tls else 80),
            url_path=f"{parts.path.rstrip('/')}/v1/ws",
            tls=tls,
            seed=options.seed,
            start=start,
            ramp=options.ramp,
            duration=options.duration,
            sessions=options.sessions,
            places=places,
            teams={team: stage.entries[team] for team in {place.team for place in places}},
            turns=turns(options.profiles, options.rate),
            probes=PROBES / options.workers,
            looks=LOOKS // options.workers,
        )

    async def _hear(self, each: Hand, gathering: Gathering, watch: Watch) -> None:
        while (message := await read(each.reader)) is not None:
            assert isinstance(message, Tally)
            if message.last:
                self._lasts.append(message)
                return
            told = self._seconds.setdefault(message.second, [])
            told.append(message)
            if len(told) + len(self._lasts) == self._options.workers:
                del self._seconds[message.second]
                self._sample(message.second, told, gathering, watch)
        code = await each.process.wait()
        raise Unusable(f"A worker ended in the middle (exit code {code}).")

    def _sample(
        self, second: int, tallies: list[Tally], gathering: Gathering, watch: Watch
    ) -> None:
        self._last_second = second
        before, self._cpu = self._cpu, time.process_time()
        phase = "storm" if self._storm else tallies[0].phase
        own = Own(self._cpu - before, resident())
        sample = gathering.second(float(second), tallies, watch.latest, phase, own)
        profiles = self._options.profiles
        # Of those who come and go all the time some are away at any moment.
        if gathering.sessions >= self._options.sessions - profiles.get("reconnectors", 0):
            self._all_here.set()
        else:
            self._all_here.clear()
        self._show(sample, gathering.findings.checks())

    # What happens beside

    async def _watch(self, watch: Watch, start: float) -> None:
        second = 0
        while True:
            second += 1
            # In the middle of a second, when no worker reports.
            await asyncio.sleep(max(0.0, start + second - 0.5 - time.monotonic()))
            await watch.look()

    async def _storms(self, start: float) -> None:
        options = self._options
        for number in range(options.storms):
            share = (number + 1) / (options.storms + 1)
            when = start + options.ramp + options.duration * share
            await asyncio.sleep(max(0.0, when - time.monotonic()))
            late = time.monotonic() >= start + options.ramp + options.duration
            if late or self._stopping.is_set():
                self._say("there was no time for another storm")
                return
            await self._one_storm(number, start)

    async def _one_storm(self, number: int, start: float) -> None:
        def mark(text: str) -> None:
            self._marks.append((round(time.monotonic() - start, 2), text))
            self._say(text)

        self._storm = True
        self._crew.tell(Storm(on=True, cut=self._own is None))
        if self._own is not None:
            how = (signal.SIGKILL, signal.SIGTERM)[number % 2]
            mark(f"storm: {how.name}")
            await self._own.end(how)
            await self._own.start()
            mark("the server listens again")
        else:
            mark("storm: all connections are cut")
        begun = time.monotonic()
        if self._own is None:
            await asyncio.sleep(1)  # until the samples know that they were cut
        self._all_here.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_here.wait(), STORM_SECONDS)
            # As exact as the samples are.
            mark(f"all are back within {ceil(time.monotonic() - begun)} s")
        self._storm = False
        self._crew.tell(Storm(on=False))

    # The end

    def _report(self, began: datetime, seconds: float, gathering: Gathering) -> Report:
        options = self._options
        return Report(
            plan=options.plan(),
            began=began.isoformat(timespec="seconds"),
            seconds=round(seconds, 1),
            machine=f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} "
            f"{platform.release()}",
            tool=f"Python {platform.python_version()}",
            server=gathering.server,
            series=tuple(gathering.series),
            totals=dict(gathering.totals),
            refusals=dict(gathering.refusals),
            closes=dict(gathering.closes),
            times={name: each.times() for name, each in gathering.times.items()},
            checks=gathering.findings.checks(),
            marks=tuple(self._marks),
            notes=(
                *(("It was ended early.",) if self._stopping.is_set() else ()),
                *gathering.notes(),
            ),
        )


def run(options: Options, say: Say, show: Show) -> Report:
    """Do a load test: ``say`` gets sentences, ``show`` each second's sample and what
    the checks came to so far. Raises ``Unusable``, and ``KeyboardInterrupt`` when it is
    interrupted twice."""
    return asyncio.run(Run(options, say, show).run())
