"""Reading every tolerated spelling of a definition into the canonical form."""

from collections.abc import Callable
from typing import Any, TypeVar, get_args

from lockstep_protocol.definition import (
    Action,
    ActionName,
    Behavior,
    BehaviorName,
    Definition,
    NameStyle,
    Node,
    Path,
    Status,
    Step,
)

from .findings import Findings, child, did_you_mean

STEP_MEMBERS = ("name", "nameStyle", "template", "description", "scope", "paths", "status")
NODE_MEMBERS = ("step", "behaviors", "actions")
PATH_MEMBERS = ("label", "step", "behavior", "icon")
BEHAVIOR_MEMBERS = ("handle", "behavior", "target", "fields", "data", "templates")
ACTION_MEMBERS = ("action", "scope", "args")
SHORT_BEHAVIORS: dict[str, BehaviorName] = {"close": "ux", "open": "automatic"}
"""Behaviors named by what they do alone: read as this one, with the word as its ``fields``."""

T = TypeVar("T")
ReadItem = Callable[[Any, str, str, str], T | None]
"""Reads one item, given its value, its author's pointer, its key if it had one, and the step."""


class Reader:
    """Reads one document. What cannot be read is left out, and a finding says so."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def definition(self, raw: Any) -> Definition:
        """The canonical form of what could be read."""
        if not isinstance(raw, dict):
            self._wrong_type("", "The definition", "an object from step key to step", raw, "")
            return {}
        nodes: Definition = {}
        for key, value in raw.items():
            if key != "$schema":
                node = self._node(key, value)
                if node is not None:
                    nodes[key] = node
        return nodes

    def _node(self, key: str, raw: Any) -> Node | None:
        pointer = child("", key)
        if not isinstance(raw, dict):
            self._wrong_type(pointer, f"The step {key!r}", "an object", raw, key)
            return None
        members = self._step_members(key, raw)
        for name in raw:
            if name not in NODE_MEMBERS and name not in STEP_MEMBERS:
                self._unknown(child(pointer, name), name, NODE_MEMBERS + STEP_MEMBERS, key)
        step = self._step(key, members)
        behaviors = self._list(
            raw.get("behaviors"), pointer, "behaviors", key, "behavior", self._behavior
        )
        actions = self._list(raw.get("actions"), pointer, "actions", key, "action", self._action)
        return Node(step=step, behaviors=tuple(behaviors), actions=tuple(actions))

    def _step_members(self, key: str, raw: dict[str, Any]) -> dict[str, Any]:
        """The step's members, from the node itself and from within ``step``."""
        pointer = child("", key)
        inner = raw.get("step", {})
        found: dict[str, Any] = {}
        if isinstance(inner, list):
            inner = {"paths": inner}
            self._findings.origins[child(pointer, "step", "paths")] = child(pointer, "step")
        elif not isinstance(inner, dict):
            self._wrong_type(child(pointer, "step"), f"`step` of {key!r}", "an object", inner, key)
            inner = {}
        for name, value in inner.items():
            if name in STEP_MEMBERS:
                found[name] = value
            else:
                self._unknown(child(pointer, "step", name), name, STEP_MEMBERS, key)
        for name in STEP_MEMBERS:
            if name not in raw:
                continue
            if name in found and found[name] != raw[name]:
                self._findings.error(
                    "conflicting_member",
                    child(pointer, name),
                    f"The step {key!r} has `{name}` twice, with different values.",
                    "Keep the one inside `step`.",
                    key,
                )
            elif name not in found:
                found[name] = raw[name]
                self._findings.origins[child(pointer, "step", name)] = child(pointer, name)
        return found

    def _step(self, key: str, members: dict[str, Any]) -> Step:
        pointer = child("", key, "step")
        texts = {
            name: self._text(members.get(name), child(pointer, name), key)
            for name in ("name", "template", "description", "scope")
        }
        style = self._one_of(
            members.get("nameStyle"), child(pointer, "nameStyle"), key, "name_style", NameStyle
        )
        status = self._one_of(
            members.get("status"), child(pointer, "status"), key, "status", Status
        )
        paths = self._list(members.get("paths"), pointer, "paths", key, "label", self._path)
        return Step(
            name=texts["name"] or "",
            name_style=style,
            template=texts["template"],
            description=texts["description"],
            scope=texts["scope"],
            status=status or "active",
            paths=tuple(paths),
        )

    def _list(
        self, raw: Any, pointer: str, member: str, step: str, mark: str, read: ReadItem[T]
    ) -> list[T]:
        """An array, a map, or one alone (which has the member ``mark``), as a list."""
        if raw is None:
            return []
        place = child(pointer, member)
        written = self._findings.origins.get(place, place)
        items: list[tuple[str, Any, str]]
        if isinstance(raw, list):
            items = [(child(written, index), value, "") for index, value in enumerate(raw)]
        elif isinstance(raw, dict) and isinstance(raw.get(mark), str):
            items = [(written, raw, "")]
        elif isinstance(raw, dict):
            keys = sorted(raw, key=_key_order) if member == "actions" else list(raw)
            items = [(child(written, key), raw[key], key) for key in keys]
        else:
            self._wrong_type(place, f"`{member}` of {step!r}", "an array", raw, step)
            return []
        found: list[T] = []
        for origin, value, key in items:
            item = read(value, origin, key, step)
            if item is not None:
                self._findings.origins[child(place, len(found))] = origin
                found.append(item)
        return found

    def _path(self, raw: Any, pointer: str, key: str, step: str) -> Path | None:
        if isinstance(raw, str) and key:
            raw = {"label": raw}
        if not isinstance(raw, dict):
            self._wrong_type(pointer, f"A path of {step!r}", "an object", raw, step)
            return None
        self._known(raw, pointer, PATH_MEMBERS, step)
        target = self._text(raw.get("step", key or None), child(pointer, "step"), step)
        label = self._text(raw.get("label", key or None), child(pointer, "label"), step)
        if not target or not label:
            missing = "step" if not target else "label"
            self._missing(pointer, f"A path of the step {step!r}", missing, step)
            return None
        return Path(
            label=label,
            step=target,
            behavior=self._text(raw.get("behavior"), child(pointer, "behavior"), step),
            icon=self._text(raw.get("icon"), child(pointer, "icon"), step),
        )

    def _behavior(self, raw: Any, pointer: str, key: str, step: str) -> Behavior | None:
        if isinstance(raw, str) and key:
            raw = {"behavior": raw}
        if not isinstance(raw, dict):
            self._wrong_type(pointer, f"A behavior of {step!r}", "an object", raw, step)
            return None
        self._known(raw, pointer, BEHAVIOR_MEMBERS, step)
        kind, fields = raw.get("behavior"), raw.get("fields")
        if isinstance(kind, str) and kind in SHORT_BEHAVIORS:
            kind, fields = SHORT_BEHAVIORS[kind], fields if fields is not None else kind
        handle = self._text(raw.get("handle", key or None), child(pointer, "handle"), step)
        if not handle or kind is None:
            missing = "behavior" if handle else "handle"
            self._missing(pointer, f"A behavior of the step {step!r}", missing, step)
            return None
        name = self._one_of(kind, child(pointer, "behavior"), step, "behavior", BehaviorName)
        if name is None:
            return None
        templates = raw.get("templates", [])
        if isinstance(templates, str):
            templates = [templates]
        if not isinstance(templates, list) or not all(isinstance(t, str) for t in templates):
            self._wrong_type(
                child(pointer, "templates"), f"`templates` in {step!r}", "texts", templates, step
            )
            templates = []
        return Behavior(
            handle=handle,
            behavior=name,
            target=self._text(raw.get("target"), child(pointer, "target"), step),
            fields=fields,
            data=raw.get("data"),
            templates=tuple(templates),
        )

    def _action(self, raw: Any, pointer: str, key: str, step: str) -> Action | None:
        if isinstance(raw, str):
            raw = {"action": raw}
        if not isinstance(raw, dict):
            self._wrong_type(pointer, f"An action of {step!r}", "an object", raw, step)
            return None
        self._known(raw, pointer, ACTION_MEMBERS, step)
        kind = raw.get("action", key if key in get_args(ActionName) else None)
        if kind is None:
            self._missing(pointer, f"An action of the step {step!r}", "action", step)
            return None
        name = self._one_of(kind, child(pointer, "action"), step, "action", ActionName)
        scope = self._text(raw.get("scope"), child(pointer, "scope"), step)
        return Action(action=name, scope=scope, args=raw.get("args")) if name else None

    def _text(self, raw: Any, pointer: str, step: str) -> str | None:
        if raw is None or isinstance(raw, str):
            return raw
        member = pointer.rpartition("/")[2]
        self._wrong_type(pointer, f"`{member}` in {step!r}", "a text", raw, step)
        return None

    def _one_of(self, raw: Any, pointer: str, step: str, what: str, literal: Any) -> Any:
        known = get_args(literal)
        if raw is None or (isinstance(raw, str) and raw in known):
            return raw
        self._findings.error(
            f"unknown_{what}",
            pointer,
            f"The step {step!r} has the {what.replace('_', ' ')} {raw!r}, which there is not.",
            did_you_mean(str(raw), known),
            step,
        )
        return None

    def _known(
        self, raw: dict[str, Any], pointer: str, members: tuple[str, ...], step: str
    ) -> None:
        for name in raw:
            if name not in members:
                self._unknown(child(pointer, name), name, members, step)

    def _unknown(self, pointer: str, name: str, known: tuple[str, ...], step: str) -> None:
        self._findings.warn(
            "unknown_member",
            pointer,
            f"The step {step!r} has the member {name!r}, which means nothing here.",
            did_you_mean(name, known),
            step,
        )

    def _missing(self, pointer: str, what: str, member: str, step: str) -> None:
        self._findings.error(
            "missing_member", pointer, f"{what} has no `{member}`.", f"Add `{member}`.", step
        )

    def _wrong_type(self, pointer: str, what: str, wanted: str, raw: Any, step: str) -> None:
        self._findings.error(
            "wrong_type", pointer, f"{what} is {wanted}, not {_kind(raw)}.", "", step
        )


def _key_order(key: str) -> tuple[int, str]:
    return (int(key), key) if key.isdecimal() else (10**9, key)


def _kind(raw: Any) -> str:
    match raw:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "an array"
        case _:
            return "an object"
