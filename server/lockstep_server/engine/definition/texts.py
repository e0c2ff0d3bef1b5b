"""Scopes that are queries, and server templates: both must parse."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from lockstep_protocol.definition import ActionName, Definition, Node
from lockstep_server.engine.scopes.parse import QueryError
from lockstep_server.engine.scopes.resolve import SCOPE_WORDS, parse_scope

from .arguments import argument
from .bounds import SCOPE_CHARACTERS
from .findings import Findings, child
from .meaning import scopes
from .positions import offset
from .server_templates import Templates, template_hint

RENDERED: dict[ActionName, tuple[str, ...]] = {
    "task": ("state",),
    "script": ("body",),
    "notify": ("body", "title", "url"),
    "trigger": ("data",),
    "chat": ("body", "data"),
}
"""The arguments whose texts, however deep inside, are server templates."""


def check_texts(definition: Definition, findings: Findings) -> None:
    """Report every query and template that does not parse, with line and column in the text."""
    templates = Templates()
    for key, node in definition.items():
        for pointer, scope in scopes(key, node):
            _check_scope(pointer, scope, key, findings)
        for pointer, text in _templates(key, node):
            problem = templates.problem(text)
            if problem is not None:
                line, column, why = problem
                findings.add(
                    "bad_template",
                    pointer,
                    f"A template of {key!r} cannot be read, line {line}, column {column}: {why}",
                    template_hint(why, findings),
                    key,
                    offset(text, line, column),
                )


def _check_scope(pointer: str, scope: str, key: str, findings: Findings) -> None:
    if len(scope) > SCOPE_CHARACTERS:
        text = f"A scope of {key!r} has more than {SCOPE_CHARACTERS} characters."
        findings.add("too_large", pointer, text, "Make a group of them and name that.", key)
        return
    try:
        parse_scope(scope)
    except QueryError as error:
        findings.add(
            "bad_query",
            pointer,
            f"The scope {scope.strip()!r} of {key!r} cannot be read,"
            f" line {error.line}, column {error.column}: {error}.",
            _scope_hint(scope, error),
            key,
            error.position,
        )


def _scope_hint(scope: str, error: QueryError) -> str:
    trimmed = scope.strip()
    if trimmed.lstrip("$").isalpha():
        close = get_close_matches(f"${trimmed.lstrip('$').lower()}", SCOPE_WORDS, 1, 0.6)
        if close:
            return f"Did you mean `{close[0]}`?"
    if trimmed.startswith("$") or error.found.startswith("$"):
        return "`$sink`, `$source` and `$all` stand alone; in a query, `$source` is `current user`."
    return error.hint or "For example: `given groups [on-call], except users [ivo]`."


def _templates(key: str, node: Node) -> Iterator[tuple[str, str]]:
    step = node.step
    for member, text in (
        ("template", step.template),
        ("name", step.name),
        ("description", step.description),
    ):
        if text is not None:
            yield child("", key, "step", member), text
    for index, action in enumerate(node.actions):
        place = child("", key, "actions", index, "args")
        for name in RENDERED.get(action.action, ()):
            alone = not isinstance(action.args, dict)
            value = argument(action, name)
            if value is not None:
                yield from _within(place if alone else child(place, name), value)


def _within(pointer: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield pointer, value
        case list():
            for index, part in enumerate(value):
                yield from _within(child(pointer, index), part)
        case dict():
            for name, part in value.items():
                yield from _within(child(pointer, name), part)
