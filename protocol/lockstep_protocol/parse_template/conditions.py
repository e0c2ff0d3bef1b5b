"""The tests of ``{test ? a : b}``: whether they hold."""

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from .rendering import Rendering
from .times import compare as compare_times
from .times import read_time
from .tree import Comparison
from .values import MISSING, is_empty, to_fixed, to_text


def holds(left: Any, comparison: Comparison, right: list[Any], rendering: Rendering) -> bool:
    """Whether the test is true; ``right`` is what stands behind its word or sign."""
    match comparison:
        case "holds":
            return not is_empty(left) and left is not False and to_fixed(left) != 0
        case "exists":
            return left is not MISSING and left is not None
        case "empty":
            return is_empty(left)
        case "is":
            return equal_to(left, rendering)(right[0])
        case "in":
            if len(right) == 1 and isinstance(right[0], list | tuple):
                right = list(rendering.take(right[0]))
            return any(map(equal_to(left, rendering), right))
        case "includes":
            return _includes(left, right[0], rendering)
        case "<" | ">" | "<=" | ">=":
            order = _order(left, right[0], rendering.zone)
            if order is None:
                return False
            return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[comparison]
        case _:
            assert_never(comparison)


def equal_to(value: Any, rendering: Rendering) -> Callable[[Any], bool]:
    """The test whether others are equal to ``value``.

    Numbers (also as text) are by their size, everything else is by its text.
    """
    size, text = to_fixed(value), to_text(value, rendering)

    def equal(other: Any) -> bool:
        other_size = to_fixed(other)
        if size is not None and other_size is not None:
            return size == other_size
        return text == to_text(other, rendering)

    return equal


def _includes(left: Any, right: Any, rendering: Rendering) -> bool:
    if is_empty(right):
        return False
    if isinstance(left, list | tuple):
        return any(map(equal_to(right, rendering), rendering.take(left)))
    if isinstance(left, Mapping):
        return to_text(right, rendering) in left
    return to_text(right, rendering) in to_text(left, rendering)


def _order(left: Any, right: Any, zone: str) -> int | None:
    one, other = to_fixed(left), to_fixed(right)
    if one is not None and other is not None:
        return (one > other) - (one < other)
    first, second = read_time(left, zone), read_time(right, zone)
    return None if first is None or second is None else compare_times(first, second)
