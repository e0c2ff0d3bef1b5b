"""What a user demands of a run, such as ``viewer.p99<200ms``, read and judged."""

import re
from difflib import get_close_matches

import msgspec

from .figures import FIGURES, Figure
from .report import Report, Threshold

_SHAPE = re.compile(
    r"\s*([a-z][a-z0-9_.]*)\s*(<=|>=|==|<|>|=|≤|≥)\s*(-?[\d.]+)\s*([a-zA-Zµ%/]*)\s*"
)
_SAME = {"≤": "<=", "≥": ">=", "==": "="}
_UNITS = {
    "ms": {"": 1.0, "us": 0.001, "µs": 0.001, "ms": 1.0, "s": 1000.0, "min": 60_000.0},
    "bytes": {
        "": 1.0, "b": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "k": 1e3, "m": 1e6, "g": 1e9,
        "kib": 2.0**10, "mib": 2.0**20, "gib": 2.0**30,
    },
    "/s": {"": 1.0, "/s": 1.0, "/min": 1 / 60},
    "cores": {"": 1.0, "core": 1.0, "cores": 1.0, "%": 0.01},
    "share": {"": 1.0, "%": 0.01},
    "": {"": 1.0},
}  # fmt: skip
"""By unit of a figure, how a demand may be written and how much of that unit it is."""


class BadRule(ValueError):
    """A demand that cannot be read; the text says what can be."""


class Rule(msgspec.Struct, frozen=True):
    """A demand: ``bound`` is in the unit of the figure; ``text`` as the user wrote it."""

    text: str
    figure: Figure
    sign: str
    bound: float

    def holds(self, value: float | None) -> bool:
        """Whether a value is as demanded; what was not measured never is."""
        if value is None:
            return False
        match self.sign:
            case "<":
                return value < self.bound
            case "<=":
                return value <= self.bound
            case ">":
                return value > self.bound
            case ">=":
                return value >= self.bound
            case _:
                return value == self.bound


def parse(text: str) -> Rule:
    """Read a demand: a figure, one of ``< <= = >= >``, and a number that may have a unit.

    ``errors`` and ``refused`` with ``%`` are shares of all commands. Raises ``BadRule``.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise BadRule(
            f"{text!r} is no threshold: write a figure, one of < <= = >= > and a number,"
            f" such as viewer.p99<200ms. {named()}"
        )
    name, sign, number, unit = shape.groups()
    if unit == "%" and f"{name}_share" in FIGURES:
        name = f"{name}_share"
    figure = FIGURES.get(name)
    if figure is None:
        near = get_close_matches(name, FIGURES, 1)
        guess = f" Did you mean {near[0]}?" if near else ""
        raise BadRule(f"{text!r} names {name}, which is no figure.{guess} {named()}")
    units = _UNITS[figure.unit]
    size = units.get(unit, units.get(unit.lower()))
    if size is None:
        allowed = ", ".join(each for each in units if each) or "none"
        raise BadRule(f"{text!r} has the unit {unit}; units of {name}: {allowed}.")
    try:
        bound = float(number) * size
    except ValueError:
        raise BadRule(f"{text!r} has no number after {sign}.") from None
    return Rule(text.strip(), figure, _SAME.get(sign, sign), bound)


def judge(report: Report, rules: tuple[Rule, ...]) -> tuple[Threshold, ...]:
    """What came of each demand."""
    values = ((rule, rule.figure.of(report)) for rule in rules)
    return tuple(Threshold(rule.text, value, rule.holds(value)) for rule, value in values)


def named() -> str:
    """What a demand can name, in one sentence."""
    plain = [name for name in FIGURES if "." not in name]
    parts: dict[str, list[str]] = {}
    for name in FIGURES:
        if "." in name:
            of, _, part = name.partition(".")
            parts.setdefault(of, []).append(part)
    alike: dict[tuple[str, ...], list[str]] = {}
    for of, each in parts.items():
        alike.setdefault(tuple(each), []).append(of)
    groups = [f"{'|'.join(ofs)}.{'|'.join(each)}" for each, ofs in alike.items()]
    return f"Figures: {', '.join([*plain, *groups])}."
