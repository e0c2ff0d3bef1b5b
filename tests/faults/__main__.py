"""Histories from the command line: ``python -m tests.faults --seed N`` tells one again.

``--count K`` tells as many from there on, ``--at-once`` of them together.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from .running import CLIENTS, tell_all


def main() -> int:
    """1 when a history failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--clients", default=",".join(CLIENTS), help="kinds to draw from")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.count)
    clients = tuple(given.clients.split(","))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = asyncio.run(tell_all(Path(folder), seeds, given.at_once, clients))
    for seed, why in told.failed.items():
        print(f"seed {seed}: {why}\nagain: python -m tests.faults --seed {seed}")
    for what, count in sorted(told.outcomes.items()):
        print(f"{count:6} {what}")
    print(
        f"{len(seeds)} histories from seed {given.seed}, {told.lives} lives of the server, "
        f"{len(told.failed)} failed, {time.monotonic() - begun:.1f} s"
    )
    return 1 if told.failed else 0


if __name__ == "__main__":
    sys.exit(main())
