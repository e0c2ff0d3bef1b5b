"""Reports beside each other: which is better, by how much, and whether they may be compared."""

import contextlib
import math
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from lockstep_load.comparing import (
    BadShare,
    Comparison,
    Row,
    compare,
    comparison_page,
    share,
    times,
    write,
)
from lockstep_load.report import Report
from lockstep_server.cli.main import main
from tests.load.made import HOSTILE, empty, report
from tests.load.test_page import Reader, check_page

BASE = report(60)


def with_times(**p50: float) -> Report:
    """The base report with other middles of times."""
    changed = {
        name: msgspec.structs.replace(BASE.times[name], p50=value) for name, value in p50.items()
    }
    return msgspec.structs.replace(BASE, times=BASE.times | changed)


def row(compared: Comparison, name: str) -> Row:
    return next(each for each in compared.rows if each.figure.name == name)


def test_a_report_is_the_same_as_itself() -> None:
    compared = compare([("a", BASE), ("b", BASE)], 0.0)
    assert compared.passed
    assert compared.differences == ()
    assert {mark for each in compared.rows for mark in each.marks} <= {"same", ""}
    assert all(each.ratios[1] in (1.0, None) for each in compared.rows)


@pytest.mark.parametrize(
    ("factor", "mark"), [(1.05, "same"), (1.2, "worse"), (0.95, "same"), (0.8, "better")]
)
def test_longer_times_are_worse(factor: float, mark: str) -> None:
    other = with_times(viewer=BASE.times["viewer"].p50 * factor)
    compared = compare([("a", BASE), ("b", other)])
    found = row(compared, "viewer.p50")
    assert found.marks == ("", mark)
    assert found.ratios[1] == pytest.approx(factor)
    assert compared.passed is (mark != "worse")
    assert ("command to last viewer, p50" in compared.reason) is (mark != "same")


