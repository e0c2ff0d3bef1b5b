"""Plots as SVG: scales, ticks, and lines over a shared time axis.

A drawing is as wide as its place on the page and a fixed number of pixels high, so that text stays
readable on a phone; colours and strokes are left to the style sheet.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
from markupsafe import Markup, escape

from .figures import APART, digits

HEIGHT, WIDE = 150.0, 1000.0
"""Of the drawn area: pixels high, and units wide, which are stretched to the width there is."""
LABEL = 28
"""So many letters of a mark are written into a plot."""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400)
_UNITS = {
    "ms": ((1e3, 1e-3, "s"), (1.0, 1.0, "ms"), (0.0, 1e3, "µs")),
    "bytes": ((1e9, 1e-9, "GB"), (1e6, 1e-6, "MB"), (1e3, 1e-3, "kB"), (0.0, 1.0, "B")),
    "share": ((0.0, 100.0, "%"),),
}


class Point(msgspec.Struct, frozen=True):
    """The value of a line at a time, and between what it stood; ``value`` None: there is none."""

    t: float
    value: float | None
    low: float = 0.0
    high: float = 0.0


class Line(msgspec.Struct, frozen=True):
    """A line of a plot. ``look``: its classes in the style sheet. Points are in order of time."""

    name: str
    look: str
    points: tuple[Point, ...]


class Plot(msgspec.Struct, frozen=True):
    """What is drawn in one field. ``unit`` as of figures; ``log``: a logarithmic axis."""

    key: str
    title: str
    what: str
    unit: str
    lines: tuple[Line, ...]
    log: bool = False

    @property
    def values(self) -> list[float]:
        """All values that are drawn, with the ends of shades."""
        points = [point for line in self.lines for point in line.points if point.value is not None]
        return [value for point in points for value in (point.value or 0.0, point.low, point.high)]


def ticks(top: float, about: int = 5) -> list[float]:
    """Round numbers from 0 that reach ``top``, which may be 0, about so many."""
    if not top > 0:
        return [0.0, 1.0]
    rough = top / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next((each for each in (1, 2, 2.5, 5) if each * power >= rough * 0.999), 10)
    return [step * number for number in range(math.ceil(top / step - 1e-9) + 1)]


def log_ticks(low: float, top: float) -> list[float]:
    """Numbers 1, 2, 5 of each power of ten around what is positive, or powers alone when many."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(top))
    fine = [10.0**power * each for power in range(first, last + 1) for each in (1, 2, 5)]
    coarse = [10.0**power for power in range(first, last + 2)]
    for each in (fine, coarse):
        start = max((value for value in each if value <= low * 1.000001), default=each[0])
        end = min((value for value in each if value >= top * 0.999999), default=each[-1])
        kept = [value for value in each if start <= value <= end]
        if len(kept) <= 7:
            break
    return kept if len(kept) > 1 else [kept[0], kept[0] * 10]


def time_ticks(seconds: float, about: int = 6) -> list[tuple[float, str]]:
    """Moments for the time axis with their labels, no more than about so many."""
    step = next((each for each in _STEPS if seconds / each <= about), _STEPS[-1])
    size, unit = (1, "s") if step < 60 else (60, "min") if step < 3600 else (3600, "h")
    moments = range(0, int(seconds) + 1, step)
    return [(float(each), f"{each / size:g}{' ' + unit if each else ''}") for each in moments]


def axis(plot: Plot) -> tuple[list[float], list[str]]:
    """Ticks of the upright axis, lowest first, with labels.

    The topmost tells the unit; on a logarithmic axis each has the unit that suits it.
    """
    scales = _UNITS.get(plot.unit, ((0.0, 1.0, plot.unit),))
    positive = [value for value in plot.values if value > 0]
    if plot.log and positive:
        marks = log_ticks(min(positive), max(positive))
        return marks, [_label(mark, *_scale(mark, scales)) for mark in marks]
    marks = ticks(max(positive, default=0.0) * 1.04)
    factor, unit = _scale(marks[-1], scales)
    return marks, [_label(mark, factor, unit if mark == marks[-1] else "") for mark in marks]


def _scale(value: float, scales: Sequence[tuple[float, float, str]]) -> tuple[float, str]:
    _, factor, unit = next((each for each in scales if value >= each[0]), scales[-1])
    return factor, unit


def _label(mark: float, factor: float, unit: str) -> str:
    number = f"{mark * factor:,.6g}".replace(",", APART)
    return number + (unit if not unit or unit.startswith("/") else APART + unit)


def height(value: float, marks: Sequence[float], log: bool) -> float:
    """How far below the top of the drawn area a value stands, in pixels; never outside of it."""
    low, top = marks[0], marks[-1]
    if log and low > 0:
        part = math.log(max(value, low) / low) / math.log(top / low)
    else:
        part = (value - low) / (top - low)
    return HEIGHT * (1 - min(max(part, 0.0), 1.0))


