"""Values of a context: finding them, and what they are as text and as numbers."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .decimals import PLACES, fixed, plain, shortened, units
from .tree import Fixed

MISSING: Any = object()
"""What a pointer finds that leads nowhere."""
TEXT_CHARACTERS = 64 * 1024
"""The longest text that is made; the rest is cut off."""
DEPTH = 32
"""How deep arrays and objects are printed; what is deeper prints as nothing."""
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def find(context: Any, names: tuple[str, ...]) -> Any:
    """What stands at ``names``: own members of objects, items of arrays by number."""
    for name in names:
        if isinstance(context, Mapping):
            context = context.get(name, MISSING)
        elif isinstance(context, list | tuple) and _INDEX.fullmatch(name):
            context = context[int(name)] if int(name) < len(context) else MISSING
        else:
            return MISSING
    return context


def is_empty(value: Any) -> bool:
    """Whether a value is missing, null, or has nothing in it. Zero and false are not empty."""
    if value is MISSING or value is None:
        return True
    return isinstance(value, str | list | tuple | Mapping) and not value


def to_text(value: Any, depth: int = 0) -> str:
    """What is printed for a value."""
    match value:
        case str():
            return value[:TEXT_CHARACTERS]
        case bool():
            return "true" if value else "false"
        case Fixed():
            return shortened(value.scaled)
        case int() | float():
            return plain(value) or ""
        case list() | tuple() if depth < DEPTH:
            return ", ".join(texts_of(value, depth))[:TEXT_CHARACTERS]
        case Mapping():
            return to_json(value, depth)[:TEXT_CHARACTERS]
        case _:
            return ""


def texts_of(items: Iterable[Any], depth: int = 0) -> list[str]:
    """What is printed for each item that is not empty."""
    return [to_text(item, depth + 1) for item in items if not is_empty(item)]


def to_json(value: Any, depth: int = 0) -> str:
    """A value as compact JSON, members in the order of RFC 8785, numbers without exponents."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple() if depth < DEPTH:
            return "[" + ",".join(to_json(item, depth + 1) for item in value) + "]"
        case Mapping() if depth < DEPTH:
            members = [(str(name), name) for name in value]
            members.sort(key=lambda each: each[0].encode("utf-16-be", "surrogatepass"))
            return "{" + ",".join(_member(name, value[key], depth) for name, key in members) + "}"
        case bool() | int() | float() | Fixed():
            return to_text(value) or "null"
        case _:
            return "null"


def _member(name: str, value: Any, depth: int) -> str:
    return json.dumps(name, ensure_ascii=False) + ":" + to_json(value, depth + 1)


def to_fixed(value: Any) -> int | None:
    """The number that a value is, a text of digits included; else None."""
    match value:
        case bool():
            return None
        case Fixed():
            return value.scaled
        case int() | float():
            digits = plain(value)
            return None if digits is None else units(digits)
        case str():
            return fixed(value)
        case _:
            return None


def to_number(scaled: int) -> int | float:
    """The nearest number of JSON."""
    number = float(shortened(scaled, PLACES))
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
