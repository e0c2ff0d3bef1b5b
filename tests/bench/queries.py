"""How long user queries take as a directory grows: ``python -m tests.bench.queries``.

Prints the median times (and what the larger directories cost against the smallest), and exits 1
when a group of 50 among 1,000,000 users takes more than a millisecond. That the cost does not
follow the number of users, `tests/engine/test_query_cost.py` shows without a clock.
"""

import gc
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from lockstep_server.engine.scopes.directory import Directory, User
from lockstep_server.engine.scopes.parse import parse_query
from lockstep_server.engine.scopes.query import evaluate

SIZES = (10_000, 100_000, 1_000_000)
GROUPS = 1_000
TEAM = 50
LIMIT_MS = 1.0

QUERIES = {
    "a group of 50": "given groups [team]",
    "a group of 50 and a role of half": "given groups [team] and given roles [member]",
    "a role of half and a group of 50": "given roles [member] and given groups [team]",
    "a group of 50, except a role of half": "given groups [team], except roles [member]",
    "all users, except a group of 50": "all users, except groups [team]",
}


def users(size: int) -> list[User]:
    """So many users in 1,000 groups of one size. 50 of them, far apart, are the team too, and
    every other one of those has the role that half of all users have."""
    step = size // TEAM
    return [
        User(
            id=f"u{number}",
            name=f"User {number}",
            email=f"u{number}@example.org",
            groups=(f"g{number % GROUPS}", *(("team",) if number % step == 0 else ())),
            labels=(f"l{number % 10}",),
            roles=("member",) if number // step % 2 else (),
        )
        for number in range(size)
    ]


def milliseconds(act: Callable[[], object], repeats: int) -> float:
    """The median of so many runs, after one to warm up."""
    act()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return median(times) * 1000


def measured(size: int) -> dict[str, float]:
    """Milliseconds of each thing, with a directory of so many users."""
    people = tuple(users(size))
    gc.collect()
    begun = time.perf_counter()
    directory = Directory(people)
    row = {"building the directory": (time.perf_counter() - begun) * 1000}
    found = evaluate(parse_query(QUERIES["a group of 50"]), directory, None)
    assert len(found) == TEAM
    for name, text in QUERIES.items():
        query = parse_query(text)
        repeats = 7 if text.startswith("all users") else 1_000
        row[name] = milliseconds(partial(evaluate, query, directory, None), repeats)
    return row


def main() -> int:
    """The table; 1 when the group of 50 is too slow."""
    rows = {size: measured(size) for size in SIZES}
    print(f"{'milliseconds':40}" + "".join(f"{size:>14,}" for size in SIZES) + f"{'growth':>10}")
    for name in rows[SIZES[0]]:
        times = [rows[size][name] for size in SIZES]
        shown = "".join(f"{each:14.4f}" for each in times)
        print(f"{name:40}{shown}{times[-1] / times[0]:9.1f}x")
    team = rows[SIZES[-1]]["a group of 50"]
    verdict = "under" if team <= LIMIT_MS else "OVER"
    print(f"A group of 50 among {SIZES[-1]:,}: {team:.4f} ms, {verdict} {LIMIT_MS} ms.")
    return 0 if team <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
