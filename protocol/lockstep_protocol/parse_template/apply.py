"""Filling in the parts of a behavior that its ``templates`` name."""

from collections.abc import Iterable, Mapping
from typing import Any

from .parse import parse
from .render import render
from .tree import TemplateError

DEPTH = 64
"""How deep inside a part texts are looked for."""


def part_names(pointer: str) -> tuple[str, ...]:
    """The names on the way to a part: a JSON pointer (RFC 6901) or a dotted one."""
    if not pointer.startswith("/"):
        return tuple(pointer.split("."))
    return tuple(name.replace("~1", "/").replace("~0", "~") for name in pointer[1:].split("/"))


def apply_templates(
    value: Any,
    pointers: Iterable[str],
    context: Mapping[str, Any],
    now: Any = None,
    zone: str = "UTC",
) -> Any:
    """A copy of ``value`` in which every text at or inside a part that is named is filled in.

    What is filled in is not looked at again, however many pointers lead to it. Pointers that
    lead nowhere are passed over. Never raises.
    """

    def fill(part: Any, named: list[tuple[str, ...]], whole: bool, depth: int) -> Any:
        whole = whole or () in named
        if depth > DEPTH or not (whole or named):
            return part
        if isinstance(part, str):
            return fill_text(part, context, now, zone) if whole else part
        if isinstance(part, list | tuple):
            return [
                fill(each, _below(named, str(index)), whole, depth + 1)
                for index, each in enumerate(part)
            ]
        if isinstance(part, Mapping):
            return {
                name: fill(each, _below(named, name), whole, depth + 1)
                for name, each in part.items()
            }
        return part

    return fill(value, [part_names(pointer) for pointer in pointers], False, 0)


def fill_text(text: str, context: Mapping[str, Any], now: Any = None, zone: str = "UTC") -> Any:
    """``text`` filled in; one that is no template comes back as it is."""
    try:
        template = parse(text)
    except TemplateError:
        return text
    return render(template, context, now, zone)


def _below(named: list[tuple[str, ...]], name: str) -> list[tuple[str, ...]]:
    return [names[1:] for names in named if names[:1] == (name,)]
