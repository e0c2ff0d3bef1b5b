"""What a benchmark is: the same work by several programs, in turns, and rows of ratios from it."""

import statistics
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec

Run = Callable[[], Awaitable[float]]
"""One measured run of one program; gives its figure."""

OURS = "lockstep"


class Row(msgspec.Struct, frozen=True):
    """One line of the table: our figure divided by a yardstick's, round by round.

    ``at_least``: the ratio is to be so high (a rate); otherwise at most so high (a time, a size).
    """

    what: str
    yardstick: str
    target: float
    beyond: float
    at_least: bool
    ours: str = OURS


class Contest(msgspec.Struct, frozen=True):
    """Programs that take turns. ``open`` sets them up in a folder and gives a run of each by name.

    ``unit`` is of a run's figure, such as ``frames/s``; ``says`` tells in a sentence or two what is
    measured, from where to where; ``holds_back`` why a target was not met when this was written,
    and what it would take.
    """

    name: str
    says: str
    unit: str
    rows: tuple[Row, ...]
    open: Callable[[Path], AbstractAsyncContextManager[dict[str, Run]]]
    holds_back: str = ""


class Ratio(msgspec.Struct, frozen=True):
    """What came of a row: the median of the rounds' ratios, the lowest and the highest."""

    row: Row
    median: float
    lowest: float
    highest: float

    @property
    def met(self) -> str:
        """Whether the median is ``beyond``, at the ``target``, or ``not met``."""

        def reaches(bound: float) -> bool:
            return self.median >= bound if self.row.at_least else self.median <= bound

        if reaches(self.row.beyond):
            return "beyond"
        return "target" if reaches(self.row.target) else "not met"


async def hold(
    contest: Contest, folder: Path, rounds: int, said: Callable[[str], None]
) -> dict[str, list[float]]:
    """Let the programs take turns, ``rounds`` times; the order is turned round each time.

    ``said`` hears of each figure. A first run of each warms up and is not counted.
    """
    figures: dict[str, list[float]] = {}
    async with contest.open(folder) as runs:
        for name, run in runs.items():
            warm = await run()
            said(f"  warming up  {name:28} {warm:14,.1f} {contest.unit}")
        for number in range(rounds):
            names = list(runs)
            for name in names if number % 2 == 0 else reversed(names):
                figure = await runs[name]()
                figures.setdefault(name, []).append(figure)
                said(f"  round {number + 1:2}    {name:28} {figure:14,.1f} {contest.unit}")
    return figures


def ratios(contest: Contest, figures: dict[str, list[float]]) -> list[Ratio]:
    """The rows of a contest; those whose programs did not run are left out."""
    found = []
    for row in contest.rows:
        if row.ours in figures and row.yardstick in figures:
            pairs = zip(figures[row.ours], figures[row.yardstick], strict=True)
            each = [ours / other for ours, other in pairs]
            found.append(Ratio(row, statistics.median(each), min(each), max(each)))
    return found
