"""What people see in the terminal: a view that lives while the load runs, and what came of it."""

from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from .figures import APART, TIMES, amount, total
from .plotting import clock
from .report import Check, Plan, Report, Sample, Times
from .verdict import BUSY, measured, verdict

EVERY = 5.0
"""Where nothing can be drawn, a line is written so many seconds apart."""
WINDOW = 40
"""So many seconds of latency are drawn."""
LEVELS, PLAIN_LEVELS = "▁▂▃▄▅▆▇█", "_.-~+*#@"
LABELS = {"command": "to answer", "viewer": "to last viewer"}


class Showing:
    """The view of one run. In a terminal it is drawn anew each second; elsewhere lines are written.

    Told each second by ``show``; ``say`` writes a line that stays. Used as a context manager.
    """

    def __init__(self, console: Console, plan: Plan) -> None:
        self._console = console
        self._plan = plan
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._recent: dict[str, deque[float | None]] = {
            name: deque(maxlen=WINDOW) for name in LABELS
        }
        self._sums = dict.fromkeys(("errors", "refused", "reconnects"), 0)
        self._phase = ""
        self._written = 0.0

    def __enter__(self) -> "Showing":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self._console.print(Text(f"load: {plain(text)}"), soft_wrap=True)

    def show(self, sample: Sample, checks: Sequence[Check] = ()) -> None:
        """Show a second, and what the checks came to so far."""
        for name in self._sums:
            self._sums[name] += getattr(sample, name)
        for name, recent in self._recent.items():
            times: Times = getattr(sample, name)
            recent.append(times.p99 if times.count else None)
        if self._live is not None:
            self._live.update(self._view(sample, checks), refresh=True)
        elif sample.phase != self._phase or sample.t >= self._written + EVERY:
            self._console.print(Text(self._row(sample, checks)), soft_wrap=True)
            self._written = sample.t
        self._phase = sample.phase

    def _view(self, sample: Sample, checks: Sequence[Check]) -> Group:
        plan = self._plan
        head = Text.assemble(
            ("lockstep load", "bold"),
            f"  {plain(plan.url)} · {amount(sum(plan.profiles.values()), '')} sessions"
            f" · {amount(plan.rate, '/s')} commands"
            f" · {plan.workers} worker{'' if plan.workers == 1 else 's'}",
        )
        return Group(
            head,
            self._progress(sample),
            Text(),
            self._now(sample),
            Text(),
            self._times(sample),
            Text(),
            self._machines(sample, checks),
        )

    def _progress(self, sample: Sample) -> Table:
        whole = self._plan.ramp + self._plan.duration
        left = max(0.0, whole - sample.t)
        row = Table.grid(padding=(0, 1))
        row.add_column(width=14)
        row.add_row(
            Text(plain(sample.phase), "bold"),
            ProgressBar(whole, min(sample.t, whole), WINDOW, complete_style="cyan"),
            Text(f"{clock(min(sample.t, whole))} of {clock(whole)}, {clock(left)} left"),
        )
        return row

    def _now(self, sample: Sample) -> Table:
        wanted = sum(self._plan.profiles.values())
        now = (
            ("sessions", f"{amount(sample.sessions, '')} of {amount(wanted, '')}"),
            ("commands", amount(sample.commands, "/s")),
            ("frames", amount(sample.frames, "/s")),
        )
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=14)
        grid.add_column(width=24)
        grid.add_column(width=12)
        grid.add_column(justify="right", width=9)
        for (label, value), (name, count) in zip(now, self._sums.items(), strict=True):
            look = "bold red" if count and name == "errors" else ""
            grid.add_row(
                Text(label, "dim"), value, Text(name, "dim"), Text(amount(count, ""), look)
            )
        return grid

    def _times(self, sample: Sample) -> Table:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=14)
        for _ in range(2):
            grid.add_column(justify="right", width=9)
        grid.add_column(width=WINDOW + 1)
        grid.add_row(*(Text(each, "dim") for each in ("", "p50", "p99", " p99, lately")))
        levels = LEVELS if self._console.encoding.startswith("utf") else PLAIN_LEVELS
        for name, label in LABELS.items():
            times: Times = getattr(sample, name)
            p50, p99 = (times.p50, times.p99) if times.count else (None, None)
            drawn = Text(f" {sparkline(self._recent[name], levels)}", "cyan")
            grid.add_row(Text(label, "dim"), amount(p50, "ms"), amount(p99, "ms"), drawn)
        return grid

    def _machines(self, sample: Sample, checks: Sequence[Check]) -> Table:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=14)
        grid.add_row(Text("server", "dim"), _server(sample))
        grid.add_row(Text("this tool", "dim"), _tool(sample))
        grid.add_row(Text("checks", "dim"), checked(checks))
        return grid

    def _row(self, sample: Sample, checks: Sequence[Check]) -> str:
        parts = [
            f"{clock(sample.t):>7} {plain(sample.phase):6} {sample.sessions} sessions",
            f"{sample.commands} commands/s",
            f"{sample.frames} frames/s",
        ]
        for name, label in LABELS.items():
            times: Times = getattr(sample, name)
            if times.count:
                parts.append(f"{label} {amount(times.p50, 'ms')}, p99 {amount(times.p99, 'ms')}")
        if self._sums["errors"]:
            parts.append(f"{self._sums['errors']} errors")
        parts += [f"server {_server(sample)}", f"tool {_tool(sample)}", f"checks {checked(checks)}"]
        return "; ".join(parts)


