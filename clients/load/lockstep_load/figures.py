"""The figures of a report by name: what thresholds demand, what is compared, what is shown."""

from collections.abc import Callable, Iterable
from statistics import fmean, median

import msgspec

from .report import Report, Sample

TIMES = {
    "command": "command to answer",
    "viewer": "command to last viewer",
    "sign_in": "sign-in",
    "resume": "coming back",
}
"""What is timed, and what people call it."""
MOMENTS = {
    "mean": "mean",
    "p50": "p50",
    "p90": "p90",
    "p99": "p99",
    "p999": "p99.9",
    "max": "longest",
}


class Figure(msgspec.Struct, frozen=True):
    """A number of a report. ``of`` gives None where it was not measured.

    ``unit``: ``ms``, ``bytes``, ``/s``, ``cores``, ``share`` (1 is all), or empty for a count.
    ``good``: ``low`` or ``high``, or empty when neither is better. ``judged``: steady enough that a
    comparison may call a report worse for it.
    """

    name: str
    label: str
    unit: str
    good: str
    of: Callable[[Report], float | None]
    judged: bool = True


def steady(report: Report) -> tuple[Sample, ...]:
    """The seconds under load, after the ramp and before the end; all, when there are none."""
    ramp = report.plan.ramp
    after = tuple(each for each in report.series if each.t > ramp and each.phase != "drain")
    return after or report.series


def total(report: Report, name: str) -> int | None:
    """A count over the whole run, summed from the seconds when it is not among the totals."""
    if name in report.totals:
        return report.totals[name]
    if name in ("sessions", *COUNTS):
        each = [int(getattr(sample, name)) for sample in report.series]
        return max(each, default=0) if name == "sessions" else sum(each)
    return None


COUNTS = ("commands", "refused", "errors", "frames", "messages", "bytes", "reconnects")


def _time(of: str, moment: str) -> Callable[[Report], float | None]:
    def get(report: Report) -> float | None:
        times = report.times.get(of)
        return float(getattr(times, moment)) if times is not None and times.count else None

    return get


def _total(name: str) -> Callable[[Report], float | None]:
    return lambda report: total(report, name)


def _rate(name: str) -> Callable[[Report], float | None]:
    def get(report: Report) -> float | None:
        seconds = steady(report)
        return fmean(getattr(sample, name) for sample in seconds) if seconds else None

    return get


def _share(name: str) -> Callable[[Report], float | None]:
    def get(report: Report) -> float | None:
        commands, part = total(report, "commands"), total(report, name)
        return part / commands if commands and part is not None else None

    return get


def _said(
    by: str, name: str, combine: Callable[[Iterable[float]], float]
) -> Callable[[Report], float | None]:
    """Of the samples of the server or the tool, after the ramp."""

    def get(report: Report) -> float | None:
        told = [getattr(sample, by) for sample in steady(report)]
        values = [float(getattr(each, name)) for each in told if each is not None]
        return combine(values) if values else None

    return get


def _work(report: Report) -> float | None:
    cpu, rate = _said("server", "cpu", fmean)(report), _rate("commands")(report)
    return 1000 * cpu / rate if cpu is not None and rate else None


def _growth(report: Report) -> float | None:
    told = [sample.server.memory for sample in steady(report) if sample.server is not None]
    few = len(told) // 10
    if not few or not (first := median(told[:few])):
        return None
    return median(told[-few:]) / first - 1


def _wrong(report: Report) -> float:
    return sum(check.wrong for check in report.checks)


def _all() -> Iterable[Figure]:
    yield Figure("throughput", "commands a second", "/s", "high", _rate("commands"))
    yield Figure("frames_rate", "frames a second", "/s", "", _rate("frames"), judged=False)
    for of, said in TIMES.items():
        for moment, called in MOMENTS.items():
            steady_enough = moment in ("mean", "p50", "p90", "p99")
            label = f"{said}, {called}"
            yield Figure(f"{of}.{moment}", label, "ms", "low", _time(of, moment), steady_enough)
    yield Figure("errors", "errors", "", "low", _total("errors"))
    yield Figure("errors_share", "errors to commands", "share", "low", _share("errors"))
    yield Figure("refused", "refused commands", "", "low", _total("refused"), judged=False)
    yield Figure("refused_share", "refused to all commands", "share", "low", _share("refused"))
    yield Figure("wrong", "checks that did not hold", "", "low", _wrong)
    yield Figure("reconnects", "reconnects", "", "low", _total("reconnects"), judged=False)
    for name in ("sessions", "commands", "frames", "messages", "bytes"):
        unit = "bytes" if name == "bytes" else ""
        label = "bytes received" if name == "bytes" else name
        yield Figure(name, label, unit, "", _total(name), judged=False)
    yield Figure("server.cpu", "server: CPU", "cores", "low", _said("server", "cpu", fmean))
    yield Figure("server.work", "server: CPU a command", "ms", "low", _work)
    yield Figure("server.memory", "server: memory", "bytes", "low", _said("server", "memory", max))
    yield Figure("server.growth", "server: growth of memory", "share", "low", _growth, False)
    stall = _said("server", "stall", max)
    yield Figure("server.stall", "server: longest stall", "ms", "low", stall, False)
    yield Figure("tool.cpu", "tool: CPU", "cores", "low", _said("tool", "cpu", fmean), False)
    busiest = _said("tool", "busiest", fmean)
    yield Figure("tool.busiest", "tool: busiest worker", "share", "low", busiest, False)
    yield Figure("tool.memory", "tool: memory", "bytes", "low", _said("tool", "memory", max), False)
    yield Figure("tool.lag", "tool: longest lag", "ms", "low", _said("tool", "lag", max), False)


FIGURES = {figure.name: figure for figure in _all()}
"""All figures, in the order in which people are shown them."""


APART = "\u00a0"


def amount(value: float | None, unit: str) -> str:
    """A figure for people, with its unit and about three digits that count; a dash for None.

    Its spaces do not break.
    """
    if value is None:
        return "–"
    if unit == "bytes":
        return _scaled(value, (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0)))
    if unit == "ms":
        return _scaled(value, (("s", 1e3), ("ms", 1.0), ("µs", 1e-3))) if value else f"0{APART}ms"
    if unit == "share":
        return f"{digits(100 * value)}{APART}%"
    if not unit:
        return f"{value:,.0f}".replace(",", APART)
    return f"{digits(value)}{unit if unit.startswith('/') else APART + unit}"


def _scaled(value: float, steps: tuple[tuple[str, float], ...]) -> str:
    for unit, size in steps:
        if abs(value) >= size:
            return f"{digits(value / size)}{APART}{unit}"
    unit, size = steps[-1]
    return f"{digits(value / size)}{APART}{unit}"


def digits(value: float) -> str:
    """A number with about three digits that count, thousands apart."""
    size = abs(value)
    places = 0 if size >= 99.95 or not size else 1 if size >= 9.995 else 2
    if size and size < 0.0995:
        places = 3
    return f"{value:,.{places}f}".replace(",", APART)
