"""What every picture of a definition shows: its arrows, and texts that are safe to draw."""

import unicodedata
from typing import Literal

import msgspec

from lockstep_protocol.definition import Action, Definition, Step
from lockstep_server.engine.definition.arguments import argument, triggered_step

START = "start"

Kind = Literal["path", "trigger", "workflow"]


class Arrow(msgspec.Struct, frozen=True):
    """From a step to where it leads. ``target`` is a step, or for the kind ``workflow`` the name
    of another workflow that a trigger of ``source`` starts."""

    source: str
    target: str
    kind: Kind
    label: str


def arrows(definition: Definition) -> list[Arrow]:
    """All of them in the order written, a step's paths before its triggers.

    What leads to a step that is not there is left out.
    """
    found: list[Arrow] = []
    for key, node in definition.items():
        kinds = {behavior.handle: behavior.behavior for behavior in node.behaviors}
        for path in node.step.paths:
            behavior = kinds.get(path.behavior) if path.behavior is not None else None
            label = f"{path.label} [{behavior}]" if behavior else path.label
            if path.step in definition:
                found.append(Arrow(key, path.step, "path", label))
        found += (
            arrow
            for action in node.actions
            if (arrow := _triggered(key, action)) is not None
            and (arrow.kind == "workflow" or arrow.target in definition)
        )
    return found


def other_workflows(lines: list[Arrow]) -> list[str]:
    """The workflows that triggers start, each once."""
    return list(dict.fromkeys(arrow.target for arrow in lines if arrow.kind == "workflow"))


def scope_text(step: Step) -> str:
    """Who gets a step, as its author wrote it; ``$sink`` when it says nothing."""
    return step.scope.strip() if step.scope is not None else "$sink"


def one_line(text: str) -> str:
    """``text`` without line ends, and without what no document can hold.

    Control characters, halves of surrogate pairs and marks that turn the direction of what
    follows become spaces; many spaces become one.
    """
    seen = (" " if unicodedata.category(each) in _UNSEEN else each for each in text)
    return " ".join("".join(seen).split())


_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def _triggered(key: str, action: Action) -> Arrow | None:
    step = triggered_step(action)
    if step is not None:
        return Arrow(key, step, "trigger", "triggers")
    workflow = argument(action, "rule") if action.action == "trigger" else None
    if isinstance(workflow, str):
        at = argument(action, "step")
        return Arrow(key, workflow, "workflow", f"starts at {at}" if at else "starts")
    return None