def checked(checks: Sequence[Check]) -> Text:
    """What the checks came to so far."""
    looked, wrong = sum(each.looked for each in checks), sum(each.wrong for each in checks)
    if not wrong:
        return Text(f"looked {amount(looked, '')} times, nothing wrong")
    names = ", ".join(plain(each.name) for each in checks if each.wrong)
    return Text(
        f"looked {amount(looked, '')} times, {amount(wrong, '')} wrong: {names}", "bold red"
    )


def sparkline(values: Iterable[float | None], levels: str = LEVELS) -> str:
    """Values as a line of bars from zero to their highest; a blank where there is none."""
    known = list(values)
    top = max((value for value in known if value is not None), default=0.0)
    bars = []
    for value in known:
        part = 0.0 if value is None or top <= 0 else value / top
        bars.append(" " if value is None else levels[min(int(part * len(levels)), len(levels) - 1)])
    return "".join(bars)


def plain(text: str) -> str:
    """Foreign text as a terminal may show it: nothing in it moves the cursor or sets colours."""
    return "".join(each if each.isprintable() or each == APART else "�" for each in text)


def summary(console: Console, report: Report, files: Sequence[Path] = ()) -> None:
    """Write what came of a run, and which files were written."""
    told = verdict(report)
    console.print()
    look = "bold green" if told.passed else "bold red"
    sentences = [
        Text.assemble((f"{told.word}: ", look), plain(told.reason)),
        Text(told.tool, "yellow" if told.doubted else ""),
        *(Text(f"Note: {plain(note)}") for note in report.notes),
    ]
    for sentence in sentences:
        console.print(sentence, soft_wrap=not console.is_terminal)
    tables = [_time_table(report), _counts(report), _check_table(report), _threshold_table(report)]
    for table in tables:
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    for file in files:
        console.print(Text(f"Written: {file}"), soft_wrap=True)


def _time_table(report: Report) -> Table:
    table = _table("", "count", "p50", "p90", "p99", "p99.9", "longest")
    for name, said in TIMES.items():
        times = report.times.get(name, Times())
        if times.count:
            each = (times.p50, times.p90, times.p99, times.p999, times.max)
            table.add_row(said, amount(times.count, ""), *(amount(value, "ms") for value in each))
    return table


def _counts(report: Report) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 1))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    counted = {name: total(report, name) for name in report.totals}
    for label, counts in (
        ("in all", counted),
        ("refused", report.refusals),
        ("closed", report.closes),
    ):
        each = [
            f"{plain(name)}:{APART}{amount(count, 'bytes' if name == 'bytes' else '')}"
            for name, count in counts.items()
            if count
        ]
        if each:
            grid.add_row(label, Text(", ".join(each)))
    return grid


def _check_table(report: Report) -> Table:
    table = _table("check", "looked", "outcome")
    for check in report.checks:
        held = Text("held" if check.looked else "not looked at", "green" if check.looked else "")
        outcome = Text(f"{amount(check.wrong, '')} wrong", "bold red") if check.wrong else held
        said = Text.assemble(plain(check.name), (f": {plain(check.what)}", "dim"))
        for example in check.examples:
            said.append(f"\n  {plain(example)}", "red")
        table.add_row(said, amount(check.looked, ""), outcome)
    return table


def _threshold_table(report: Report) -> Table:
    table = _table("threshold", "measured", "outcome")
    for each in report.thresholds:
        outcome = Text("met", "green") if each.ok else Text("not met", "bold red")
        table.add_row(plain(each.text), measured(each), outcome)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 1), header_style="dim")
    table.add_column(first, overflow="fold")
    for each in others:
        table.add_column(each, justify="right", no_wrap=True)
    return table


def _server(sample: Sample) -> Text:
    server = sample.server
    if server is None:
        return Text("says nothing of itself", "yellow")
    memory, stall = amount(server.memory, "bytes"), amount(server.stall, "ms")
    return Text(f"{amount(server.cpu, 'cores')}, {memory}, longest stall {stall}")


def _tool(sample: Sample) -> Text:
    tool = sample.tool
    if tool is None:
        return Text("unknown", "yellow")
    look = "bold yellow" if tool.busiest >= BUSY else ""
    return Text(f"busiest worker {amount(tool.busiest, 'share')}, late by {amount(tool.lag, 'ms')}",
                look)  # fmt: skip
