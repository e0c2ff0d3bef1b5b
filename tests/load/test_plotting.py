"""Scales, ticks and lines of the plots."""

import math
import re
import xml.etree.ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_load.plots import MOST, WISHES, joined, overlaid, plots
from lockstep_load.plotting import (
    HEIGHT,
    Line,
    Plot,
    Point,
    axis,
    clock,
    draw,
    height,
    log_ticks,
    stretches,
    ticks,
    time_ticks,
)
from lockstep_load.report import Sample
from tests.load.made import HOSTILE, empty, report

DRAWN = {"div", "svg", "g", "text", "line", "path", "rect"}
POSITIVE = st.floats(1e-6, 1e12)


@given(POSITIVE)
def test_ticks_are_round_few_and_reach_the_top(top: float) -> None:
    marks = ticks(top)
    assert marks[0] == 0
    assert 3 <= len(marks) <= 7
    assert marks[-1] >= top * (1 - 1e-6)
    assert marks[-2] < top
    first = marks[1] / 10 ** math.floor(math.log10(marks[1]) + 1e-9)
    assert any(math.isclose(first, each) for each in (1, 2, 2.5, 5, 10))


@given(POSITIVE, POSITIVE)
def test_logarithmic_ticks_enclose_all_values(one: float, other: float) -> None:
    low, top = sorted((one, other))
    marks = log_ticks(low, top)
    assert marks == sorted(set(marks))
    assert marks[0] <= low * 1.001
    assert marks[-1] >= top * 0.999
    assert 2 <= len(marks) <= max(8, math.log10(top / low) + 3)


@given(st.floats(0.5, 1e6))
def test_moments_are_few_and_within_the_run(seconds: float) -> None:
    moments = time_ticks(seconds)
    assert moments[0] == (0.0, "0")
    assert len(moments) <= 14
    assert all(t <= seconds for t, _ in moments)
    assert len({label for _, label in moments}) == len(moments)


def test_moments_are_told_in_the_unit_they_are_round_in() -> None:
    assert [label for _, label in time_ticks(30)] == [
        "0",
        "5 s",
        "10 s",
        "15 s",
        "20 s",
        "25 s",
        "30 s",
    ]
    assert [label for _, label in time_ticks(300)][1] == "1 min"
    assert [label for _, label in time_ticks(1800)][-1] == "30 min"
    assert [label for _, label in time_ticks(20_000)][-1] == "5 h"
    assert [clock(t) for t in (0, 59.6, 61, 3600)] == ["0:00", "1:00", "1:01", "1:00:00"]


@given(st.floats(-1e3, 1e9), st.booleans(), st.lists(POSITIVE, min_size=2, max_size=5, unique=True))
def test_heights_stay_within_the_field(value: float, log: bool, marks: list[float]) -> None:
    assert 0 <= height(value, sorted(marks), log) <= HEIGHT


def test_heights_grow_upwards() -> None:
    assert [height(each, [0, 10], False) for each in (0, 5, 10)] == [HEIGHT, HEIGHT / 2, 0]
    logarithmic = [height(each, [1, 10, 100], True) for each in (0, 1, 10, 100)]
    assert logarithmic == [HEIGHT, HEIGHT, HEIGHT / 2, 0]


@pytest.mark.parametrize(
    ("top", "unit", "last"),
    [
        (180e6, "bytes", "200 MB"),
        (90.0, "ms", "100 ms"),
        (12_000.0, "ms", "12.5 s"),
        (0.2, "ms", "250 µs"),
        (0.95, "share", "100 %"),
        (2900.0, "/s", "4 000/s"),
        (0.9, "cores", "1 cores"),
        (2000.0, "", "2 500"),
    ],
)
def test_the_topmost_tick_tells_the_unit(top: float, unit: str, last: str) -> None:
    line = Line("a", "c1", (Point(1.0, top, top, top),))
    assert axis(Plot("k", "t", "w", unit, (line,)))[1][-1].replace("\u00a0", " ") == last


