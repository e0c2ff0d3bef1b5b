"""What one rendering of a server template may cost: counted, so that no clock is needed."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

UNITS = 200_000
"""What one rendering may spend: about one unit for each value touched; half a microsecond each
on a slow day, so that all of them are some 100 ms."""
STRING_CHARACTERS = 64 * 1024
"""The longest string that may come up on the way."""
NUMBER_BITS = 4096
"""The largest whole number that a product or power may give."""
_CHARACTERS_A_UNIT = 8


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
                require_length(len(each))
                self.spend(1 + len(each) // _CHARACTERS_A_UNIT)
            elif each is None or isinstance(each, float):
                self.spend(1)
            elif isinstance(each, int):
                require_bits(each.bit_length())
                self.spend(1)
            elif isinstance(each, Mapping):
                self.spend(1 + 2 * len(each))
                waiting.extend(each.keys())
                waiting.extend(each.values())
            elif isinstance(each, Collection):
                self.spend(1 + len(each))
                waiting.extend(each)
            else:
                self.spend(1)

    def weigh_made(self, value: Any) -> None:
        """Pay for a text or list that was made of what is paid for."""
        if isinstance(value, str):
            self.weigh(value)
        elif isinstance(value, list | tuple):
            require_length(len(value))
            self.spend(len(value))

    def gather(self, values: Iterable[Any]) -> list[Any]:
        """All of ``values`` as a list; ``TooMuch`` when there are too many."""
        gathered = list(islice(values, self.left + 1))
        self.spend(len(gathered))
        return gathered


def require_length(characters: int) -> None:
    """Refuse a string before it is made."""
    if characters > STRING_CHARACTERS:
        raise TooMuch(f"a text of more than {STRING_CHARACTERS} characters")


def require_bits(bits: int) -> None:
    """Refuse a number before it is made."""
    if bits > NUMBER_BITS:
        raise TooMuch(f"a number of more than {NUMBER_BITS} bits")
