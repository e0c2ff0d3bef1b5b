"""The parts of behaviors that clients fill in: they are there, and they parse."""

import re
from collections.abc import Iterator

from lockstep_protocol.definition import Behavior, Definition
from lockstep_protocol.parse_template import TemplateError, named_texts, parse, part_names
from lockstep_protocol.parse_template.calls import FUNCTIONS
from lockstep_protocol.parse_template.tree import TEMPLATE_CHARACTERS
from lockstep_protocol.parse_template.values import MISSING, find

from .findings import Findings, child
from .positions import place

_SIMPLE = re.compile(r"(?:[^{}\\]|\{[a-z_]\w*(?:\.\w+)*\})*", re.ASCII | re.IGNORECASE)
"""Texts that parse, as can be told without reading them: they only name values."""
_WORD = re.compile(r"\w*")


def check_client_templates(definition: Definition, findings: Findings) -> None:
    """Report every named part that is not there, and every text in one that does not parse."""
    problems: dict[str, TemplateError | None] = {}
    for key, node in definition.items():
        for index, behavior in enumerate(node.behaviors):
            pointer = child("", key, "behaviors", index)
            _check_parts(key, pointer, behavior, findings)
            for names, text in named_texts(_parts(behavior), behavior.templates):
                if text not in problems:
                    problems[text] = _problem(text)
                problem = problems[text]
                if problem is not None:
                    _report(key, behavior, child(pointer, *names), text, problem, findings)


def filled_in(behavior: Behavior, member: str) -> bool:
    """Whether clients make a member of the behavior, so that nobody knows yet what it says."""
    return any(part_names(pointer) == (member,) for pointer in behavior.templates)


def _parts(behavior: Behavior) -> dict[str, object]:
    return {"target": behavior.target, "fields": behavior.fields, "data": behavior.data}


def _problem(text: str) -> TemplateError | None:
    if len(text) <= TEMPLATE_CHARACTERS and _SIMPLE.fullmatch(text):
        return None
    try:
        parse(text)
    except TemplateError as error:
        return error
    return None


def _report(
    key: str,
    behavior: Behavior,
    pointer: str,
    text: str,
    problem: TemplateError,
    findings: Findings,
) -> None:
    line, column = place(text, problem.position)
    findings.add(
        "bad_template",
        pointer,
        f"A client template in the behavior {behavior.handle!r} of {key!r} cannot be read,"
        f" line {line}, column {column}: expected {problem.expected}.",
        _hint(text, problem, findings),
        key,
        problem.position,
    )


def _hint(text: str, problem: TemplateError, findings: Findings) -> str:
    if "{{" in text or "{%" in text:
        return "`{{ value }}` is for the server; what the client fills in has single braces."
    if problem.expected.startswith("a function"):
        found = _WORD.match(text, problem.position)
        close = findings.closest(found[0] if found else "", FUNCTIONS)
        if close is not None:
            return f"Did you mean `{close}`?"
    return (
        "Client templates: `{value}`, `{value|function}`, `{test ? text : text}`; a brace that is"
        " text has a backslash before it."
    )


def _check_parts(key: str, pointer: str, behavior: Behavior, findings: Findings) -> None:
    parts = _parts(behavior)
    for number, path in enumerate(behavior.templates):
        found = find(parts, part_names(path))
        if found is MISSING or found is None:
            findings.add(
                "no_such_part",
                child(pointer, "templates", number),
                f"The behavior {behavior.handle!r} of {key!r} has no part {path!r}"
                " that could be a template.",
                findings.did_you_mean(path, _dotted(parts))
                or "Name a member of the behavior, such as `fields` or `data.title`.",
                key,
            )


def _dotted(value: object, before: str = "") -> Iterator[str]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in pairs:
            if part is not None:
                yield f"{before}{name}"
                yield from _dotted(part, f"{before}{name}.")
