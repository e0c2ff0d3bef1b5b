"""Many histories over one server process, several at a time."""

import asyncio
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from .house import House
from .tales import tale
from .teller import PATIENCE, Plant, Teller, furnish
from .windows import Node, node_is_here

PYTHON = ("python", "msgpack")
CLIENTS = (*PYTHON, "js", "js") if node_is_here() else PYTHON
"""The kinds of windows, in the proportion in which they are drawn."""


class Told:
    """How the histories ended: what the commands came to, and why some seeds failed."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.failed: dict[int, str] = {}
        self.lives = 0
        self.errors = ""


async def tell_all(
    folder: Path,
    seeds: Iterable[int],
    at_once: int,
    clients: tuple[str, ...],
    plant: Plant | None = None,
    patience: float = PATIENCE,
) -> Told:
    """Tell the histories of these seeds, with windows of these ``clients``."""
    told = Told()
    house = House(folder)
    await house.open()
    node = Node() if "js" in clients else None
    try:
        if node is not None:
            await node.open()
        await furnish(house)
        places = asyncio.Semaphore(at_once)

        async def one(seed: int) -> None:
            async with places:
                try:
                    teller = Teller(house, node, tale(seed, clients), plant, patience)
                    told.outcomes += await teller.tell()
                except Exception as failure:
                    told.failed[seed] = _text(failure)

        await asyncio.gather(*(one(seed) for seed in seeds))
        if node is not None and node.broken:
            told.failed[-1] = "the JavaScript client: " + "\n".join(node.broken)
    finally:
        if node is not None:
            await node.close()
        await house.close()
    told.lives = house.lives
    told.errors = house.errors.read_text()
    return told


def _text(failure: Exception) -> str:
    if isinstance(failure, AssertionError):
        return str(failure)[:2000]
    return "".join(traceback.format_exception(failure))[-3000:]
