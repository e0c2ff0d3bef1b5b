"""Reading the values of an expression: pointers, numbers, quoted texts and arithmetic."""

import re

from .decimals import fixed
from .reader import Reader
from .tree import Arithmetic, Fixed, Group, Operand, Operator, Pointer, Values

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?![^ \t\r\n{}|,:?()\"'=<>!+*/\[\]])")
_NUMERIC = frozenset("-0123456789")
_OPERATORS: dict[str, Operator] = {"+": "+", "-": "-", "*": "*", "/": "/"}


def read_values(reader: Reader) -> Values:
    """Values with commas between them; the first that is not empty will count."""
    found = [_arithmetic(reader)]
    while reader.here == ",":
        reader.at += 1
        found.append(_arithmetic(reader))
    return tuple(found)


def _arithmetic(reader: Reader) -> Operand | Arithmetic:
    first = _operand(reader)
    reader.blanks()
    operator = _OPERATORS.get(reader.here)
    if operator is None:
        return first
    steps: list[tuple[Operator, Operand]] = [("+", first)]
    while operator is not None:
        reader.at += 1
        steps.append((operator, _operand(reader)))
        reader.blanks()
        operator = _OPERATORS.get(reader.here)
    return Arithmetic(tuple(steps))


def _operand(reader: Reader) -> Operand:
    reader.blanks()
    here = reader.here
    if here in ("'", '"'):
        return reader.quoted()
    if here == "(":
        reader.at += 1
        reader.enter()
        values = read_values(reader)
        reader.leave(")")
        return Group(values)
    start = reader.at
    number = reader.match(_NUMBER) if here in _NUMERIC else None
    if number is None:
        return Pointer(reader.names())
    scaled = fixed(number)
    if scaled is None:
        reader.fail("a number of at most 40 characters", start)
    return Fixed(scaled)
