"""The page of a report: it is one file, says what came of the run, and runs nothing foreign."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest

from lockstep_load.page import ROWS, page, table, tiles
from lockstep_load.plots import plots
from lockstep_load.report import Check, Report, Threshold, ToolSample
from lockstep_load.verdict import measured, verdict
from tests.load.made import HOSTILE, SHOWN, report

FETCHING = {"img", "iframe", "object", "embed", "audio", "video", "base", "form", "image", "use"}
VOID = {"meta", "link", "input", "img", "br"}


class Reader(HTMLParser):
    """Reads a page strictly: every element that opens closes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def check_page(shown: Reader) -> None:
    """What holds for every page: it asks for nothing, runs only its own, and its names meet."""
    check_fetching(shown)
    check_policy(shown)
    check_names(shown)


@pytest.fixture(scope="module", params=SHOWN)
def shown(request: pytest.FixtureRequest) -> Reader:
    return Reader(page(SHOWN[request.param]()))


def test_the_page_asks_for_nothing_and_runs_only_its_own(shown: Reader) -> None:
    check_page(shown)


def check_fetching(shown: Reader) -> None:
    for tag, attributes in shown.seen:
        assert tag not in ("img", "iframe", "object", "embed", "audio", "video", "base", "form"), (
            tag
        )
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "href", "xlink:href", "action", "srcset", "style"):
                assert (tag, name, value) == ("link", "href", "data:,")
    assert not any("url(" in text or "@import" in text for text in shown.texts["style"])


def check_policy(shown: Reader) -> None:
    policy = next(a["content"] for _, a in shown.seen if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        text = shown.texts[tag][-1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
    scripts = [attributes for tag, attributes in shown.seen if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}, {}]


def check_names(shown: Reader) -> None:
    ids = [attributes["id"] for _, attributes in shown.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in shown.seen:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            if name in attributes:
                assert attributes[name] in ids


def test_tables_and_plots_are_told_to_who_does_not_see_them(shown: Reader) -> None:
    tags = [tag for tag, _ in shown.seen]
    assert tags.count("table") == tags.count("caption")
    assert tags.count("h1") == 1
    for tag, attributes in shown.seen:
        if attributes.get("role") == "img":
            assert attributes["aria-labelledby"]
            assert attributes["aria-describedby"]
        if tag == "svg" and "viewbox" not in attributes:
            assert attributes["aria-hidden"] == "true"


def test_what_the_script_shows_is_what_is_drawn(shown: Reader) -> None:
    data = json.loads(shown.texts["script"][0])
    figures = [a for _, a in shown.seen if "data-plot" in a]
    assert len(data["plots"]) == len(figures) == 10
    for plot in data["plots"]:
        for times, values in plot["lines"]:
            assert len(times) == len(values)
            assert times == sorted(times)


@pytest.mark.parametrize("seconds", [1, 24, 25, 300, 1800])
def test_a_plot_s_table_is_short_and_begins_with_the_run(seconds: int) -> None:
    for plot in plots(report(seconds, storm=False)):
        rows = table(plot)
        assert len(rows) <= ROWS
        assert len(rows) >= min(seconds, ROWS) / 2 or not plot.lines
        assert all(len(values) == len(plot.lines) for _, values in rows)
        assert not rows or rows[0][1] == [line.points[0].value for line in plot.lines]


def test_hostile_text_stays_text() -> None:
    text = page(SHOWN["failed"]())
    assert "<img" not in text
    assert "49" not in re.findall(r"onerror=alert\(1\)[^<]*", text)[0]
    assert HOSTILE in "".join(Reader(text).texts["code"])


def test_the_first_line_says_what_failed_and_why() -> None:
    text = page(report(60, wrong=True))
    heading = re.sub(r"<[^>]+>", "", text.split("<h1")[1].split("</h1>")[0])
    assert "Failed:" in heading
    assert "2 of 3 checks did not hold (views: 2, durable: 1)" in heading
    assert "1 of 3 thresholds was not met (server.memory&lt;190MB: 184\u00a0MB)" in heading


def with_tool(busiest: float, lag: float) -> Report:
    made = report(60)
    busy = ToolSample(1.0, 1, lag, busiest)
    series = tuple(msgspec.structs.replace(each, tool=busy) for each in made.series)
    return msgspec.structs.replace(made, series=series)


@pytest.mark.parametrize(
    ("made", "doubted", "said"),
    [
        (report(60), False, "was not the bottleneck"),
        (with_tool(0.3, 2), False, "at most 30.0\u00a0% of a core"),
        (with_tool(0.97, 2), True, "90.0\u00a0% or more of a core in 50 of 50 seconds"),
        (with_tool(0.5, 300), True, "late by 50.0\u00a0ms or more in 50 of 50 seconds"),
        (SHOWN["empty"](), True, "is not known"),
    ],
)
def test_it_is_said_whether_the_tool_was_in_the_way(made: Report, doubted: bool, said: str) -> None:
    told = verdict(made)
    assert told.doubted is doubted
    assert said in told.tool
    assert told.tool in page(made)


@pytest.mark.parametrize(
    ("checks", "thresholds", "said"),
    [
        ((), (), "no check looked at anything; no thresholds were set."),
        ((Check("a", "b", 1, 0),), (), "1 check looked once and always held; no"),
        (
            (Check("a", "b", 1, 0), Check("c", "d", 0, 0)),
            (),
            "1 check looked once and always held (c had nothing to look at); no",
        ),
        (
            (Check("a", "b", 4, 0), Check("c", "d", 5, 0)),
            (Threshold("errors=0", 0, True),),
            "2 checks looked 9 times and always held, and the threshold was met.",
        ),
    ],
)
def test_a_run_that_passed_says_what_was_looked_at(
    checks: tuple[Check, ...], thresholds: tuple[Threshold, ...], said: str
) -> None:
    made = msgspec.structs.replace(report(30), checks=checks, thresholds=thresholds)
    told = verdict(made)
    assert told.passed
    assert told.reason.startswith(said)


def test_what_was_measured_for_a_threshold_has_the_unit_of_its_figure() -> None:
    said = [
        measured(Threshold(text, value, True)).replace("\u00a0", " ")
        for text, value in [
            ("viewer.p99<200", 48.2),
            ("server.memory<1GB", 2e8),
            ("refused<1%", 0.004),
            ("refused<10", 4),
            ("of an older version < 3", 2.5),
            ("server.cpu<1", None),
        ]
    ]
    assert said == ["48.2 ms", "200 MB", "0.40 %", "4", "2.5", "not measured"]


def test_the_main_figures_are_there_even_when_nothing_was_measured() -> None:
    assert [tile.label for tile in tiles(SHOWN["empty"]())] == [
        tile.label for tile in tiles(report(60))
    ]
