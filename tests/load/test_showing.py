"""What people see in the terminal, while a run lasts and afterwards."""

from io import StringIO
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from lockstep_load.report import Check, Report
from lockstep_load.showing import LEVELS, Showing, plain, sparkline, summary
from tests.load.made import SHOWN, report

FAILED = (Check("order", "none twice", 40, 2, ("n=4 came twice",)),)


def console(*, terminal: bool, width: int = 100) -> tuple[Console, StringIO]:
    file = StringIO()
    return Console(file=file, force_terminal=terminal, width=width, color_system=None), file


def read(file: StringIO) -> str:
    return file.getvalue().replace("\u00a0", " ")


def shown(made: Report, *, terminal: bool, checks: tuple[Check, ...] = ()) -> str:
    to, file = console(terminal=terminal)
    with Showing(to, made.plan) as showing:
        for sample in made.series:
            showing.show(sample, checks)
    return read(file)


def test_a_terminal_is_shown_the_latest_second() -> None:
    made = report(60)
    last = shown(made, terminal=True, checks=made.checks).rsplit("lockstep load", 1)[1]
    for said in (
        "2 000 sessions", "200/s commands", "1:00 of 1:10, 0:10 left", "to answer",
        "to last viewer", "server", "busiest worker", "looked 555 000 times, nothing wrong",
        f"errors       {'':7}{made.totals['errors']:2}",
    ):  # fmt: skip
        assert said in last
    assert any(level in last for level in LEVELS)


def test_elsewhere_a_line_is_written_at_times_and_at_each_phase() -> None:
    made = report(60)
    text = shown(made, terminal=False, checks=made.checks)
    assert "\x1b" not in text
    lines = text.splitlines()
    phases = [line.split()[1] for line in lines]
    assert sorted(set(phases)) == ["ramp", "steady", "storm"]
    assert 60 / 5 <= len(lines) <= 60 / 5 + 4
    assert all("sessions; " in line and "checks looked" in line for line in lines)


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_wrong_is_seen_at_once(terminal: bool) -> None:
    assert "2 wrong: order" in shown(report(10), terminal=terminal, checks=FAILED)
    assert "says nothing of itself" in shown(report(10, server=False), terminal=terminal)


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_said_stays(terminal: bool) -> None:
    to, file = console(terminal=terminal)
    with Showing(to, report(10).plan) as showing:
        showing.say("made 10 teams [red]")
        showing.show(report(10).series[0])
    assert "load: made 10 teams [red]\n" in read(file)


@given(st.lists(st.none() | st.floats(0, 1e6), max_size=50))
def test_a_sparkline_has_a_bar_for_each_value(values: list[float | None]) -> None:
    drawn = sparkline(values)
    assert len(drawn) == len(values)
    for value, bar in zip(values, drawn, strict=True):
        assert (bar == " ") is (value is None)


def test_a_sparkline_grows_from_zero_to_the_highest() -> None:
    assert sparkline([0, 5, None, 10]) == "▁▅ █"
    assert sparkline([0, 0]) == "▁▁"


def test_foreign_text_cannot_act_on_the_terminal() -> None:
    assert plain("12\u00a0ms") == "12\u00a0ms"
    assert plain("a\x1b[2Jb\rc\nd [bold]") == "a�[2Jb�c�d [bold]"
    evil = "\x1b]0;owned\x07[red]"
    made = report(10, wrong=True)
    hostile = msgspec.structs.replace(
        made,
        checks=(Check(evil, evil, 1, 1, (evil,)),),
        refusals={evil: 3},
        closes={evil: 3},
        notes=(evil,),
        plan=msgspec.structs.replace(made.plan, url=evil),
        series=tuple(msgspec.structs.replace(each, phase=evil) for each in made.series),
    )
    to, file = console(terminal=False)
    summary(to, hostile)
    text = read(file) + shown(hostile, terminal=False, checks=hostile.checks)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert text.count("]0;owned�[red]") >= 7


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("width", [60, 120])
def test_a_summary_says_how_it_ended_and_what_was_written(name: str, width: int) -> None:
    made = SHOWN[name]()
    to, file = console(terminal=False, width=width)
    summary(to, made, [Path("/a/long/way/to/a/folder/with/many/parts/below/it/report.html")])
    text = read(file)
    assert ("Passed: " in text) is made.passed
    assert ("Failed: " in text) is not made.passed
    assert "Written: /a/long/way/to/a/folder/with/many/parts/below/it/report.html\n" in text
    for check in made.checks:
        assert check.name in text
    for threshold in made.thresholds:
        assert threshold.text in text
