"""A definition ready to run: its paths as clients are shown them, found by step."""

import hashlib

import msgspec

from lockstep_protocol.definition import Behavior, Definition, Node
from lockstep_protocol.entry import BehaviorView, PathView


class CompiledDefinition:
    """One version of a workflow."""

    def __init__(self, name: str, version: int, nodes: Definition) -> None:
        self.name = name
        self.version = version
        self.nodes = nodes
        self._behaviors = {
            (key, behavior.handle): behavior
            for key, node in nodes.items()
            for behavior in node.behaviors
        }
        self._paths = {key: _paths(node) for key, node in nodes.items()}

    def paths(self, step: str) -> tuple[PathView, ...]:
        """The step's paths with their behaviors as written."""
        return self._paths[step]

    def behavior(self, step: str, handle: str | None) -> Behavior | None:
        """The behavior that a path of ``step`` names."""
        return self._behaviors.get((step, handle)) if handle is not None else None


def canonical(definition: Definition) -> bytes:
    """The JSON that is stored, hashed and given back: the same for the same definition."""
    return msgspec.json.encode(definition)


def content_hash(encoded: bytes) -> str:
    """Names the content of a version: SHA-256, in hexadecimal."""
    return hashlib.sha256(encoded).hexdigest()


def _paths(node: Node) -> tuple[PathView, ...]:
    behaviors = {
        behavior.handle: BehaviorView(
            handle=behavior.handle,
            behavior=behavior.behavior,
            target=behavior.target,
            fields=behavior.fields,
            data=behavior.data,
            templates=behavior.templates,
        )
        for behavior in node.behaviors
    }
    return tuple(
        PathView(
            label=path.label,
            step=path.step,
            icon=path.icon,
            behavior=behaviors.get(path.behavior) if path.behavior is not None else None,
        )
        for path in node.step.paths
    )
