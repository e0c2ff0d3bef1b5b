"""What a client template is, once read. The page ``spec/templates.md`` has the language."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

TEMPLATE_CHARACTERS = 16 * 1024
"""The longest template."""
NESTING = 16
"""Braces and parentheses inside one another."""
CALLS = 16
"""Functions of one expression."""

Comparison = Literal["is", "<", ">", "<=", ">=", "exists", "empty", "in", "includes", "holds"]
Operator = Literal["+", "-", "*", "/"]


class TemplateError(Exception):
    """The template cannot be read: ``expected`` is what should stand at ``position``.

    ``position`` counts characters (code points) from 0.
    """

    def __init__(self, position: int, expected: str) -> None:
        super().__init__(f"expected {expected} at {position}")
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number of the template or of its arithmetic: ``scaled`` times ten to the power -20."""

    scaled: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where in the context a value is: the names on the way to it."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Parentheses: the first of these that is not empty."""

    values: "Values"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Operands, each with the operator before it; the first one has ``+``."""

    steps: tuple[tuple[Operator, "Operand"], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with what it was told, as it stands or as a text that is still to be filled in.

    ``end`` is where ``timeRange`` finds the other time.
    """

    name: str
    told: str = ""
    text: "Text" = ()
    end: Pointer | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """The first of ``values`` that is not empty, through each of ``calls``."""

    values: "Values"
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``{test ? a : b}``: ``yes`` when the comparison's outcome is not ``negated``."""

    left: "Values"
    comparison: Comparison
    negated: bool
    right: tuple["Text", ...]
    yes: "Text"
    no: "Text"


@dataclass(frozen=True, slots=True)
class Switch:
    """``{switch(value) => key|text, *|text}``; a key that is None is the ``*``."""

    of: "Values"
    cases: tuple[tuple["Text | None", "Text"], ...]


Expression: TypeAlias = Value | Choice | Switch
Operand: TypeAlias = Pointer | Fixed | Group | str
Values: TypeAlias = tuple[Operand | Arithmetic, ...]
Text: TypeAlias = tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read, and the text that it was."""

    parts: Text
    raw: str
