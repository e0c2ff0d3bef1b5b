"""Operators and filters of server templates that could make much out of little, bounded."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from .budget import NUMBER_BITS, TooMuch, require_length

FORMAT_WIDTH = 1000
"""The widest field, and the most digits, that a format may ask for."""

_CONVERSION = re.compile(r"%(?:\([^)]*\))?[-#0 +]*(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.|$)", re.DOTALL)


def add(left: Any, right: Any) -> Any:
    """``+``; strings are measured before they are joined."""
    if isinstance(left, str) and isinstance(right, str):
        require_length(len(left) + len(right))
    return left + right


def multiply(left: Any, right: Any) -> Any:
    """``*``; repetition and large numbers are measured first."""
    for many, times in ((left, right), (right, left)):
        if isinstance(many, str | list | tuple) and isinstance(times, int):
            require_length(len(many) * max(times, 0))
    if isinstance(left, int) and isinstance(right, int):
        _require_bits(left.bit_length() + right.bit_length())
    return left * right


def power(left: Any, right: Any) -> Any:
    """``**``; whole numbers stay below ``NUMBER_BITS``."""
    if isinstance(left, int) and isinstance(right, int):
        _require_bits(left.bit_length() * abs(right))
    return left**right


def remainder(left: Any, right: Any) -> Any:
    """``%``: of numbers, or a format with its values."""
    return fill_in(left, right) if isinstance(left, str) else left % right


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": operator.sub,
    "*": multiply,
    "**": power,
    "%": remainder,
}


def fill_in(text: str, values: Any) -> str:
    """``text % values`` with bounded widths and a bounded result."""
    conversions = 0
    width = 0
    for found in _CONVERSION.finditer(text):
        conversions += found[3] != "%"
        for given in (found[1], found[2]):
            if given == "*" or (given and (len(given) > 4 or int(given) > FORMAT_WIDTH)):
                raise TooMuch(f"a format wider than {FORMAT_WIDTH}")
            width += int(given or 0)
    if isinstance(values, Mapping):
        parts = list(values.values())
    else:
        parts = list(values) if isinstance(values, tuple) else [values]
    longest = max((len(str(part)) for part in parts), default=0)
    require_length(len(text) + width + conversions * longest)
    return str(text % values)


def format_filter(value: Any, *args: Any, **kwargs: Any) -> str:
    """Jinja's ``format``: ``'%.2f' | format(amount)``."""
    if args and kwargs:
        raise TypeError("format takes values by position or by name, not both")
    return fill_in(str(value), kwargs or args)


def replace_filter(value: Any, old: Any, new: Any, count: int | None = None) -> str:
    """Every ``old`` (the first ``count``) turned into ``new``."""
    text, old, new = str(value), str(old), str(new)
    found = text.count(old)
    times = found if count is None or count < 0 else min(count, found)
    require_length(len(text) + times * len(new))
    return text.replace(old, new, times)


def join_filter(values: list[Any], between: str = "") -> str:
    """The values as one text with ``between`` between them."""
    parts = [str(value) for value in values]
    require_length(sum(map(len, parts)) + len(parts) * len(between))
    return between.join(parts)


def concatenate(first: Any, *rest: Any) -> str:
    """``~``: everything as text, one after the other."""
    return join_filter([first, *rest])


def _require_bits(bits: int) -> None:
    if bits > NUMBER_BITS:
        raise TooMuch(f"a number of more than {NUMBER_BITS} bits")