def test_less_throughput_is_worse_and_more_is_better() -> None:
    half = msgspec.structs.replace(
        BASE,
        series=tuple(
            msgspec.structs.replace(each, commands=each.commands // 2) for each in BASE.series
        ),
    )
    assert row(compare([("a", BASE), ("b", half)]), "throughput").marks[1] == "worse"
    assert row(compare([("a", half), ("b", BASE)]), "throughput").marks[1] == "better"


def test_something_instead_of_nothing_is_worse_without_end() -> None:
    none = msgspec.structs.replace(BASE, totals=BASE.totals | {"errors": 0})
    some = msgspec.structs.replace(BASE, totals=BASE.totals | {"errors": 3})
    found = row(compare([("a", none), ("b", some)]), "errors")
    assert (found.ratios[1], found.marks[1]) == (math.inf, "worse")
    assert times(found.ratios[1]) == "×∞"
    back = compare([("a", some), ("b", none)])
    assert row(back, "errors").marks[1] == "better"
    assert "errors (×\u00a00)" in back.reason
    assert row(compare([("a", none), ("b", none)]), "errors").marks[1] == "same"


def test_what_changed_most_is_named_first_and_the_rest_counted() -> None:
    middles = {name: each.p50 for name, each in BASE.times.items()}
    factors = {"command": 1.5, "viewer": 4.0, "sign_in": 2.0, "resume": 3.0}
    slow = with_times(**{name: middles[name] * factor for name, factor in factors.items()})
    compared = compare([("a", BASE), ("b", slow)])
    assert [said.split(",")[0] for said in compared.marked("worse")] == [
        "command to last viewer", "coming back", "sign-in", "command to answer"
    ]  # fmt: skip
    assert compared.reason.startswith("4 figures, most of all command to last viewer, p50")


def test_what_is_not_judged_makes_no_report_worse() -> None:
    slow = msgspec.structs.replace(BASE.times["viewer"], max=99_999.0, p999=99_999.0)
    other = msgspec.structs.replace(BASE, times=BASE.times | {"viewer": slow})
    compared = compare([("a", BASE), ("b", other)])
    assert row(compared, "viewer.max").marks[1] == "worse"
    assert compared.passed


def test_what_one_did_not_measure_is_not_compared() -> None:
    for pair in ([("a", BASE), ("b", empty())], [("a", empty()), ("b", BASE)]):
        found = row(compare(pair), "viewer.p50")
        assert (found.ratios[1], found.marks[1]) == (None, "")
    assert compare([("a", empty()), ("b", empty())]).passed


def test_different_plans_and_versions_are_pointed_out() -> None:
    other = msgspec.structs.replace(
        BASE, server="lockstep 0.2.0", plan=msgspec.structs.replace(BASE.plan, rate=300.0)
    )
    found = dict(compare([("a", BASE), ("b", other)]).differences)
    assert found == {
        "commands": ("200/s", "300/s"),
        "server's version": ("lockstep 0.1.0", "lockstep 0.2.0"),
    }


def test_of_several_reports_it_is_said_which_is_worse() -> None:
    slow = with_times(command=BASE.times["command"].p50 * 2)
    compared = compare([("a", BASE), ("b", BASE), ("c", slow)])
    assert row(compared, "command.p50").marks == ("", "same", "worse")
    assert "command to answer, p50 of c (×\u00a02.00)" in compared.reason


@pytest.mark.parametrize(
    ("text", "value"), [("10%", 0.1), ("0.1", 0.1), (" 2.5 % ", 0.025), ("0", 0), (".5", 0.5)]
)
def test_a_share_is_read(text: str, value: float) -> None:
    assert share(text) == pytest.approx(value)


@given(st.text(max_size=12))
def test_any_text_is_a_share_or_refused(text: str) -> None:
    with contextlib.suppress(BadShare):
        assert share(text) >= 0
    with pytest.raises(BadShare, match=r"write 10% or 0\.1"):
        share(f"{text}!")


@pytest.mark.parametrize("count", [2, 3, 7])
def test_the_page_is_as_closed_as_that_of_a_report(count: int) -> None:
    made = [report(30 * n, seed=n, hostile=True, wrong=n > 1) for n in range(1, count + 1)]
    named = [(f"{HOSTILE} {number}", each) for number, each in enumerate(made)]
    text = comparison_page(named, compare(named))
    assert "<img" not in text
    check_page(Reader(text))


def test_the_table_names_figures_ratios_and_outcomes() -> None:
    file = StringIO()
    named = [("be\x1bfore", BASE), ("after", report(90, seed=3, slower=2))]
    write(Console(file=file, width=120, color_system=None), compare(named))
    text = file.getvalue().replace("\u00a0", " ")
    assert "be�fore" in text
    assert "\x1b" not in text
    assert "Not the same in all" in text
    assert "duration: be�fore: 60 s, after: 90 s" in text
    line = next(line for line in text.splitlines() if "to answer, p50" in line)
    assert line.split()[-1] == "worse"


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    for name, made in (("a", BASE), ("b", with_times(viewer=BASE.times["viewer"].p50 * 1.3))):
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(made))
    parts = [
        str(folder / each) if each.endswith((".json", ".html")) else each for each in arguments
    ]
    result = CliRunner().invoke(main, ["load", "compare", *parts])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("a.json", "b.json"), 0, "Worse: command to last viewer, p50"),
        (("a.json", "b.json", "--within", "10%"), 1, "Worse: command to last viewer, p50"),
        (("a.json", "b.json", "--within", "40%"), 0, "Not worse: nothing became worse by more"),
        (("b.json", "a.json", "--within", "10%"), 0, "became better"),
        (("a.json", "a.json"), 0, "a (2)"),
        (("a.json",), 2, "Give two reports or more"),
        (("a.json", "c.json"), 2, "c.json cannot be read: No such file"),
        (("a.json", "b.json", "--within", "much"), 2, "'much' is no share"),
    ],
)
def test_the_exit_code_says_whether_it_became_worse(
    arguments: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    exit_code, output = run(tmp_path, *arguments)
    assert exit_code == code, output
    assert said in output


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    code, output = run(tmp_path, "a.json", "b.json", "--report", "c.html")
    assert (code, "Written: " in output) == (0, True)
    check_page(Reader((tmp_path / "c.html").read_text(encoding="utf-8")))
    code, output = run(tmp_path, "a.json", "b.json", "--report", "nowhere/c.html")
    assert (code, "cannot be written" in output) == (2, True)


def test_times_are_told_as_factors() -> None:
    assert [times(each) for each in (None, 1.0, 0.5, 12.0)] == ["–", "×\u00a01.00", "×\u00a00.50",
                                                               "×\u00a012.0"]  # fmt: skip
