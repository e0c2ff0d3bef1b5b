"""Scopes that are queries, and server templates: both must parse."""

from collections.abc import Iterator
from typing import Any

from lockstep_protocol.definition import Action, Definition, Node
from lockstep_server.engine.render import syntax_error
from lockstep_server.engine.scopes.parse import QueryError
from lockstep_server.engine.scopes.resolve import parse_scope

from .findings import Findings, child

MAX_QUERY_CHARACTERS = 4000
"""A longer scope is refused."""
RENDERED_ACTIONS = ("notify", "chat", "task")
"""The actions whose arguments are server templates."""


def check_texts(definition: Definition, findings: Findings) -> None:
    """Report every query and template that does not parse, with line and column in the text."""
    for key, node in definition.items():
        for pointer, scope in _scopes(key, node):
            _check_scope(pointer, scope, key, findings)
        for pointer, text in _templates(key, node):
            problem = syntax_error(text) if "{" in text else None
            if problem is not None:
                line, column, said = problem
                findings.error(
                    "bad_template",
                    pointer,
                    f"A template of the step {key!r} does not parse: "
                    f"line {line}, column {column}: {said}.",
                    "Templates are Jinja2: {{ value }}, {% if … %}…{% endif %}.",
                    key,
                )


def _check_scope(pointer: str, scope: str, key: str, findings: Findings) -> None:
    if len(scope) > MAX_QUERY_CHARACTERS:
        findings.error(
            "too_large",
            pointer,
            f"A scope of the step {key!r} is longer than {MAX_QUERY_CHARACTERS} characters.",
            "Make a group and name that.",
            key,
        )
        return
    try:
        parse_scope(scope)
    except QueryError as error:
        before = scope[: error.position]
        line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
        findings.error(
            "bad_query",
            pointer,
            f"The scope {scope!r} of the step {key!r} does not parse: "
            f"line {line}, column {column}: {error}.",
            _scope_hint(scope),
            key,
        )


def _scope_hint(scope: str) -> str:
    if scope.strip().startswith("$"):
        return "The words are $sink, $source and $all."
    return "For example: given groups [on-call], except users [ivo]."


def _scopes(key: str, node: Node) -> Iterator[tuple[str, str]]:
    if node.step.scope is not None:
        yield child("", key, "step", "scope"), node.step.scope
    for index, action in enumerate(node.actions):
        if action.scope is not None:
            yield child("", key, "actions", index, "scope"), action.scope
    for index, behavior in enumerate(node.behaviors):
        if behavior.target is not None:
            yield child("", key, "behaviors", index, "target"), behavior.target


def _templates(key: str, node: Node) -> Iterator[tuple[str, str]]:
    for member in ("template", "name", "description"):
        text = getattr(node.step, member)
        if text is not None:
            yield child("", key, "step", member), text
    for index, action in enumerate(node.actions):
        if action.action in RENDERED_ACTIONS:
            yield from _within(child("", key, "actions", index, "args"), action.args)


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


def triggered_step(action: Action) -> str | None:
    """The step of this entry that a trigger activates; None when it starts a workflow."""
    if action.action != "trigger":
        return None
    if isinstance(action.args, dict):
        if action.args.get("rule") or action.args.get("workflow"):
            return None
        step = action.args.get("step")
        return step if isinstance(step, str) else ""
    return action.args if isinstance(action.args, str) else ""
