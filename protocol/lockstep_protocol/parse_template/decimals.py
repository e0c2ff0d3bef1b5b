"""Numbers as decimal digits, so that every language prints, rounds and reckons alike.

A number is handled as a whole number of units of ten to the power -20; digits behind those are
cut off. Rounding is half away from zero, on the shortest digits that stand for the number.
"""

import math
import re
from typing import Literal

PLACES = 20
ONE = 10**PLACES
LIMIT = ONE * 10**308
"""What is as large as this is no number."""
SHOWN_PLACES = 10
"""The digits behind the point of a result of arithmetic that no function formats."""
_WRITTEN = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:e([+-]?[0-9]+))?")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NUMBER_CHARACTERS = 40


def plain(number: float) -> str | None:
    """The shortest digits that stand for ``number`` (IEEE 754 double), without an exponent."""
    try:
        double = float(number)
    except OverflowError:
        return None
    if not math.isfinite(double):
        return None
    found = _WRITTEN.fullmatch(repr(double))
    assert found is not None
    sign, whole, part, exponent = found[1], found[2], found[3] or "", int(found[4] or 0)
    digits, point = whole + part, len(whole) + exponent
    if point <= 0:
        digits, point = "0" * (1 - point) + digits, 1
    digits = digits.ljust(point, "0")
    return _signed(sign, digits[:point].lstrip("0") or "0", digits[point:].rstrip("0"))


def fixed(text: str) -> int | None:
    """The units that a text of digits stands for: `-?digits[.digits]`, at most 40 characters."""
    if len(text) > _NUMBER_CHARACTERS or not _NUMBER.fullmatch(text):
        return None
    return units(text)


def units(digits: str) -> int | None:
    """The same for digits that are known to be a number, of any length."""
    whole, _, part = digits.lstrip("-").partition(".")
    size = int(whole + part.ljust(PLACES, "0")[:PLACES])
    return bounded(-size if digits.startswith("-") else size)


def bounded(scaled: int) -> int | None:
    """``scaled`` if it is not too large."""
    return scaled if abs(scaled) < LIMIT else None


def reckon(left: int, operator: Literal["*", "/"], right: int) -> int | None:
    """A product or quotient; None when there is none."""
    over, under = (left * right, ONE) if operator == "*" else (left * ONE, right)
    if under == 0:
        return None
    size = abs(over) // abs(under)
    return bounded(-size if (over < 0) != (under < 0) else size)


def written(scaled: int, places: int, grouped: bool = False) -> str:
    """The units as digits, rounded to ``places`` behind the point."""
    unit = 10 ** (PLACES - places)
    digits = str((abs(scaled) + unit // 2) // unit).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    if grouped:
        whole = f"{int(whole):,}"
    return _signed("-" if scaled < 0 else "", whole, part)


def shortened(scaled: int, places: int = SHOWN_PLACES) -> str:
    """The same without zeros at the end."""
    digits = written(scaled, places)
    whole, _, part = digits.lstrip("-").partition(".")
    return _signed("-" if digits.startswith("-") else "", whole, part.rstrip("0"))


def _signed(sign: str, whole: str, part: str) -> str:
    digits = f"{whole}.{part}" if part else whole
    return sign + digits if digits.strip("0.") else digits
