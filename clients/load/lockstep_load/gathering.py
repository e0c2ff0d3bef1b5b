"""What all workers count, put together: a sample a second, and the report in the end. Pure."""

from collections import Counter
from typing import Any, NamedTuple

from .exchange import Tally
from .figures import COUNTS, TIMES
from .findings import Findings
from .histogram import Histogram
from .report import Sample, ServerSample, Times, ToolSample

SAMPLES = 3_600
"""Samples that are kept; of longer runs neighbours are joined."""
FORGET_SECONDS = 30.0
"""After this long what is known of a change is all that will be."""
ERRORS = 5
"""Errors of which the text is kept."""
RATES = ("sessions", *COUNTS)


class Pair(NamedTuple):
    """A change as far as it is known: when its command was due, when its last viewer was told."""

    due: float | None
    at: float
    parts: int
    since: float


class Own(NamedTuple):
    """Of one second: seconds of processor time, and bytes of memory."""

    cpu: float
    memory: int


class Gathering:
    """``parts``: by team, how many workers have viewers of it."""

    def __init__(self, parts: dict[int, int]) -> None:
        self.findings = Findings()
        self.refusals: Counter[str] = Counter()
        self.closes: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()
        self.errors: list[str] = []
        self.server = ""
        self.sessions = 0
        self.series: list[Sample] = []
        self.times = {name: Histogram() for name in TIMES}
        self._parts = parts
        self._viewer = Histogram()
        self._pairs: dict[int, Pair] = {}
        self._teams: dict[int, int] = {}

    def second(
        self, t: float, tallies: list[Tally], server: ServerSample | None, phase: str, own: Own
    ) -> Sample:
        """What all workers told of one second; ``own``: what the coordinator itself used."""
        for tally in tallies:
            self._pair(tally, t)
        self._forget(t)
        counts = self._count(tallies)
        viewer, self._viewer = self._viewer, Histogram()
        histograms = {name: viewer if name == "viewer" else Histogram() for name in TIMES}
        lag = Histogram()
        for tally in tallies:
            histograms["command"].merge(tally.command)
            histograms["sign_in"].merge(tally.sign_in)
            histograms["resume"].merge(tally.resume)
            lag.merge(tally.lag)
        for name, histogram in histograms.items():
            self.times[name].merge(histogram)
        busiest = max(tally.cpu for tally in tallies)
        tool = ToolSample(
            cpu=round(own.cpu + sum(tally.cpu for tally in tallies), 3),
            memory=own.memory + sum(tally.memory for tally in tallies),
            lag=round(lag.at(0.99), 1),
            busiest=round(busiest, 3),
        )
        times: dict[str, Any] = {name: each.times() for name, each in histograms.items()}
        sample = Sample(
            t=t,
            **counts,
            **times,
            server=server,
            tool=tool,
            phase=phase,
        )
        self._keep(sample)
        return sample

    def _count(self, tallies: list[Tally]) -> dict[str, Any]:
        counted: Counter[str] = Counter()
        for tally in tallies:
            self.findings.merge(tally.findings)
            self.refusals.update(tally.refusals)
            self.closes.update(tally.closes)
            self.errors += tally.errors[: max(0, ERRORS - len(self.errors))]
            self.server = tally.server or self.server
            counted.update(tally.counts)
            counted.update(frames=tally.frames, messages=tally.messages, bytes=tally.bytes)
        self.totals.update(counted)
        self.sessions = sum(tally.sessions for tally in tallies)
        self.totals["sessions"] = max(self.totals["sessions"], self.sessions)
        return {"sessions": self.sessions, **{name: counted[name] for name in COUNTS}}

    def _pair(self, tally: Tally, t: float) -> None:
        for told in tally.told:
            pair = self._pairs.get(told.n, Pair(None, 0.0, 0, t))
            self._pairs[told.n] = pair._replace(at=max(pair.at, told.at), parts=pair.parts + 1)
            self._whole(told.n)
        for done in tally.done:
            pair = self._pairs.get(done.n, Pair(None, 0.0, 0, t))
            self._pairs[done.n] = pair._replace(due=done.due)
            self._teams[done.n] = done.team
            self._whole(done.n)

    def _whole(self, n: int) -> None:
        pair = self._pairs[n]
        if pair.due is not None and pair.parts >= self._parts.get(self._teams[n], 1):
            self._finish(n)

    def _finish(self, n: int) -> None:
        pair = self._pairs.pop(n)
        self._teams.pop(n, None)
        if pair.due is not None and pair.parts:
            self._viewer.add(max(0.0, pair.at - pair.due) * 1000)

    def _forget(self, t: float) -> None:
        for n in [n for n, pair in self._pairs.items() if t - pair.since > FORGET_SECONDS]:
            self._finish(n)

    def _keep(self, sample: Sample) -> None:
        self.series.append(sample)
        if len(self.series) > SAMPLES:
            pairs = zip(self.series[::2], self.series[1::2], strict=False)
            rest = self.series[-1:] if len(self.series) % 2 else []
            self.series = [*(joined(one, other) for one, other in pairs), *rest]

    def notes(self) -> tuple[str, ...]:
        """What whoever reads the figures has to know."""
        return tuple(f"Error: {text}." for text in self.errors)


def joined(one: Sample, other: Sample) -> Sample:
    """Two neighbours as one: rates in the mean, of times the worse."""
    counts: dict[str, Any] = {
        name: (getattr(one, name) + getattr(other, name) + 1) // 2 for name in RATES
    }
    times: dict[str, Any] = {
        name: _worse(getattr(one, name), getattr(other, name)) for name in TIMES
    }
    return Sample(
        t=one.t,
        **counts,
        **times,
        server=max(one.server, other.server, key=lambda each: each.cpu if each else -1.0),
        tool=max(one.tool, other.tool, key=lambda each: each.busiest if each else -1.0),
        phase=other.phase if other.phase == "storm" else one.phase,
    )


def _worse(one: Times, other: Times) -> Times:
    count = one.count + other.count
    total = one.mean * one.count + other.mean * other.count
    names = ("p50", "p90", "p99", "p999", "max")
    return Times(
        count=count,
        mean=total / count if count else 0.0,
        **{name: max(getattr(one, name), getattr(other, name)) for name in names},
    )
