"""Values of a context: finding them, and what they are as text and as numbers."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from .decimals import PLACES, fixed, plain, shortened, units
from .rendering import Rendering
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


def to_text(value: Any, rendering: Rendering, depth: int = 0) -> str:
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
            return ", ".join(texts_of(value, rendering, depth))[:TEXT_CHARACTERS]
        case Mapping() if depth < DEPTH:
            return to_json(value, rendering, depth)[:TEXT_CHARACTERS]
        case _:
            return ""


def texts_of(items: Collection[Any], rendering: Rendering, depth: int = 0) -> list[str]:
    """What is printed for each item that is not empty, as far as a text can be long."""
    texts: list[str] = []
    size = 0
    for item in rendering.take(items):
        if not is_empty(item):
            texts.append(to_text(item, rendering, depth + 1))
            size += len(texts[-1])
        if size > TEXT_CHARACTERS:
            break
    return texts


def to_json(value: Any, rendering: Rendering, depth: int = 0) -> str:
    """A value as compact JSON, members in the order of RFC 8785, numbers without exponents."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple() if depth < DEPTH:
            items = [to_json(item, rendering, depth + 1) for item in rendering.take(value)]
            return f"[{','.join(items)}]"
        case Mapping() if depth < DEPTH:
            names = sorted(value, key=_order) if rendering.left else []
            members = [
                f"{to_json(str(name), rendering)}:{to_json(value[name], rendering, depth + 1)}"
                for name in rendering.take(names)
            ]
            return f"{{{','.join(members)}}}"
        case bool() | int() | float() | Fixed():
            return to_text(value, rendering) or "null"
        case _:
            return "null"


def _order(name: object) -> bytes:
    return str(name).encode("utf-16-be", "surrogatepass")


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
