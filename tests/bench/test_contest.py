"""Turns, ratios and the table: what the figures go through, whatever they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from .contest import Contest, Row, Run, hold, ratios
from .results import Held, document

RATE = Row("a rate", "raw", target=0.7, beyond=0.9, at_least=True)
SIZE = Row("a size", "raw", target=1.2, beyond=0.8, at_least=False)
ABSENT = Row("to a peer", "peer", target=1, beyond=2, at_least=True)


def contest(figures: dict[str, list[float]], order: list[str], *rows: Row) -> Contest:
    """Programs that give these figures, and note in ``order`` whose turn it was."""

    @asynccontextmanager
    async def open(folder: Path) -> AsyncIterator[dict[str, Run]]:
        order.append(folder.name)

        def run_of(name: str) -> Run:
            left = iter(figures[name])

            async def run() -> float:
                order.append(name)
                return next(left)

            return run

        yield {name: run_of(name) for name in figures}
        order.append("closed")

    return Contest("sample", "What it says.", "frames/s", rows, open)


async def test_programs_take_turns_and_the_order_is_turned_round(tmp_path: Path) -> None:
    order: list[str] = []
    one = contest({"lockstep": [9, 1, 2, 3], "raw": [9, 1, 1, 1]}, order)
    figures = await hold(one, tmp_path, 3, lambda text: None)
    assert order[:3] == [tmp_path.name, "lockstep", "raw"]  # warming up, not counted
    assert order[3:] == ["lockstep", "raw", "raw", "lockstep", "lockstep", "raw", "closed"]
    assert figures == {"lockstep": [1, 2, 3], "raw": [1, 1, 1]}


def test_a_ratio_is_made_of_figures_of_the_same_round() -> None:
    figures = {"lockstep": [80.0, 10.0, 90.0], "raw": [100.0, 10.0, 100.0]}
    (found,) = ratios(contest(figures, [], RATE, ABSENT), figures)
    # Not 80 / 100: medians of each would hide that both were slow in the second round.
    assert (found.median, found.lowest, found.highest) == (0.9, 0.8, 1.0)


@pytest.mark.parametrize(
    ("row", "ours", "met"),
    [
        (RATE, 69, "not met"),
        (RATE, 70, "target"),
        (RATE, 90, "beyond"),
        (SIZE, 121, "not met"),
        (SIZE, 120, "target"),
        (SIZE, 80, "beyond"),
    ],
)
def test_what_a_row_demands(row: Row, ours: float, met: str) -> None:
    figures = {"lockstep": [ours], "raw": [100.0]}
    (found,) = ratios(contest(figures, [], row), figures)
    assert found.met == met


def test_the_table_says_ratios_bounds_and_figures() -> None:
    figures = {"lockstep": [80.0, 95.0, 70.0], "raw": [100.0, 100.0, 100.0]}
    one = contest(figures, [], RATE, ABSENT)
    text = document([Held(one, figures, ratios(one, figures))], 3)
    assert "| a rate | **0.80** | 0.70 | 0.95 | ≥ 0.7 | ≥ 0.9 | target |" in text
    assert "| raw | 100.0 | 100.0 | 100.0 |" in text
    assert "What it says." in text
    assert "to a peer" not in text


@pytest.mark.parametrize(("ours", "said"), [(0.5, True), (0.8, False)])
def test_why_a_target_was_not_met_is_said_where_it_was_not(ours: float, said: bool) -> None:
    figures = {"lockstep": [ours], "raw": [1.0]}
    one = replace(contest(figures, [], RATE), holds_back="The moon.")
    text = document([Held(one, figures, ratios(one, figures))], 3)
    assert ("What holds it back: The moon." in text) is said
