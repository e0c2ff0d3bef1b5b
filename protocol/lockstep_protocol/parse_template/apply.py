"""Filling in the parts of a behavior that its ``templates`` name."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .parse import parse
from .render import render
from .tree import TemplateError

DEPTH = 64
"""How deep inside a part texts are looked for."""

Names = tuple[str | int, ...]
_Named = dict[str | None, Any]
"""What is named, as a tree of names; None says that all within is."""


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
    tree = _tree(pointers)
    return _mapped(value, tree, (), lambda text, _: fill_text(text, context, now, zone))


def named_texts(value: Any, pointers: Iterable[str]) -> list[tuple[Names, str]]:
    """Every text at or inside a part that is named, with the names on the way to it."""
    found: list[tuple[Names, str]] = []
    _mapped(value, _tree(pointers), (), lambda text, names: found.append((names, text)))
    return found


def fill_text(text: str, context: Mapping[str, Any], now: Any = None, zone: str = "UTC") -> Any:
    """``text`` filled in; one that is no template comes back as it is."""
    try:
        template = parse(text)
    except TemplateError:
        return text
    return render(template, context, now, zone)


def _tree(pointers: Iterable[str]) -> _Named:
    tree: _Named = {}
    for pointer in pointers:
        at = tree
        for name in part_names(pointer)[: DEPTH + 1]:
            at = at.setdefault(name, {})
        at[None] = {}
    return tree


def _mapped(part: Any, named: _Named, names: Names, change: Callable[[str, Names], Any]) -> Any:
    if not named or len(names) > DEPTH:
        return part
    if isinstance(part, str):
        return change(part, names) if None in named else part
    if isinstance(part, list | tuple):
        return [
            _mapped(each, _below(named, str(index)), (*names, index), change)
            for index, each in enumerate(part)
        ]
    if isinstance(part, Mapping):
        return {
            name: _mapped(each, _below(named, name), (*names, name), change)
            for name, each in part.items()
        }
    return part


def _below(named: _Named, name: str) -> _Named:
    found: _Named = named if None in named else named.get(name, {})
    return found
