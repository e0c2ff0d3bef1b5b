"""Rules of single steps: what must be there, may be there once, and fits together."""

from collections.abc import Iterable

from lockstep_protocol.definition import Definition, Node
from lockstep_server.engine.scopes.parse import QueryError
from lockstep_server.engine.scopes.resolve import All, parse_scope

from .findings import Findings, child, did_you_mean

MAX_STEPS = 1000
MAX_PATHS = 50
"""Paths of one step."""
MAX_ACTIONS = 50
"""Actions of one step."""
MAX_BEHAVIORS = 100
"""Behaviors of one step."""
START = "start"


def check_rules(definition: Definition, findings: Findings) -> None:
    """What can be said of each step by itself."""
    if START not in definition:
        findings.error(
            "no_start",
            "",
            "There is no step `start`, where every workflow begins.",
            did_you_mean(START, definition) if definition else "Add a step `start`.",
        )
    if len(definition) > MAX_STEPS:
        findings.error(
            "too_many", "", f"There are {len(definition)} steps; at most {MAX_STEPS} are taken."
        )
    for key, node in definition.items():
        _check_labels(key, node, findings)
        _check_handles(key, node, findings)
        _check_limits(key, node, findings)
        _check_step(key, node, findings)


def _check_step(key: str, node: Node, findings: Findings) -> None:
    step, pointer = node.step, child("", key, "step")
    if step.scope is None:
        findings.warn(
            "missing_scope",
            pointer,
            f"The step {key!r} has no `scope`; it goes to $sink.",
            "Write `$sink`, or `$all` to keep everybody together.",
            key,
        )
    elif key == START and _is_all(step.scope):
        findings.error(
            "all_at_start",
            child(pointer, "scope"),
            "The scope of `start` is $all, but nobody has received anything yet.",
            "Name the first receivers by a user query, or `$sink`.",
            key,
        )
    if step.template is not None and key != START:
        findings.warn(
            "template_outside_start",
            child(pointer, "template"),
            f"The step {key!r} has a `template`; the title is made at `start` only.",
            "Use `description` for what changes from step to step.",
            key,
        )
    if step.status == "retired" and step.paths:
        findings.warn(
            "retired_with_paths",
            child(pointer, "paths"),
            f"The step {key!r} is retired, so nobody can choose its paths.",
            "Make it active, or take the paths away.",
            key,
        )


def _is_all(scope: str) -> bool:
    try:
        return isinstance(parse_scope(scope), All)
    except QueryError:
        return False


def _check_labels(key: str, node: Node, findings: Findings) -> None:
    labels = [path.label for path in node.step.paths]
    for index in _repeated(labels):
        findings.error(
            "duplicate_label",
            child("", key, "step", "paths", index, "label"),
            f"The step {key!r} has more than one path with the label {labels[index]!r}.",
            "A choice names its path by the label: make them different.",
            key,
        )


def _check_handles(key: str, node: Node, findings: Findings) -> None:
    handles = [behavior.handle for behavior in node.behaviors]
    for index in _repeated(handles):
        findings.error(
            "duplicate_handle",
            child("", key, "behaviors", index, "handle"),
            f"The step {key!r} has more than one behavior with the handle {handles[index]!r}.",
            "Paths name behaviors by the handle: make them different.",
            key,
        )
    for index, path in enumerate(node.step.paths):
        if path.behavior is not None and path.behavior not in handles:
            findings.error(
                "undefined_behavior",
                child("", key, "step", "paths", index, "behavior"),
                f"The path {path.label!r} of {key!r} names the behavior {path.behavior!r}, "
                "which the step does not define.",
                did_you_mean(path.behavior, handles) or "Add it to the step's `behaviors`.",
                key,
            )


def _check_limits(key: str, node: Node, findings: Findings) -> None:
    for member, count, limit in (
        ("step/paths", len(node.step.paths), MAX_PATHS),
        ("behaviors", len(node.behaviors), MAX_BEHAVIORS),
        ("actions", len(node.actions), MAX_ACTIONS),
    ):
        if count > limit:
            findings.error(
                "too_many",
                f"{child('', key)}/{member}",
                f"The step {key!r} has {count} {member.rpartition('/')[2]}; "
                f"at most {limit} are taken.",
                step=key,
            )


def _repeated(names: Iterable[str]) -> list[int]:
    seen: set[str] = set()
    found = []
    for index, name in enumerate(names):
        if name in seen:
            found.append(index)
        seen.add(name)
    return found
