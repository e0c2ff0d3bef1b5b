"""Which plots a report has, and their lines."""

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean

import msgspec

from .plotting import Line, Plot, Point
from .report import Report, Sample, Times

MOST = 400
"""More points than this are joined: each is then the mean of some seconds, shaded between their
lowest and highest."""
_WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)

APART = ("c1", "c3", "c5", "c2", "c4", "c6")
"""The colours of reports that are laid over each other, far apart for the first ones."""

Value = Callable[[Sample], float | None]


class Wish(msgspec.Struct, frozen=True):
    """A plot before its lines: what each line is called, how it looks, and where it comes from."""

    key: str
    title: str
    what: str
    unit: str
    lines: tuple[tuple[str, str, Value], ...]
    log: bool = False


def _count(name: str) -> Value:
    return lambda sample: float(getattr(sample, name))


def _time(of: str, moment: str) -> Value:
    def get(sample: Sample) -> float | None:
        times: Times = getattr(sample, of)
        return float(getattr(times, moment)) if times.count else None

    return get


def _said(by: str, name: str) -> Value:
    def get(sample: Sample) -> float | None:
        told = getattr(sample, by)
        return None if told is None else float(getattr(told, name))

    return get


def _percentiles(of: str) -> tuple[tuple[str, str, Value], ...]:
    looks = (("p50", "c1"), ("p90", "c2"), ("p99", "c3"))
    return tuple((moment, look, _time(of, moment)) for moment, look in looks)


WISHES = (
    Wish("commands", "Commands", "Commands answered each second, and those refused.", "/s",
         (("answered", "c1", _count("commands")), ("refused", "c4", _count("refused")))),
    Wish("frames", "Frames and messages",
         "What all sessions together received each second: frames, and the messages in them.", "/s",
         (("frames", "c1", _count("frames")), ("messages", "c2", _count("messages")))),
    Wish("command", "From command to answer",
         "How long commands of each second took until their sender had the answer.", "ms",
         _percentiles("command"), log=True),
    Wish("viewer", "From command to the last viewer",
         "How long commands of each second took until the last of all viewers saw the change.",
         "ms", _percentiles("viewer"), log=True),
    Wish("sessions", "Sessions", "Sessions that were signed in.", "",
         (("sessions", "c1", _count("sessions")),)),
    Wish("sign_in", "Sign-in and coming back",
         "How long it took from connecting until the inbox was there, at first and after having"
         " been cut off.", "ms",
         (("sign-in p50", "c1", _time("sign_in", "p50")),
          ("sign-in p99", "c1 dash", _time("sign_in", "p99")),
          ("coming back p50", "c3", _time("resume", "p50")),
          ("coming back p99", "c3 dash", _time("resume", "p99"))), log=True),
    Wish("errors", "Errors and reconnects",
         "Errors and reconnects of each second.", "/s",
         (("reconnects", "c2", _count("reconnects")), ("errors", "c4", _count("errors")))),
    Wish("cpu", "Processors", "Cores in use by the server, by all of the load tool, and by the"
         " tool's busiest worker: near 1, that one is the bottleneck.", "cores",
         (("server", "c1", _said("server", "cpu")), ("tool", "c2", _said("tool", "cpu")),
          ("busiest worker", "c3", _said("tool", "busiest")))),
    Wish("memory", "Memory", "Memory of the server, and of all of the load tool.", "bytes",
         (("server", "c1", _said("server", "memory")), ("tool", "c2", _said("tool", "memory")))),
    Wish("stalls", "Late loops", "The longest stall of the server's loop in each second, and how"
         " late the loops of the tool were.", "ms",
         (("server", "c1", _said("server", "stall")), ("tool", "c2", _said("tool", "lag")))),
)  # fmt: skip


def plots(report: Report) -> tuple[Plot, ...]:
    """All plots of a report; a line without a value is left out, a plot may be without lines."""
    groups = joined(report.series)
    return tuple(_plot(wish, groups) for wish in WISHES)


def overlaid(reports: Sequence[tuple[str, Report]]) -> tuple[Plot, ...]:
    """Plots of several reports in the same fields, each with its name; of percentiles p50, p99."""
    groups = [(name, joined(report.series)) for name, report in reports]
    made = []
    for wish in WISHES:
        kept = [line for line in wish.lines if line[0] not in ("p90", "busiest worker")][:2]
        lines = tuple(
            _line(
                f"{name}: {said}",
                f"{APART[number % len(APART)]}{' dash' if second else ''}",
                value,
                some,
            )
            for number, (name, some) in enumerate(groups)
            for second, (said, _, value) in enumerate(kept)
        )
        made.append(_made(wish, lines))
    return tuple(made)


def joined(series: Sequence[Sample]) -> list[Sequence[Sample]]:
    """Samples in groups of so many that no more than ``MOST`` points are drawn."""
    width = next((each for each in _WIDTHS if len(series) / each <= MOST), _WIDTHS[-1])
    return [series[start : start + width] for start in range(0, len(series), width)]


def _plot(wish: Wish, groups: Iterable[Sequence[Sample]]) -> Plot:
    some = list(groups)
    return _made(wish, tuple(_line(name, look, value, some) for name, look, value in wish.lines))


def _made(wish: Wish, lines: tuple[Line, ...]) -> Plot:
    kept = tuple(line for line in lines if any(each.value is not None for each in line.points))
    plot = Plot(wish.key, wish.title, wish.what, wish.unit, kept)
    positive = [value for value in plot.values if value > 0]
    # What stays within an order of magnitude is read better from zero.
    wide = wish.log and positive and max(positive) > 12 * min(positive)
    return msgspec.structs.replace(plot, log=bool(wide))


def _line(name: str, look: str, value: Value, groups: Iterable[Sequence[Sample]]) -> Line:
    return Line(name, look, tuple(_point(group, value) for group in groups))


def _point(group: Sequence[Sample], value: Value) -> Point:
    t = fmean(sample.t for sample in group)
    values = [each for sample in group if (each := value(sample)) is not None]
    if not values:
        return Point(t, None)
    return Point(t, fmean(values), min(values), max(values))