def test_on_a_logarithmic_axis_each_tick_has_its_unit() -> None:
    points = (Point(1.0, 0.5, 0.5, 0.5), Point(2.0, 2300.0, 2300.0, 2300.0))
    labels = axis(Plot("k", "t", "w", "ms", (Line("a", "c1", points),), log=True))[1]
    assert [label.replace("\u00a0", " ") for label in labels] == [
        "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"
    ]  # fmt: skip


def test_lines_break_where_there_is_no_value_and_where_seconds_are_missing() -> None:
    values = [(1, 1.0), (2, 1.0), (3, None), (4, 2.0), (9, 3.0), (10, None), (11, None)]
    points = [Point(float(t), value) for t, value in values]
    assert [[p.t for p in some] for some in stretches(points, 2.6)] == [[1, 2], [4], [9]]
    drawn = draw(Plot("k", "t", "w", "", (Line("a", "c1", tuple(points)),)), 11)
    path = re.findall(r'class="line c1" d="([^"]+)"', drawn)
    assert path[0].count("M") == 3
    assert path[0].count("h0") == 2


@pytest.mark.parametrize("seconds", [1, 2, 30, 399, 400, 401, 1800])
def test_every_plot_is_well_formed_and_no_longer_than_it_may_be(seconds: int) -> None:
    made = report(seconds)
    for plot in plots(made):
        drawn = draw(plot, made.seconds, [(0.0, "first"), (made.seconds, HOSTILE)], made.plan.ramp)
        root = ET.fromstring(f"<div>{drawn}</div>")
        assert all(len(line.points) <= MOST for line in plot.lines)
        assert {each.tag for each in root.iter()} <= {
            "div",
            "svg",
            "g",
            "text",
            "line",
            "path",
            "rect",
        }
        assert not re.search(r"nan|inf|None", drawn)


def test_of_marks_that_are_close_together_only_the_first_is_named() -> None:
    plot = plots(report(60))[0]
    drawn = draw(plot, 60, [(20, "again"), (30, "killed"), (31, "up"), (58, "end")])
    assert drawn.count('class="mark"') == 4
    assert [text in drawn for text in ("again", "killed", "up", "end<")] == [
        True, False, False, True
    ]  # fmt: skip


def test_seconds_that_are_joined_keep_their_extremes() -> None:
    series = tuple(Sample(t=float(t), commands=t % 7) for t in range(1, 1001))
    groups = joined(series)
    assert (len(groups), len(groups[0])) == (200, 5)
    made = msgspec.structs.replace(report(30), series=series)
    (answered,) = (line for line in plots(made)[0].lines if line.name == "answered")
    first = answered.points[0]
    assert (first.t, first.value, first.low, first.high) == (3.0, 3.0, 1.0, 5.0)


def test_what_nothing_was_measured_of_has_no_line() -> None:
    named = {
        plot.key: [line.name for line in plot.lines] for plot in plots(report(60, server=False))
    }
    assert named["memory"] == ["tool"]
    assert all(not plot.lines for plot in plots(empty()))


def test_an_axis_is_logarithmic_only_where_values_are_far_apart() -> None:
    def of(*values: float) -> bool:
        times = [msgspec.structs.replace(each, command=msgspec.structs.replace(
            each.command, count=1, p50=value, p90=value, p99=value))
            for each, value in zip(report(30).series, values, strict=False)]  # fmt: skip
        made = msgspec.structs.replace(report(30), series=tuple(times))
        return next(plot.log for plot in plots(made) if plot.key == "command")

    assert of(1, 500)
    assert not of(100, 500)


def test_reports_are_laid_over_each_other_with_their_names() -> None:
    drawn = overlaid([("before", report(30)), ("after", report(60))])
    assert [plot.key for plot in drawn] == [wish.key for wish in WISHES]
    times = next(plot for plot in drawn if plot.key == "viewer")
    assert [(line.name, line.look) for line in times.lines] == [
        ("before: p50", "c1"), ("before: p99", "c1 dash"),
        ("after: p50", "c3"), ("after: p99", "c3 dash"),
    ]  # fmt: skip


def test_lines_of_a_plot_are_told_apart_by_name() -> None:
    for plot in plots(report(60)):
        names = [line.name for line in plot.lines]
        assert len(set(names)) == len(names) > 0
