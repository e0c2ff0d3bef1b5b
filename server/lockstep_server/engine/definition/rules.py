"""Rules of single steps: what must be there, may be there once, and fits together."""

from collections.abc import Iterable

from lockstep_protocol.definition import Definition, Node
from lockstep_server.engine.scopes.resolve import All

from .findings import Findings, child
from .graph import START
from .people import scope_of


def check_rules(definition: Definition, findings: Findings) -> None:
    """What can be said of each step by itself."""
    if START not in definition:
        findings.add(
            "no_start",
            "",
            "There is no step `start`, where every entry begins.",
            findings.did_you_mean(START, definition) or "Add a step with the key `start`.",
        )
    for key, node in definition.items():
        _check_step(key, node, findings)
        _check_labels(key, node, findings)
        _check_handles(key, node, findings)
        _check_action_scopes(key, node, findings)


def _check_step(key: str, node: Node, findings: Findings) -> None:
    step, pointer = node.step, child("", key, "step")
    if step.scope is None and child(pointer, "scope") not in findings.unread:
        findings.add(
            "missing_scope",
            pointer,
            f"The step {key!r} has no `scope`; it goes to `$sink`.",
            "Write `$sink`, or `$all` to keep everybody together.",
            key,
        )
    elif key == START and isinstance(scope_of(step.scope), All):
        findings.add(
            "all_at_start",
            child(pointer, "scope"),
            "The scope of `start` is `$all`, but nobody has received anything yet.",
            "Name the first recipients: `$sink`, `$source`, or a user query.",
            key,
        )
    if step.template is not None and key != START:
        findings.add(
            "template_outside_start",
            child(pointer, "template"),
            f"The step {key!r} has a `template`, but the title is made once, at `start`.",
            "Use `description` for what changes from step to step.",
            key,
        )


def _check_labels(key: str, node: Node, findings: Findings) -> None:
    labels = [path.label for path in node.step.paths]
    for index in _repeated(labels):
        findings.add(
            "duplicate_label",
            child("", key, "step", "paths", index, "label"),
            f"The step {key!r} has more than one path with the label {labels[index]!r}.",
            "A choice names its path by the label: make them different.",
            key,
        )


def _check_handles(key: str, node: Node, findings: Findings) -> None:
    handles = [behavior.handle for behavior in node.behaviors]
    known = findings.refused.get(key, set()).union(handles)
    for index in _repeated(handles):
        findings.add(
            "duplicate_handle",
            child("", key, "behaviors", index, "handle"),
            f"The step {key!r} has more than one behavior with the handle {handles[index]!r}.",
            "Paths name behaviors by the handle: make them different.",
            key,
        )
    for index, path in enumerate(node.step.paths):
        if path.behavior is not None and path.behavior not in known:
            close = findings.closest(path.behavior, handles)
            if close is not None:
                # What was meant is used all the same: one misspelling is one finding.
                findings.lose(key, close, graph=False)
            findings.add(
                "undefined_behavior",
                child("", key, "step", "paths", index, "behavior"),
                f"The path {path.label!r} of {key!r} has the behavior {path.behavior!r},"
                " which the step does not define.",
                findings.did_you_mean(path.behavior, handles)
                or f"Add it to the `behaviors` of {key!r}.",
                key,
            )


def _check_action_scopes(key: str, node: Node, findings: Findings) -> None:
    for index, action in enumerate(node.actions):
        pointer = child("", key, "actions", index)
        read = child(pointer, "scope") not in findings.unread
        if action.scope is None and read and action.action in ("status", "notify"):
            findings.add(
                "missing_scope",
                pointer,
                f"The action `{action.action}` of {key!r} has no `scope`; it is for `$sink`.",
                "Write `$sink`, or `$all` for every recipient.",
                key,
            )


def _repeated(names: Iterable[str]) -> list[int]:
    seen: set[str] = set()
    found = []
    for index, name in enumerate(names):
        if name in seen:
            found.append(index)
        seen.add(name)
    return found
