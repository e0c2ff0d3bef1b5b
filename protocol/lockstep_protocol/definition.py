"""The canonical form of a workflow definition: what publishing stores and returns.

Tolerated spellings (maps for arrays, members on the node) are read by
``lockstep_server.engine.definition``; this module only says what they become.
"""

from typing import Any, Literal

import msgspec

NameStyle = Literal["danger", "success", "info", "dark", "warning"]
Status = Literal["active", "retired"]
ActionName = Literal["status", "task", "lock", "unlock", "script", "notify", "trigger", "chat"]
BehaviorName = Literal[
    "dispatch",
    "form",
    "chat",
    "managedChat",
    "layout",
    "wiki",
    "schedule",
    "payment",
    "ux",
    "automatic",
]


class Path(msgspec.Struct, frozen=True, omit_defaults=True):
    """A way out of a step. ``label`` is unique within its step; ``step`` is the target's key."""

    label: str
    step: str
    behavior: str | None = None
    icon: str | None = None


class Behavior(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the choosing client does; ``templates`` names the parts that ParseTemplate runs on."""

    handle: str
    behavior: BehaviorName
    target: str | None = None
    fields: Any = None
    data: Any = None
    templates: tuple[str, ...] = ()


class Action(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the server does when the step is activated; ``args`` is one value or several by name."""

    action: ActionName
    scope: str | None = None
    args: Any = None


class Step(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """How a step looks and where it leads. ``scope`` absent means ``$sink``."""

    name: str = ""
    name_style: NameStyle | None = None
    template: str | None = None
    description: str | None = None
    scope: str | None = None
    status: Status = "active"
    paths: tuple[Path, ...] = ()


class Node(msgspec.Struct, frozen=True):
    """One step of the graph with its behaviors and actions."""

    step: Step
    behaviors: tuple[Behavior, ...] = ()
    actions: tuple[Action, ...] = ()


Definition = dict[str, Node]
"""Step key to node, in the order written. ``start`` is always present in a valid one."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing the checker has to say about a definition.

    ``pointer`` (RFC 6901) leads to a value in the document as its author wrote it. ``line`` and
    ``column`` are where that stands in the text that was sent, both from 1, a column being a
    character: the value, the key when its name is meant, or the very character in a query or
    template that does not parse. They are absent when what was checked came as no text.
    """

    code: str
    severity: Literal["error", "warning"]
    pointer: str
    text: str
    hint: str = ""
    step: str | None = None
    line: int | None = None
    column: int | None = None
