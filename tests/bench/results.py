"""The table that ``make bench`` writes."""

import os
import platform
import sqlite3
import statistics
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from .contest import Contest, Ratio

RESULTS = Path(__file__).with_name("RESULTS.md")
SHOWN = ("starlette", "uvicorn", "websockets", "msgspec", "aiosqlite", "python-socketio")


class Held(msgspec.Struct, frozen=True):
    """What came of one contest."""

    contest: Contest
    figures: dict[str, list[float]]
    ratios: list[Ratio]


def document(held: list[Held], rounds: int) -> str:
    """The Markdown of the table, of the figures below it, and of the machine."""
    lines = [
        "# What `make bench` measured",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}. {versions()}.",
        "",
        "Each ratio is ours divided by the yardstick's in the same round: the middle one, the",
        f"lowest and the highest of {rounds} rounds in turns. Clients run beside the server.",
        "",
        "| what | ratio | lowest | highest | target | beyond | |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in held:
        for ratio in each.ratios:
            row, sign = ratio.row, "≥" if ratio.row.at_least else "≤"
            lines.append(
                f"| {row.what} | **{ratio.median:.2f}** | {ratio.lowest:.2f} | {ratio.highest:.2f} "
                f"| {sign} {row.target:g} | {sign} {row.beyond:g} | {ratio.met} |"
            )
    for each in held:
        contest = each.contest
        lines += ["", f"## {contest.name}", "", contest.says, ""]
        lines += [f"| program | {contest.unit}, median | lowest | highest |", "|---|---|---|---|"]
        for name, figures in each.figures.items():
            middle = statistics.median(figures)
            lines.append(f"| {name} | {middle:,.1f} | {min(figures):,.1f} | {max(figures):,.1f} |")
        if contest.holds_back and any(ratio.met == "not met" for ratio in each.ratios):
            lines += ["", f"What holds it back: {contest.holds_back}"]
    return "\n".join([*lines, ""])


def machine() -> str:
    """The machine in words, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"{os.cpu_count()} cores of {_processor()}, {memory:.0f} GiB, {system}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def versions() -> str:
    """What the programs stand on."""
    known = [f"{name} {version(name)}" for name in SHOWN]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return ", ".join(
        [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", *known]
        + ([f"Node {node.stdout.strip().removeprefix('v')}"] if node.returncode == 0 else [])
    )
