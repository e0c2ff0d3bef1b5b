"""The tests of ``{test ? a : b}``: whether they hold."""

from collections.abc import Mapping
from typing import Any, assert_never

from .times import compare as compare_times
from .times import read_time
from .tree import Comparison
from .values import MISSING, is_empty, to_fixed, to_text


def holds(left: Any, comparison: Comparison, right: list[Any], zone: str) -> bool:
    """Whether the test is true; ``right`` is what stands behind its word or sign."""
    match comparison:
        case "holds":
            return not is_empty(left) and left is not False and to_fixed(left) != 0
        case "exists":
            return left is not MISSING and left is not None
        case "empty":
            return is_empty(left)
        case "is":
            return equal(left, right[0])
        case "in":
            if len(right) == 1 and isinstance(right[0], list | tuple):
                right = list(right[0])
            return any(equal(left, each) for each in right)
        case "includes":
            return _includes(left, right[0])
        case "<" | ">" | "<=" | ">=":
            order = _order(left, right[0], zone)
            if order is None:
                return False
            return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[comparison]
        case _:
            assert_never(comparison)


def equal(left: Any, right: Any) -> bool:
    """Numbers (also as text) by their size, everything else by its text."""
    one, other = to_fixed(left), to_fixed(right)
    if one is not None and other is not None:
        return one == other
    return to_text(left) == to_text(right)


def _includes(left: Any, right: Any) -> bool:
    if isinstance(left, list | tuple):
        return any(equal(each, right) for each in left)
    if isinstance(left, Mapping):
        return to_text(right) in left
    return not is_empty(left) and not is_empty(right) and to_text(right) in to_text(left)


def _order(left: Any, right: Any, zone: str) -> int | None:
    one, other = to_fixed(left), to_fixed(right)
    if one is not None and other is not None:
        return (one > other) - (one < other)
    first, second = read_time(left, zone), read_time(right, zone)
    return None if first is None or second is None else compare_times(first, second)
