"""How much one worker can take in, with all checks on: what the load tool can do at most here."""

import asyncio
import contextlib
import sys
import time

import msgspec

from . import blaster
from .crew import Crew, Hand
from .exchange import Begin, Place, Stop, Tally, read, write
from .findings import Findings
from .histogram import Histogram
from .lean import many_files
from .options import Unusable

SESSIONS = 1_000
TEAM = 20
SECONDS = 6
WARM = 2
"""Seconds at first that do not count: everybody signs in."""
LEAD_SECONDS = 0.5


class Capacity(msgspec.Struct, frozen=True):
    """Of one worker. ``core``: the share of a core it used; ``right``: whether all checks held."""

    sessions: int
    sign_ins: float
    frames: float
    megabytes: float
    core: float
    lag: float
    right: bool

    def text(self) -> str:
        """For people."""
        wrong = "" if self.right else "\nFAILED: what was poured was not what was checked"
        whole = self.frames / max(self.core, 0.01)
        return (
            f"one worker, {self.sessions} sessions in teams of {TEAM}, all checks on:\n"
            f"  {self.sign_ins:,.0f} sign-ins a second\n"
            f"  {self.frames:,.0f} frames a second ({self.megabytes:.0f} MB/s) "
            f"with {self.core:.2f} of a core; {whole:,.0f} with a whole one\n"
            f"  its loop was late by {self.lag:.0f} ms (p99)" + wrong
        )


async def measure(sessions: int = SESSIONS, seconds: int = SECONDS) -> Capacity:
    """Pour on one worker for so many seconds; the first do not count. Raises ``Unusable``."""
    if many_files() < sessions + 100:
        raise Unusable(f"{sessions + 100} open files are needed: raise the hard limit (ulimit -Hn)")
    pouring = await asyncio.create_subprocess_exec(
        sys.executable, "-m", blaster.__name__, str(sessions), stdout=asyncio.subprocess.PIPE
    )
    crew = Crew()
    try:
        assert pouring.stdout is not None
        port = int(await pouring.stdout.readline())
        (hand,) = await crew.spawn(1)
        write(hand.writer, _begin(port, sessions, seconds))
        return await _taken(hand, sessions, seconds)
    finally:
        await crew.end()
        with contextlib.suppress(ProcessLookupError):
            pouring.kill()
        await pouring.wait()


def _begin(port: int, sessions: int, seconds: int) -> Begin:
    places = [
        Place(number, f"user {number}", str(number // TEAM), "readers", number // TEAM)
        for number in range(sessions)
    ]
    return Begin(
        host="127.0.0.1",
        port=port,
        url_path="/v1/ws",
        tls=False,
        seed=1,
        start=time.monotonic() + LEAD_SECONDS,
        ramp=0.0,
        duration=seconds,
        sessions=sessions,
        places=places,
        teams={team: [blaster.entry_name(team)] for team in {each.team for each in places}},
        turns={},
        probes=1.0,
        looks=0,
    )


async def _taken(hand: Hand, sessions: int, seconds: int) -> Capacity:
    findings, sign_in, lag = Findings(), Histogram(), Histogram()
    counted: list[Tally] = []
    while len(counted) < seconds:
        tally = await read(hand.reader)
        if not isinstance(tally, Tally) or tally.last:
            raise Unusable("The worker ended before it was measured.")
        counted.append(tally)
        findings.merge(tally.findings)
        sign_in.merge(tally.sign_in)
    write(hand.writer, Stop())
    warm = counted[WARM:]
    for tally in warm:
        lag.merge(tally.lag)
    return Capacity(
        sessions=sign_in.count,
        sign_ins=sign_in.count / max(sign_in.max / 1000, 1e-6),
        frames=sum(tally.frames for tally in warm) / len(warm),
        megabytes=sum(tally.bytes for tally in warm) / len(warm) / 1e6,
        core=sum(tally.cpu for tally in warm) / len(warm),
        lag=lag.at(0.99),
        right=sign_in.count == sessions
        and not any(finding.wrong for finding in findings.of.values()),
    )
