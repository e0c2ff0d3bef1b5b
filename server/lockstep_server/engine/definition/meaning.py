"""What can be published and run, but hardly does what its author meant."""

from collections.abc import Iterator

from lockstep_protocol.definition import Behavior, BehaviorName, Definition, Node
from lockstep_server.engine.render import is_template
from lockstep_server.engine.scopes.query import Given, Query
from lockstep_server.engine.scopes.resolve import SCOPE_WORDS

from .client_templates import filled_in
from .findings import Findings, child
from .people import scope_of

FIELDS: dict[BehaviorName, str] = {
    "dispatch": "the tracker of the new dispatch",
    "form": "the tracker whose form is filled in",
    "managedChat": "the id of the room",
}
"""Behaviors that do nothing without ``fields``, and what these say."""
WORDS: dict[BehaviorName, tuple[str, ...]] = {"ux": ("close",), "automatic": ("open",)}
"""Behaviors whose ``fields`` are one of a few words."""


def check_meaning(definition: Definition, findings: Findings) -> None:
    """Warn of what has no effect, or surely not the one that was meant."""
    for key, node in definition.items():
        named = {path.behavior for path in node.step.paths} | findings.mentioned.get(key, set())
        for index, behavior in enumerate(node.behaviors):
            place = child("", key, "behaviors", index)
            if behavior.handle not in named:
                _report_unused(key, place, behavior, findings)
            if not filled_in(behavior, "fields"):
                _check_fields(key, place, behavior, findings)
        for index, path in enumerate(node.step.paths):
            if is_template(path.label):
                findings.add(
                    "template_in_label",
                    child("", key, "step", "paths", index, "label"),
                    f"The label {path.label!r} of {key!r} is shown as it is written: nothing is"
                    " filled in.",
                    "Put what changes into the `name` or `description` of the step.",
                    key,
                )
        for place, scope in scopes(key, node):
            _check_words(key, place, scope, findings)


def scopes(key: str, node: Node) -> Iterator[tuple[str, str]]:
    """Every scope of a node, and every target that is one, with its pointer."""
    if node.step.scope is not None:
        yield child("", key, "step", "scope"), node.step.scope
    for index, action in enumerate(node.actions):
        if action.scope is not None:
            yield child("", key, "actions", index, "scope"), action.scope
    for index, behavior in enumerate(node.behaviors):
        if behavior.target is not None and not filled_in(behavior, "target"):
            yield child("", key, "behaviors", index, "target"), behavior.target


def _report_unused(key: str, place: str, behavior: Behavior, findings: Findings) -> None:
    findings.add(
        "unused_behavior",
        place,
        f"No path of {key!r} has the behavior {behavior.handle!r}, so it never runs.",
        "Name its handle as the `behavior` of a path, or take it out.",
        key,
    )


def _check_fields(key: str, place: str, behavior: Behavior, findings: Findings) -> None:
    said = f"The behavior {behavior.handle!r} of {key!r}"
    fields = behavior.fields
    meant = FIELDS.get(behavior.behavior)
    if meant is not None and (fields is None or fields == ""):
        findings.add(
            "missing_fields",
            place,
            f"{said} has no `fields`: {meant}.",
            "Write it as `fields`.",
            key,
        )
    words = WORDS.get(behavior.behavior)
    if words is not None and isinstance(fields, str) and fields not in words:
        findings.add(
            "unknown_fields",
            child(place, "fields"),
            f"{said} has the `fields` {fields!r}, which mean nothing to `{behavior.behavior}`.",
            findings.did_you_mean(fields, words),
            key,
        )


def _check_words(key: str, place: str, text: str, findings: Findings) -> None:
    scope = scope_of(text) if "$" in text else None
    if not isinstance(scope, Query):
        return
    givens = [each for term in scope.terms for each in term if isinstance(each, Given)]
    for given in (*givens, *scope.excepts):
        for word in SCOPE_WORDS:
            if word in given.handles:
                findings.add(
                    "word_as_handle",
                    place,
                    f"In a query of {key!r}, `{word}` is only a handle, which nobody has.",
                    "Write `current user` for who chose."
                    if word == "$source"
                    else f"`{word}` stands alone, or not at all.",
                    key,
                    text.find(word),
                )