def stretches(points: Iterable[Point], gap: float) -> list[list[Point]]:
    """Points that hang together: no value is missing, no two are further apart than ``gap``."""
    found: list[list[Point]] = []
    last: float | None = None
    for point in points:
        if point.value is None:
            last = None
            continue
        if last is None or point.t - last > gap:
            found.append([])
        found[-1].append(point)
        last = point.t
    return found


def draw(
    plot: Plot, seconds: float, marks: Sequence[tuple[float, str]] = (), ramp: float = 0.0
) -> Markup:
    """The field of a plot: two SVG drawings beside each other, the labels and the lines.

    ``ramp``: so many seconds at the beginning are shaded. What is said of the plot belongs around
    them: neither has a name for a screen reader.
    """
    stand, labels = axis(plot)
    log = plot.log and stand[0] > 0
    levels = [height(each, stand, log) + 10 for each in stand]
    numbers = Markup("").join(
        Markup('<text x="51" y="{}">{}</text>').format(_short(level + 4), label)
        for level, label in zip(levels, labels, strict=True)
    )
    grid = Markup("").join(
        Markup('<line x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(_short(level))
        for level in levels
    )
    along = Markup("").join(
        Markup('<text class="{}" x="{}%" y="178">{}</text>').format(
            "first" if not t else "last" if t > 0.94 * seconds else "", _part(t, seconds), label
        )
        for t, label in time_ticks(seconds)
    )
    gap = 2.6 * _apart(plot)
    lines = Markup("").join(_line(line, seconds, stand, log, gap) for line in plot.lines)
    return Markup(
        '<svg class="labels" width="58" height="184" aria-hidden="true">{}</svg>'
        '<svg class="field" height="184" width="100%" aria-hidden="true">'
        '{}<g class="grid">{}</g><g class="along">{}</g>'
        '<svg y="10" height="150" width="100%" viewBox="0 0 1000 150" preserveAspectRatio="none">'
        '{}</svg>{}<line class="cursor" y1="6" y2="160" x1="0" x2="0" visibility="hidden"/></svg>'
    ).format(numbers, _ramp(ramp, seconds), grid, along, lines, _marks(marks, seconds))


def clock(t: float) -> str:
    """A moment of a run: minutes and seconds, or hours as well."""
    minutes, second = divmod(round(t), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def _ramp(ramp: float, seconds: float) -> Markup:
    if not 0 < ramp <= seconds:
        return Markup("")
    return Markup(
        '<rect class="ramp" y="10" height="150" x="0" width="{}%"/>'
        '<text class="told" x="4" y="156">ramp</text>'
    ).format(_part(ramp, seconds))


def _marks(marks: Sequence[tuple[float, str]], seconds: float) -> Markup:
    drawn, labelled = Markup(""), -math.inf
    for t, text in sorted(marks):
        at = _part(t, seconds)
        drawn += Markup('<line class="mark" y1="6" y2="160" x1="{0}%" x2="{0}%"/>').format(at)
        # Those too near to another are named on the page alone.
        if t - labelled < seconds / 4:
            continue
        labelled = t
        short = text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"
        late = t > 0.6 * seconds
        drawn += Markup('<text class="told{}" dx="{}" x="{}%" y="18">{}</text>').format(
            " end" if late else "", -5 if late else 5, at, short
        )
    return drawn


def _line(line: Line, seconds: float, stand: Sequence[float], log: bool, gap: float) -> Markup:
    shade, path = "", ""
    for some in stretches(line.points, gap):
        xs = [_short(WIDE * min(point.t / seconds, 1.0)) for point in some]
        ys = [_short(height(point.value or 0.0, stand, log)) for point in some]
        # A point alone is a line of no length, which round ends make visible.
        path += "M" + "L".join(f"{x} {y}" for x, y in zip(xs, ys, strict=True))
        path += "h0" if len(some) == 1 else ""
        if any(point.high > point.low for point in some):
            up = [_short(height(point.high, stand, log)) for point in some]
            down = [_short(height(point.low, stand, log)) for point in some]
            edge = list(zip(xs, up, strict=True)) + list(zip(xs, down, strict=True))[::-1]
            shade += "M" + "L".join(f"{x} {y}" for x, y in edge) + "Z"
    drawn = Markup('<path class="shade {}" d="{}"/>').format(line.look, shade) if shade else ""
    return Markup(drawn) + Markup('<path class="line {}" d="{}"/>').format(line.look, path)


def _apart(plot: Plot) -> float:
    times = max((line.points for line in plot.lines), key=len, default=())
    steps = sorted(b.t - a.t for a, b in pairwise(times))
    return steps[len(steps) // 2] if steps else 1.0


def _part(t: float, seconds: float) -> str:
    return _short(100 * min(max(t / seconds, 0.0), 1.0))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def told(value: float | None) -> str:
    """A value in a table of a plot, without its unit."""
    return "–" if value is None else str(escape(digits(value)))
