"""What a user demands of a run: read, judged, and refused with what can be demanded."""

import contextlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_load.figures import FIGURES, amount, total
from lockstep_load.reading import NoReport, read
from lockstep_load.thresholds import BadRule, judge, named, parse
from tests.load.made import empty, report

MADE = report(60)


@pytest.mark.parametrize(
    ("text", "name", "sign", "bound"),
    [
        ("viewer.p99<200", "viewer.p99", "<", 200),
        ("command.p50 <= 20ms", "command.p50", "<=", 20),
        ("command.p50≤20ms", "command.p50", "<=", 20),
        ("sign_in.max<1.5s", "sign_in.max", "<", 1500),
        ("command.p50<900us", "command.p50", "<", 0.9),
        ("errors=0", "errors", "=", 0),
        ("errors==0", "errors", "=", 0),
        ("server.memory<500MB", "server.memory", "<", 5e8),
        ("server.memory<1GiB", "server.memory", "<", 2**30),
        ("server.cpu<0.9", "server.cpu", "<", 0.9),
        ("server.cpu<90%", "server.cpu", "<", 0.9),
        ("refused<1%", "refused_share", "<", 0.01),
        ("refused<10", "refused", "<", 10),
        ("throughput>=190", "throughput", ">=", 190),
        ("throughput≥190/s", "throughput", ">=", 190),
        ("server.growth<-5%", "server.growth", "<", -0.05),
    ],
)
def test_a_threshold_is_read(text: str, name: str, sign: str, bound: float) -> None:
    rule = parse(text)
    assert (rule.figure.name, rule.sign) == (name, sign)
    assert rule.bound == pytest.approx(bound)
    assert rule.text == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no threshold"),
        ("viewer.p99", "is no threshold"),
        ("viewer.p99<", "is no threshold"),
        ("viewer.p99<1.2.3", "no number"),
        ("viewer.p99<.", "no number"),
        ("viewer.p98<200", "Did you mean viewer.p9"),
        ("speed>3", "Figures: throughput"),
        ("viewer.p99<20MB", "units of viewer.p99: us, µs, ms, s, min"),
        ("command.p50<1h", "units of command.p50"),
        ("errors<3s", "units of errors: none"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_can(text: str, said: str) -> None:
    with pytest.raises(BadRule) as caught:
        parse(text)
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_all_figures_can_be_demanded_and_are_listed() -> None:
    for name in FIGURES:
        assert parse(f"{name}<1").figure.name == name
        assert all(part in named() for part in name.split("."))


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BadRule):
        parse(text)


def test_demands_are_judged_by_what_was_measured() -> None:
    rules = ("errors>=0", "throughput>1000000", "command.p50<1min")
    told = judge(MADE, tuple(parse(rule) for rule in rules))
    assert [each.ok for each in told] == [True, False, True]
    assert told[2].value == MADE.times["command"].p50


@pytest.mark.parametrize(
    ("sign", "oks"),
    [
        ("<", [True, False, False]),
        ("<=", [True, True, False]),
        ("=", [False, True, False]),
        (">=", [False, True, True]),
        (">", [False, False, True]),
    ],
)
def test_signs_hold_at_their_edges(sign: str, oks: list[bool]) -> None:
    rule = parse(f"errors{sign}5")
    assert [rule.holds(value) for value in (4, 5, 6)] == oks


def test_what_was_not_measured_holds_no_demand() -> None:
    for text in ("server.cpu<0.9", "command.p50<1s", "throughput>=0", "errors_share<1"):
        (told,) = judge(empty(), (parse(text),))
        assert (told.value, told.ok) == (None, False)


def test_rates_and_the_server_are_taken_after_the_ramp() -> None:
    late = [each for each in MADE.series if each.t > MADE.plan.ramp]
    rate = FIGURES["throughput"].of(MADE)
    assert rate == pytest.approx(sum(each.commands for each in late) / len(late))
    drain = msgspec.structs.replace(late[-1], t=99.0, commands=0, phase="drain")
    ended = msgspec.structs.replace(MADE, series=(*MADE.series, drain))
    assert FIGURES["throughput"].of(ended) == rate
    memory = max(each.server.memory for each in late if each.server)
    assert FIGURES["server.memory"].of(MADE) == memory


def test_the_server_s_work_is_its_processor_time_for_each_command() -> None:
    cpu, rate = (FIGURES[name].of(MADE) for name in ("server.cpu", "throughput"))
    assert cpu is not None
    assert rate is not None
    # Cores are seconds of processor time a second.
    assert FIGURES["server.work"].of(MADE) == pytest.approx(cpu / rate * 1000)
    assert FIGURES["server.work"].unit == "ms"


def test_totals_are_summed_from_the_seconds_where_they_are_not_given() -> None:
    bare = msgspec.structs.replace(MADE, totals={})
    assert total(bare, "commands") == MADE.totals["commands"]
    assert total(bare, "sessions") == 2000
    assert total(bare, "unheard") is None
    assert total(msgspec.structs.replace(MADE, totals={"errors": 7}), "errors") == 7


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "ms", "–"),
        (0.0, "ms", "0 ms"),
        (0.45, "ms", "450 µs"),
        (9.876, "ms", "9.88 ms"),
        (1234.0, "ms", "1.23 s"),
        (184e6, "bytes", "184 MB"),
        (0.0, "bytes", "0 B"),
        (0.0041, "share", "0.41 %"),
        (1234567, "", "1 234 567"),
        (198.4, "/s", "198/s"),
        (0.62, "cores", "0.62 cores"),
    ],
)
def test_amounts_are_short(value: float | None, unit: str, said: str) -> None:
    assert amount(value, unit).replace("\u00a0", " ") == said


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(msgspec.json.encode(MADE))
    assert read(file) == MADE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is no report"),
        (b"\xff\xfe", "is no report"),
        (b"[1, 2]", "is no report"),
        (b'{"plan": {}}', "is no report"),
        (b'{"plan": {}, "series": [], "format": 99}', "has format 99"),
        (b'{"plan": {}, "series": []}', "broken one: "),
    ],
)
def test_what_is_no_report_is_told(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "a.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NoReport) as caught:
        read(file)
    assert said in str(caught.value)
    assert str(file) in str(caught.value)
