"""Reports beside each other: what became better or worse, and where they are not comparable."""

import math
import re
from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .figures import APART, FIGURES, Figure, amount, digits
from .page import plan_rows, render
from .plots import overlaid
from .report import Report
from .showing import plain
from .verdict import verdict

WITHIN = 0.1
"""Less than this is called the same, unless the user says another share."""
_LEFT_OUT = re.compile(
    r".*\.(mean|p999|growth)|commands|frames|messages|bytes|refused|errors_share"
)
"""Counts depend on how long a run took, and of growth no ratio makes sense."""

MOST = 3
"""So many figures are named in a sentence."""

Named = tuple[str, Report]


class Row(msgspec.Struct, frozen=True):
    """A figure in each report. Ratios and marks are of each report to the first, which has 1.

    ``marks``: ``better``, ``worse``, ``same``, or empty where nothing can be said.
    """

    figure: Figure
    values: tuple[float | None, ...]
    ratios: tuple[float | None, ...]
    marks: tuple[str, ...]


class Comparison(msgspec.Struct, frozen=True):
    """``differences``: what was asked for or used differently, with a text for each report."""

    names: tuple[str, ...]
    within: float
    rows: tuple[Row, ...]
    differences: tuple[tuple[str, tuple[str, ...]], ...]

    def marked(self, mark: str) -> list[str]:
        """The judged figures that have this mark, in words, those that changed most first."""
        found = []
        for row in self.rows:
            for name, ratio, said in zip(self.names, row.ratios, row.marks, strict=True):
                if said == mark and row.figure.judged and ratio is not None:
                    of = f" of {name}" if len(self.names) > 2 else ""
                    far = abs(math.log(ratio)) if ratio else math.inf
                    found.append((-far, f"{row.figure.label}{of} ({times(ratio)})"))
        return [text for _, text in sorted(found)]

    @property
    def passed(self) -> bool:
        """Whether nothing that is judged became worse."""
        return not self.marked("worse")

    @property
    def reason(self) -> str:
        """What became worse and better, as a sentence."""
        worse, better = self.marked("worse"), self.marked("better")
        by = f"by more than {amount(self.within, 'share')}"
        first = f"{_most(worse)} became worse {by}" if worse else f"nothing became worse {by}"
        return f"{first}; {f'{_most(better)} became better' if better else 'nothing better'}."


def _most(figures: list[str]) -> str:
    if len(figures) <= MOST:
        return ", ".join(figures)
    return f"{len(figures)} figures, most of all {', '.join(figures[:MOST])},"


class BadShare(ValueError):
    """A share that cannot be read."""


def share(text: str) -> float:
    """A share such as ``10%`` or ``0.1``. Raises ``BadShare``."""
    found = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*(%?)\s*", text)
    if found is None:
        raise BadShare(f"{text!r} is no share; write 10% or 0.1.")
    return float(found[1]) * (0.01 if found[2] else 1)


def compare(reports: Sequence[Named], within: float = WITHIN) -> Comparison:
    """Compare reports to the first of them, figure by figure."""
    rows = []
    for figure in FIGURES.values():
        values = tuple(figure.of(report) for _, report in reports)
        if _LEFT_OUT.fullmatch(figure.name) or all(value is None for value in values):
            continue
        ratios = tuple(_ratio(values[0], value) for value in values)
        marks = tuple(_mark(figure.good, ratio, within) for ratio in ratios)
        rows.append(Row(figure, values, ratios, ("", *marks[1:])))
    names = tuple(name for name, _ in reports)
    return Comparison(names, within, tuple(rows), tuple(_differences(reports)))


def comparison_page(reports: Sequence[Named], compared: Comparison) -> str:
    """The comparison as one HTML file that needs nothing else, its plots laid over each other."""
    return render(
        "comparison.html",
        overlaid(reports),
        0.0,
        compared=compared,
        verdicts=[(name, report, verdict(report)) for name, report in reports],
        times=times,
        marks=[(at, f"{name}: {text}") for name, each in reports for at, text in each.marks],
        seconds=max(report.seconds for _, report in reports),
    )


def write(console: Console, compared: Comparison) -> None:
    """Write the comparison as a table."""
    table = Table(box=None, padding=(0, 2, 0, 1), header_style="dim")
    table.add_column("figure")
    for number, name in enumerate(compared.names):
        table.add_column(Text(plain(name)), justify="right", no_wrap=True)
        if number:
            table.add_column("ratio", justify="right", no_wrap=True)
            table.add_column("", no_wrap=True)
    looks = {"worse": "bold red", "better": "green", "same": "dim", "": ""}
    for row in compared.rows:
        cells: list[str | Text] = [row.figure.label, amount(row.values[0], row.figure.unit)]
        for value, ratio, mark in list(zip(row.values, row.ratios, row.marks, strict=True))[1:]:
            look = looks[mark] if row.figure.judged else ""
            cells += [amount(value, row.figure.unit), Text(times(ratio), look), Text(mark, look)]
        table.add_row(*cells)
    console.print(table)
    if compared.differences:
        console.print(Text("\nNot the same in all, so compare with care:", "yellow"))
        for what, said in compared.differences:
            each = ", ".join(
                f"{plain(n)}: {plain(s)}" for n, s in zip(compared.names, said, strict=True)
            )
            console.print(Text(f" {plain(what)}: {each}"), soft_wrap=True)
    console.print()
    word, look = ("Not worse", "bold green") if compared.passed else ("Worse", "bold red")
    sentence = Text.assemble((f"{word}: ", look), plain(compared.reason))
    console.print(sentence, soft_wrap=not console.is_terminal)


def times(ratio: float | None) -> str:
    """A ratio for people."""
    if ratio is None:
        return "–"
    return "×∞" if math.isinf(ratio) else f"×{APART}{digits(ratio)}"


def _ratio(base: float | None, value: float | None) -> float | None:
    if base is None or value is None:
        return None
    if not base:
        return math.inf if value else 1.0
    return value / base


def _mark(good: str, ratio: float | None, within: float) -> str:
    if ratio is None or not good:
        return ""
    if 1 - within <= ratio <= 1 + within:
        return "same"
    return "better" if (ratio < 1) is (good == "low") else "worse"


def _differences(reports: Sequence[Named]) -> Iterable[tuple[str, tuple[str, ...]]]:
    sides = [
        dict(plan_rows(report.plan))
        | {"machine": report.machine, "load tool": report.tool, "server's version": report.server}
        for _, report in reports
    ]
    for what in dict.fromkeys(name for side in sides for name in side):
        said = tuple(side.get(what, "–") for side in sides)
        if len(set(said)) > 1:
            yield what, said
