"""What one filling in of a template goes by, and how much of it it may still look at."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any, TypeVar

ITEMS = 100_000
"""Items and members that one template may look at; behind them, arrays and objects end."""

_Item = TypeVar("_Item")


class Rendering:
    """The values, the time now and the reader's zone."""

    def __init__(self, context: Mapping[str, Any], now: Any, zone: str) -> None:
        self.context = context
        self.now = now
        self.zone = zone
        self.left = ITEMS

    def take(self, items: Collection[_Item]) -> Iterable[_Item]:
        """The items, as many as may still be looked at."""
        count = min(len(items), self.left)
        self.left -= count
        return islice(items, count)
