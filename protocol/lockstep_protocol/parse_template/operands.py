"""Reading the values of an expression: pointers, numbers, quoted texts and arithmetic."""

import re

from .decimals import fixed
from .reader import Reader
from .tree import Arithmetic, Fixed, Group, Operand, Operator, Pointer, Values

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?![^ \t\r\n{}|,:?()\"'=<>!+*/\[\]])")
_OPERATORS: tuple[Operator, ...] = ("+", "-", "*", "/")


def read_values(reader: Reader) -> Values:
    """Values with commas between them; the first that is not empty will count."""
    found = [_arithmetic(reader)]
    reader.blanks()
    while reader.take(","):
        found.append(_arithmetic(reader))
        reader.blanks()
    return tuple(found)


def _arithmetic(reader: Reader) -> Operand | Arithmetic:
    first = _operand(reader)
    steps: list[tuple[Operator, Operand]] = [("+", first)]
    reader.blanks()
    while reader.here in ("+", "-", "*", "/"):
        operator = next(each for each in _OPERATORS if each == reader.here)
        reader.at += 1
        steps.append((operator, _operand(reader)))
        reader.blanks()
    return first if len(steps) == 1 else Arithmetic(tuple(steps))


def _operand(reader: Reader) -> Operand:
    reader.blanks()
    if reader.here in ("'", '"'):
        return reader.quoted()
    if reader.take("("):
        reader.enter()
        values = read_values(reader)
        reader.leave(")")
        return Group(values)
    start = reader.at
    number = reader.match(_NUMBER)
    if number is None:
        return Pointer(reader.names())
    scaled = fixed(number)
    if scaled is None:
        reader.fail("a number of at most 40 characters", start)
    return Fixed(scaled)
