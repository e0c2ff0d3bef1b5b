"""What one rendering of a server template may cost: counted, so that no clock is needed."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any

UNITS = 200_000
"""What one rendering may spend: about one unit for each value touched, some 20 ms in all."""
STRING_CHARACTERS = 64 * 1024
"""The longest string that may come up on the way."""
NUMBER_BITS = 4096
"""The largest whole number that a product or power may give."""
_CHARACTERS_A_UNIT = 16


class TooMuch(Exception):
    """The template costs more than it may, or asks for something too large."""


class Budget:
    """What is left for one rendering."""

    def __init__(self, units: int = UNITS) -> None:
        self.left = units

    def spend(self, units: int) -> None:
        """Take ``units`` away; ``TooMuch`` when they are not there."""
        self.left -= units
        if self.left < 0:
            raise TooMuch("the template does too much work")

    def weigh(self, value: Any) -> None:
        """Pay for ``value`` and all inside it, before something walks through it.

        A list that holds one list a million times is small in memory and endless in print:
        paying for each way to a value is what stops that.
        """
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if isinstance(each, str):
                self._weigh_text(each)
            elif isinstance(each, Mapping):
                self.spend(1 + 2 * len(each))
                waiting.extend(each.keys())
                waiting.extend(each.values())
            elif isinstance(each, list | tuple | AbstractSet):
                self.spend(1 + len(each))
                waiting.extend(each)
            else:
                self.spend(1)

    def gather(self, values: Iterable[Any]) -> list[Any]:
        """All of ``values`` as a list; ``TooMuch`` when there are too many."""
        gathered = list(islice(values, self.left + 1))
        self.spend(len(gathered))
        return gathered

    def _weigh_text(self, text: str) -> None:
        require_length(len(text))
        self.spend(1 + len(text) // _CHARACTERS_A_UNIT)


def require_length(characters: int) -> None:
    """Refuse a string before it is made."""
    if characters > STRING_CHARACTERS:
        raise TooMuch(f"a text of more than {STRING_CHARACTERS} characters")
