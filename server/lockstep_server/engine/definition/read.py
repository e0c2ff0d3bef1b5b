"""Reading every tolerated spelling of a definition into the canonical form."""

from typing import Any

from lockstep_protocol.definition import Definition, Finding, NameStyle, Node, Status, Step

from .bounds import STEPS
from .document import Unreadable, require_plain
from .findings import Findings, child
from .lists import ListReader
from .values import ValueReader

STEP_MEMBERS = ("name", "nameStyle", "template", "description", "scope", "paths", "status")
NODE_MEMBERS = ("step", "behaviors", "actions")
SCHEMA_MEMBER = "$schema"
"""What editors put at the top; it is no step."""


def read(raw: object) -> tuple[Definition, list[Finding]]:
    """The canonical form of a JSON document, and what is wrong with its spelling.

    What cannot be read is left out of the definition. Whether the graph makes sense is
    ``check``'s to say.
    """
    findings = Findings()
    try:
        return read_document(raw, findings), findings.all
    except Unreadable:
        return {}, findings.all


def read_document(raw: object, findings: Findings) -> Definition:
    """The same with the findings, and where everything was written, left in ``findings``.

    Raises ``Unreadable`` when there is nothing to go on with.
    """
    require_plain(raw, findings)
    return _Reader(findings).definition(raw)


class _Reader:
    """Reads one document, step by step."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._values = ValueReader(findings)
        self._lists = ListReader(findings)

    def definition(self, raw: object) -> Definition:
        if not isinstance(raw, dict):
            hint = 'Write the steps by their keys: `{"start": {…}}`.'
            what = "The definition"
            self._values.wrong_type("", what, "an object of steps", raw, None, hint)
            raise Unreadable
        steps = [key for key in raw if key != SCHEMA_MEMBER]
        if len(steps) > STEPS:
            text = f"There are {len(steps)} steps; at most {STEPS} are taken."
            self._findings.written("too_many", "", text, "Split it into several workflows.")
            raise Unreadable
        nodes: Definition = {}
        for key in steps:
            pointer = child("", key)
            short = self._values.require_name(pointer, "step key", key, key, key=True)
            nodes[key] = self._node(key, raw[key]) if short else self._unread(key, raw[key])
        return nodes

    def _node(self, key: str, raw: Any) -> Node:
        pointer = child("", key)
        if not isinstance(raw, dict):
            self._values.wrong_type(pointer, f"The step {key!r}", "an object", raw, key)
            return self._unread(key, raw)
        self._values.require_known(raw, pointer, NODE_MEMBERS + STEP_MEMBERS, key)
        behaviors = self._lists.behaviors(raw.get("behaviors"), pointer, key)
        members = self._members(key, raw)
        step = self._step(key, members)
        return Node(
            step=step,
            behaviors=self._lists.with_short_ones(key, step.paths, behaviors),
            actions=self._lists.actions(raw.get("actions"), pointer, key),
        )

    def _unread(self, key: str, raw: object) -> Node:
        self._findings.lose(key, raw)
        self._findings.unread.add(child("", key, "step", "scope"))
        return Node(step=Step())

    def _members(self, key: str, raw: dict[str, Any]) -> dict[str, Any]:
        """The step's members, from within ``step`` and from the node itself."""
        pointer = child("", key)
        at = child(pointer, "step")
        origins = self._findings.origins
        inner = raw.get("step")
        if isinstance(inner, list):
            inner = {"paths": inner}
            origins[child(at, "paths")] = at
        elif inner is None:
            origins[at] = pointer
        elif not isinstance(inner, dict):
            self._values.wrong_type(at, f"`step` of {key!r}", "an object", inner, key)
            self._unread(key, inner)
            inner = None
        else:
            self._values.require_known(inner, at, STEP_MEMBERS, key)
        found = {name: inner.get(name) for name in STEP_MEMBERS} if inner else {}
        for name in STEP_MEMBERS:
            value = raw.get(name)
            if value is None:
                continue
            if found.get(name) is None:
                found[name] = value
                origins[child(at, name)] = child(pointer, name)
            elif found[name] != value:
                self._findings.written(
                    "conflicting_member",
                    child(pointer, name),
                    f"The step {key!r} has `{name}` twice, with different values.",
                    f"Keep the one inside `step`, at {self._origin(at, name)}.",
                    key,
                )
                self._findings.lose(key, value, name in ("paths", "status"))
        return found

    def _step(self, key: str, members: dict[str, Any]) -> Step:
        at = child("", key, "step")

        def text(name: str) -> str | None:
            return self._values.text(members.get(name), at, name, key)

        def choice(name: str, code: str, kind: Any) -> Any:
            return self._values.one_of(members.get(name), at, key, name, code, kind)

        scope, status = text("scope"), choice("status", "unknown_status", Status)
        if scope is None and members.get("scope") is not None:
            self._findings.unread.add(child(at, "scope"))
        if status is None and members.get("status") is not None:
            self._findings.lose(key, None)
        return Step(
            name=text("name") or "",
            name_style=choice("nameStyle", "unknown_name_style", NameStyle),
            template=text("template"),
            description=text("description"),
            scope=scope,
            status=status or "active",
            paths=self._lists.paths(members.get("paths"), at, key),
        )

    def _origin(self, at: str, name: str) -> str:
        return self._findings.origin(child(at, name))
