"""A definition ready to run, its canonical bytes, and the hash that tells two apart."""

import hashlib

import msgspec

from lockstep_protocol.definition import Behavior, Definition, Node
from lockstep_protocol.entry import BehaviorView, PathView
from lockstep_server.engine.scopes.resolve import Scope, parse_scope

_ENCODER = msgspec.json.Encoder()


class CompiledDefinition:
    """One version of a workflow; all that is the same for each of its entries is made once.

    ``name`` and ``version`` as published; ``nodes`` the canonical definition.
    """

    def __init__(self, name: str, version: int, nodes: Definition) -> None:
        self.name = name
        self.version = version
        self.nodes = nodes
        self._scopes = {key: parse_scope(node.step.scope) for key, node in nodes.items()}
        self._behaviors = {
            key: {behavior.handle: behavior for behavior in node.behaviors}
            for key, node in nodes.items()
        }
        self._paths = {key: self._views(key, node) for key, node in nodes.items()}

    def scope(self, step: str) -> Scope:
        """Who gets ``step``, parsed. Raises ``KeyError`` when there is no such step."""
        return self._scopes[step]

    def paths(self, step: str) -> tuple[PathView, ...]:
        """The paths of ``step`` as clients see them; one and the same value at every call."""
        return self._paths[step]

    def behavior(self, step: str, handle: str | None) -> Behavior | None:
        """The behavior of ``step`` with this handle; None for a path that has none."""
        return None if handle is None else self._behaviors[step].get(handle)

    def _views(self, key: str, node: Node) -> tuple[PathView, ...]:
        return tuple(
            PathView(
                label=path.label,
                step=path.step,
                icon=path.icon,
                behavior=_view(self.behavior(key, path.behavior)),
            )
            for path in node.step.paths
        )


def compile_definition(name: str, version: int, definition: Definition) -> CompiledDefinition:
    """Make ``definition`` ready. It must have been checked: raises ``QueryError`` for a scope
    that cannot be read."""
    return CompiledDefinition(name, version, definition)


def canonical(definition: Definition) -> bytes:
    """The definition as JSON, always the same bytes for the same definition.

    Steps keep the order written; the members of a step have a fixed one. Decode it with
    ``msgspec.json.decode(…, type=Definition)``.
    """
    return _ENCODER.encode(definition)


def content_hash(body: bytes) -> str:
    """SHA-256 of canonical bytes, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def _view(behavior: Behavior | None) -> BehaviorView | None:
    if behavior is None:
        return None
    return BehaviorView(
        handle=behavior.handle,
        behavior=behavior.behavior,
        target=behavior.target,
        fields=behavior.fields,
        data=behavior.data,
        templates=behavior.templates,
    )
