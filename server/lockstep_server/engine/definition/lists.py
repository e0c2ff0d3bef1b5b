"""Reading paths, behaviors and actions: an array, an object by key, or a single one."""

import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar, get_args

from lockstep_protocol.definition import Action, ActionName, Behavior, BehaviorName, Path

from . import bounds
from .arguments import read_arguments
from .findings import Findings, child
from .values import ValueReader

PATH_MEMBERS = ("label", "step", "behavior", "icon")
BEHAVIOR_MEMBERS = ("handle", "behavior", "target", "fields", "data", "templates")
ACTION_MEMBERS = ("action", "scope", "args")
SHORT_BEHAVIORS: dict[str, BehaviorName] = {"close": "ux", "open": "automatic"}
"""Words that are read as the behavior here with the word as its ``fields``."""
_FIELDS = {name: word for word, name in SHORT_BEHAVIORS.items()}

T = TypeVar("T", Path, Behavior, Action)
ReadOne = Callable[[Any, str, str, str, str], T | None]
"""Reads one item: its value, the key it had, its place in the canonical form, the author's
pointer to it, and the step."""

_DIGITS = re.compile(r"(\d+)")


class ListReader:
    """Reads the three lists of a node."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._values = ValueReader(findings)

    def paths(self, raw: Any, at: str, step: str) -> tuple[Path, ...]:
        """Paths; in an object each key is the target step."""
        return self._list(raw, child(at, "paths"), step, "label", bounds.PATHS, self._path)

    def behaviors(self, raw: Any, at: str, step: str) -> tuple[Behavior, ...]:
        """Behaviors; in an object each key is the handle."""
        place = child(at, "behaviors")
        return self._list(raw, place, step, "behavior", bounds.BEHAVIORS, self._behavior)

    def actions(self, raw: Any, at: str, step: str) -> tuple[Action, ...]:
        """Actions; those of an object run in the order of the keys (2 before 10)."""
        if isinstance(raw, dict) and not isinstance(raw.get("action"), str):
            raw = {key: raw[key] for key in sorted(raw, key=_key_order)}
        place = child(at, "actions")
        return self._list(raw, place, step, "action", bounds.ACTIONS, self._action)

    def with_short_ones(
        self, step: str, paths: Collection[Path], behaviors: tuple[Behavior, ...]
    ) -> tuple[Behavior, ...]:
        """``behaviors`` and those that paths name by ``close`` or ``open`` alone."""
        handles = {behavior.handle for behavior in behaviors}
        named = {path.behavior for path in paths} - handles
        short = [
            Behavior(handle=word, behavior=name, fields=word)
            for word, name in SHORT_BEHAVIORS.items()
            if word in named
        ]
        return (*behaviors, *short)

    def _list(
        self, raw: Any, place: str, step: str, mark: str, limit: int, read: ReadOne[T]
    ) -> tuple[T, ...]:
        """All of ``raw`` that can be read. ``mark``: the member by which one alone is known."""
        member = place.rpartition("/")[2]
        written = self._findings.origin(place)
        items: list[tuple[str, Any, str]]
        match raw:
            case None:
                return ()
            case list():
                items = [(child(written, index), value, "") for index, value in enumerate(raw)]
            case dict() if isinstance(raw.get(mark), str):
                items = [(written, raw, "")]
            case dict():
                items = [(child(written, key), value, key) for key, value in raw.items()]
            case _:
                what = f"`{member}` of {step!r}"
                self._values.wrong_type(written, what, "an array or an object", raw, step)
                return ()
        if len(items) > limit:
            text = f"The step {step!r} has {len(items)} {member}; at most {limit} are taken."
            self._findings.incomplete.add(step)
            self._findings.written("too_many", written, text, "", step)
            return ()
        found: list[T] = []
        for pointer, value, key in items:
            at = child(place, len(found))
            self._findings.origins[at] = pointer
            item = read(value, key, at, pointer, step)
            if item is not None:
                found.append(item)
        return tuple(found)

    def _object(
        self, raw: Any, pointer: str, what: str, members: tuple[str, ...], step: str
    ) -> dict[str, Any] | None:
        if not isinstance(raw, dict):
            self._values.wrong_type(pointer, f"{what} of {step!r}", "an object", raw, step)
            return None
        self._values.require_known(raw, pointer, members, step)
        return raw

    def _keyed(
        self, raw: dict[str, Any], member: str, key: str, at: str, pointer: str, step: str
    ) -> str | None:
        """A member for which the key may stand; both must not say different things."""
        value = self._values.text(raw.get(member), child(pointer, member), member, step)
        if not key:
            return value
        if value is not None and value != key:
            self._findings.written(
                "conflicting_member",
                child(pointer, member),
                f"`{member}` in {step!r} is {value!r}, but its key says {key!r}.",
                f"Leave `{member}` out, or write an array.",
                step,
            )
        if member not in raw:
            self._findings.origins[child(at, member)] = pointer
        return key

    def _path(self, raw: Any, key: str, at: str, pointer: str, step: str) -> Path | None:
        if isinstance(raw, str) and key:
            raw = {"label": raw}
            self._findings.origins[child(at, "label")] = pointer
        found = self._object(raw, pointer, "A path", PATH_MEMBERS, step)
        if found is None:
            return None
        target = self._keyed(found, "step", key, at, pointer, step)
        label = self._values.text(found.get("label"), child(pointer, "label"), "label", step)
        for member, value in (("step", target), ("label", label)):
            if value is None and found.get(member) is None:
                self._values.missing(pointer, f"A path of {step!r}", member, step)
        behavior = self._values.text(
            found.get("behavior"), child(pointer, "behavior"), "behavior", step
        )
        icon = self._values.text(found.get("icon"), child(pointer, "icon"), "icon", step)
        if target is None or label is None:
            return None
        self._values.require_name(child(pointer, "label"), "label", label, step)
        return Path(label=label, step=target, behavior=behavior, icon=icon)

    def _behavior(self, raw: Any, key: str, at: str, pointer: str, step: str) -> Behavior | None:
        if isinstance(raw, str):
            raw = {"behavior": raw}
        found = self._object(raw, pointer, "A behavior", BEHAVIOR_MEMBERS, step)
        if found is None:
            return None
        word, fields = found.get("behavior"), found.get("fields")
        if word is None:
            self._values.missing(pointer, f"A behavior of {step!r}", "behavior", step)
            return None
        handle = self._keyed(found, "handle", key, at, pointer, step)
        if isinstance(word, str) and word in SHORT_BEHAVIORS:
            # A behavior that is only a word goes by that word.
            handle = handle or word
            fields = self._short_fields(word, fields, pointer, step)
        name = self._values.one_of(
            SHORT_BEHAVIORS.get(word, word) if isinstance(word, str) else word,
            child(pointer, "behavior"),
            step,
            "behavior",
            "unknown_behavior",
            BehaviorName,
        )
        target = self._values.text(found.get("target"), child(pointer, "target"), "target", step)
        templates = self._templates(found.get("templates"), child(pointer, "templates"), step)
        if name is None:
            return None
        handle = handle or name
        self._values.require_name(child(pointer, "handle"), "handle", handle, step)
        return Behavior(
            handle=handle,
            behavior=name,
            target=target,
            fields=_FIELDS.get(name) if fields is None else fields,
            data=found.get("data"),
            templates=templates,
        )

    def _short_fields(self, word: str, fields: Any, pointer: str, step: str) -> Any:
        if fields is not None and fields != word:
            self._findings.written(
                "conflicting_member",
                child(pointer, "fields"),
                f"The behavior `{word}` in {step!r} has other `fields`.",
                f"Leave `fields` out, or write `{SHORT_BEHAVIORS[word]}` in place of `{word}`.",
                step,
            )
        return word

    def _templates(self, raw: Any, pointer: str, step: str) -> tuple[str, ...]:
        if raw is None:
            return ()
        names = [raw] if isinstance(raw, str) else raw
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return tuple(names)
        self._values.wrong_type(pointer, f"`templates` in {step!r}", "an array of texts", raw, step)
        return ()

    def _action(self, raw: Any, key: str, at: str, pointer: str, step: str) -> Action | None:
        if isinstance(raw, str):
            raw = {"action": raw}
        found = self._object(raw, pointer, "An action", ACTION_MEMBERS, step)
        if found is None:
            return None
        word = found.get("action")
        if word is None and key in get_args(ActionName):
            word = key
        if word is None:
            self._values.missing(pointer, f"An action of {step!r}", "action", step)
            return None
        name = self._values.one_of(
            word, child(pointer, "action"), step, "action", "unknown_action", ActionName
        )
        scope = self._values.text(found.get("scope"), child(pointer, "scope"), "scope", step)
        if name is None:
            return None
        args = read_arguments(name, found.get("args"), at, pointer, step, self._findings)
        return Action(action=name, scope=scope, args=args)


def _key_order(key: str) -> list[tuple[int, str]]:
    """Keys as people count: digits by their value, all else by its letters."""
    parts = _DIGITS.split(key)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]
