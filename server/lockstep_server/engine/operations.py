"""Operators and filters of server templates that could make much out of little, bounded."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2.filters import do_int, make_attrgetter
from jinja2.utils import htmlsafe_json_dumps

from .budget import TooMuch, require_bits, require_length

NUMBER_CHARACTERS = 1000
"""The longest text that is read as a whole number."""
SEARCHED_CHARACTERS = 100
"""The longest text that a text is split at, and the most characters that may be trimmed."""
FORMAT_WIDTH = 1000
"""The widest field, and the most digits, that a format may ask for."""

_ESCAPED = 10
"""Characters that one may become when it is shown as Python shows it: `\\U0001f600`."""
_CONVERSION = re.compile(r"%(?:\(([^)]*)\))?[-#0 +]*(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.|$)", re.DOTALL)


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
        require_bits(left.bit_length() + right.bit_length())
    return left * right


def power(left: Any, right: Any) -> Any:
    """``**``; whole numbers stay below ``NUMBER_BITS``."""
    if isinstance(left, int) and isinstance(right, int):
        require_bits(left.bit_length() * abs(right))
    return left**right


def remainder(left: Any, right: Any) -> Any:
    """``%``: of numbers, or a format with its values."""
    return fill_in(left, right) if isinstance(left, str) else left % right


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": operator.sub,
    "*": multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": power,
    "%": remainder,
}


def fill_in(text: str, values: Any) -> str:
    """``text % values`` with bounded widths and a bounded result."""
    conversions = 0
    width = 0
    for found in _CONVERSION.finditer(text):
        if "(" in (found[1] or ""):
            # Python closes as many brackets as were opened; what follows would not be seen here.
            raise TooMuch("brackets in the name of a format")
        conversions += (found[4] != "%") * (_ESCAPED if found[4] in ("a", "r") else 1)
        for given in (found[2], found[3]):
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


def join_filter(values: Iterable[Any], between: str = "") -> str:
    """The values as one text with ``between`` between them."""
    parts = [str(value) for value in values]
    require_length(sum(map(len, parts)) + len(parts) * len(between))
    return between.join(parts)


def int_filter(value: Any, default: Any = 0, base: int = 10) -> Any:
    """Jinja's ``int``. A long text of digits with base 16 would be a number without bound."""
    if isinstance(value, str) and len(value) > NUMBER_CHARACTERS:
        raise TooMuch(f"a number of more than {NUMBER_CHARACTERS} digits")
    return do_int(value, default, base)


@pass_environment
def sum_filter(
    environment: Environment, values: Iterable[Any], attribute: Any = None, start: Any = 0
) -> Any:
    """Jinja's ``sum``, of numbers: to add many lists one by one is to copy them again and again."""
    if not isinstance(start, int | float):
        raise TypeError("only numbers have a sum")
    if attribute is not None:
        values = map(make_attrgetter(environment, attribute), values)
    return sum(values, start)


def json_filter(value: Any) -> str:
    """Jinja's ``tojson``, without the indent, which multiplies."""
    return str(htmlsafe_json_dumps(value, sort_keys=True))


def trim_filter(value: Any, characters: str | None = None) -> str:
    """Jinja's ``trim``."""
    require_short(characters)
    return str(value).strip(characters)


def require_short(*arguments: Any) -> None:
    """Refuse what each character of a text would be compared with."""
    if any(isinstance(each, str) and len(each) > SEARCHED_CHARACTERS for each in arguments):
        raise TooMuch(f"to look for more than {SEARCHED_CHARACTERS} characters")
