"""Longer fuzzing: ``python -m tests.fuzz --seconds 600 --seed N``."""

import argparse
import asyncio
import secrets
import sys
import time
import tracemalloc
from collections import Counter
from random import Random

from lockstep_protocol.codec import MSGPACK, SUBPROTOCOLS

from .making import frame
from .pure import decode, live_through
from .strangers import held, house, listening, resident, visits

ROUND = 1_000
"""Visits between two looks at the memory; as many frames and sessions come before each."""

MAY_GROW = 2_000_000
"""Bytes of Python's objects more than after the first round, however long it goes on."""


async def fuzz(seed: int, seconds: float) -> int:
    """Rounds until ``seconds`` are over. 1 when something got out, was logged or was kept."""
    told: Counter[str] = Counter()
    first: tuple[int, int] | None = None
    end = time.monotonic() + seconds
    number = 0
    tracemalloc.start()
    with listening() as loud:
        async with house() as served:
            while time.monotonic() < end and not loud.heard:
                told += _pure(seed, number)
                told += await visits(served, seed + number, ROUND)
                number += 1
                now = held(), resident()
                first = first or now
                print(f"round {number}: {now[0]} bytes held, {now[1]} resident", flush=True)
            assert first is not None
            grown = now[0] - first[0]
    for what, count in sorted(told.items()):
        print(f"{count:8} {what}")
    print(f"seed {seed}, {number} rounds, {grown} bytes held more than after the first")
    for error in loud.heard[:5]:
        print(error)
    return 1 if loud.heard or grown > MAY_GROW else 0


def _pure(seed: int, number: int) -> Counter[str]:
    told: Counter[str] = Counter()
    random = Random(f"{seed}/{number}")
    for _ in range(ROUND):
        subprotocol = random.choice(SUBPROTOCOLS)
        good = decode(frame(random, subprotocol == MSGPACK), subprotocol)
        told["frames taken" if good else "frames refused"] += 1
        told["frames heard by sessions"] += live_through(random, [random.randbytes(20)])
    return told


def main() -> int:
    """Read the arguments; the seed is printed, so that the same can be done again."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = secrets.randbelow(2**32) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    return asyncio.run(fuzz(seed, given.seconds))


if __name__ == "__main__":
    sys.exit(main())
