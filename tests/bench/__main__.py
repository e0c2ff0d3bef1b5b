"""The benchmarks: ``python -m tests.bench [CONTEST…]``, or ``make bench``.

Each figure is a ratio to a yardstick that ran in turns with it. All contests together write
``tests/bench/RESULTS.md``; some of them only print, unless ``--write`` is given.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from lockstep_load.lean import many_files

from .contest import Contest, Ratio, hold, ratios
from .contests import CONTESTS
from .results import RESULTS, Held, document

ROUNDS = 5


async def run(contests: list[Contest], rounds: int) -> list[Held]:
    """Hold the contests one after the other."""
    held = []
    for contest in contests:
        print(f"{contest.name}: {contest.says}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            figures = await hold(
                contest, Path(folder), rounds, lambda text: print(text, flush=True)
            )
        found = ratios(contest, figures)
        for ratio in found:
            print(_line(ratio), flush=True)
        held.append(Held(contest, figures, found))
    return held


def _line(ratio: Ratio) -> str:
    row = ratio.row
    bound = "at least" if row.at_least else "at most"
    return (
        f"  {row.what}: {ratio.median:.2f} ({ratio.lowest:.2f} to {ratio.highest:.2f}), "
        f"{bound} {row.target:g}, beyond {row.beyond:g}: {ratio.met}"
    )


def main() -> int:
    """Measure; exit 0 whatever comes of it: a machine may be slow, a table tells."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    names = [contest.name for contest in CONTESTS]
    parser.add_argument("contest", nargs="*", help=", ".join(names))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="at least 3 for the table")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md in any case")
    chosen = parser.parse_args()
    unknown = set(chosen.contest) - set(names)
    if unknown:
        parser.error(f"no contest {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    contests = [each for each in CONTESTS if not chosen.contest or each.name in chosen.contest]
    many_files()
    held = asyncio.run(run(contests, chosen.rounds))
    if chosen.write or not chosen.contest:
        RESULTS.write_text(document(held, chosen.rounds))
        print("written to tests/bench/RESULTS.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
