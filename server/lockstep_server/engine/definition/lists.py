"""Reading paths, behaviors and actions: an array, an object by key, or a single one."""

import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar, get_args

from lockstep_protocol.definition import Action, ActionName, Behavior, BehaviorName, Path

from . import bounds
from .arguments import read_arguments
from .findings import Findings, child
from .values import ValueReader, is_name

PATH_MEMBERS = ("label", "step", "behavior", "icon")
BEHAVIOR_MEMBERS = ("handle", "behavior", "target", "fields", "data", "templates")
ACTION_MEMBERS = ("action", "scope", "args")
SHORT_BEHAVIORS: dict[str, BehaviorName] = {"close": "ux", "open": "automatic"}
"""Words that are read as the behavior here with the word as its ``fields``."""
_FIELDS = {name: word for word, name in SHORT_BEHAVIORS.items()}

T = TypeVar("T", Path, Behavior, Action)
ReadOne = Callable[[Any, str | None, str, str, str], T | None]
"""Reads one item: its value, the key it had if any, its place in the canonical form, the author's
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
        items: list[tuple[str, Any, str | None]]
        match raw:
            case None:
                return ()
            case list():
                items = [(child(written, index), value, None) for index, value in enumerate(raw)]
            case dict() if isinstance(raw.get(mark), str):
                items = [(written, raw, None)]
            case dict():
                items = [(child(written, key), value, key) for key, value in raw.items()]
            case _:
                what = f"`{member}` of {step!r}"
                self._values.wrong_type(written, what, "an array or an object", raw, step)
                self._findings.refuse(step, raw, member != "behaviors")
                return ()
        if len(items) > limit:
            text = f"The step {step!r} has {len(items)} {member}; at most {limit} are taken."
            hint = "Spread them over several steps."
            self._findings.written("too_many", written, text, hint, step)
            self._findings.refuse(step, [value for _, value, _ in items[limit:]])
            items = items[:limit]
        found: list[T] = []
        for pointer, value, key in items:
            at = child(place, len(found))
            self._findings.origins[at] = pointer
            item = read(value, key, at, pointer, step)
            if item is None:
                self._findings.refuse(step, {key or "": value}, member != "behaviors")
            else:
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

    def _text(self, raw: dict[str, Any], member: str, at: str, step: str) -> str | None:
        return self._values.text(raw.get(member), at, member, step)

    def _origin(self, at: str, member: str) -> str:
        return self._findings.origin(child(at, member))

    def _stands_for(self, at: str, member: str, pointer: str, key: bool = False) -> None:
        """Note that the author wrote ``member`` as the value, or the ``key``, at ``pointer``."""
        place = child(at, member)
        self._findings.origins[place] = pointer
        if key:
            self._findings.keys.add(place)

    def _keyed(
        self, raw: dict[str, Any], member: str, key: str | None, at: str, pointer: str, step: str
    ) -> str | None:
        """A member for which the key may stand; both must not say different things."""
        value = self._text(raw, member, at, step)
        if key is None:
            return value
        if value is not None and value != key:
            self._findings.written(
                "conflicting_member",
                child(pointer, member),
                f"`{member}` in {step!r} is {value!r}, but its key says {key!r}.",
                f"Leave `{member}` out, or write an array.",
                step,
            )
        if raw.get(member) is None:
            self._stands_for(at, member, pointer, key=True)
        return key

    def _require_name(self, at: str, member: str, name: str, step: str) -> None:
        if not is_name(name):
            key = child(at, member) in self._findings.keys
            self._values.require_name(self._origin(at, member), member, name, step, key)

    def _path(self, raw: Any, key: str | None, at: str, pointer: str, step: str) -> Path | None:
        if isinstance(raw, str) and key is not None:
            raw = {"label": raw}
            self._stands_for(at, "label", pointer)
        found = self._object(raw, pointer, "A path", PATH_MEMBERS, step)
        if found is None:
            return None
        target = self._keyed(found, "step", key, at, pointer, step)
        label = self._text(found, "label", at, step)
        for member, value in (("step", target), ("label", label)):
            if value is None and found.get(member) is None:
                self._values.missing(pointer, f"A path of {step!r}", member, step)
        behavior = self._text(found, "behavior", at, step)
        icon = self._text(found, "icon", at, step)
        if label is not None:
            self._require_name(at, "label", label, step)
        if target is None or label is None:
            return None
        return Path(label=label, step=target, behavior=behavior, icon=icon)

    def _behavior(
        self, raw: Any, key: str | None, at: str, pointer: str, step: str
    ) -> Behavior | None:
        if isinstance(raw, str):
            raw = {"behavior": raw}
            self._stands_for(at, "behavior", pointer)
        found = self._object(raw, pointer, "A behavior", BEHAVIOR_MEMBERS, step)
        if found is None:
            return None
        word, fields = found.get("behavior"), found.get("fields")
        if word is None:
            self._values.missing(pointer, f"A behavior of {step!r}", "behavior", step)
        name = word
        if isinstance(word, str) and word in SHORT_BEHAVIORS:
            name = SHORT_BEHAVIORS[word]
            fields = self._short_fields(word, fields, pointer, step)
        name = self._values.one_of(name, at, step, "behavior", "unknown_behavior", BehaviorName)
        handle = self._keyed(found, "handle", key, at, pointer, step)
        if handle is None and found.get("handle") is None:
            # A behavior without a handle goes by the word for it.
            handle = word if isinstance(word, str) else None
            self._stands_for(at, "handle", self._origin(at, "behavior"))
        target = self._text(found, "target", at, step)
        templates = self._templates(found.get("templates"), child(at, "templates"), step)
        if handle is not None:
            self._require_name(at, "handle", handle, step)
        if name is None or handle is None:
            return None
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

    def _templates(self, raw: Any, place: str, step: str) -> tuple[str, ...]:
        pointer = self._findings.origin(place)
        names = [raw] if isinstance(raw, str) else raw
        if isinstance(raw, str):
            self._findings.origins[child(place, 0)] = pointer
        if names is None:
            return ()
        what = f"`templates` in {step!r}"
        if not isinstance(names, list):
            self._values.wrong_type(pointer, what, "an array of texts", raw, step)
            return ()
        for index, name in enumerate(names):
            if not isinstance(name, str):
                one = f"Each of the {what}"
                self._values.wrong_type(child(pointer, index), one, "a text", name, step)
        return tuple(names) if all(isinstance(name, str) for name in names) else ()

    def _action(self, raw: Any, key: str | None, at: str, pointer: str, step: str) -> Action | None:
        if isinstance(raw, str):
            raw = {"action": raw}
            self._stands_for(at, "action", pointer)
        found = self._object(raw, pointer, "An action", ACTION_MEMBERS, step)
        if found is None:
            return None
        word = found.get("action")
        if word is None and key in get_args(ActionName):
            word = key
            self._stands_for(at, "action", pointer, key=True)
        if word is None:
            self._values.missing(pointer, f"An action of {step!r}", "action", step)
        name = self._values.one_of(word, at, step, "action", "unknown_action", ActionName)
        scope = self._text(found, "scope", at, step)
        if name is None:
            return None
        if scope is None and found.get("scope") is not None:
            self._findings.unread.add(child(at, "scope"))
        args = read_arguments(name, found.get("args"), at, pointer, step, self._findings)
        return Action(action=name, scope=scope, args=args)


def _key_order(key: str) -> list[tuple[int, str]]:
    """Keys as people count: digits by their value, all else by its letters."""
    parts = _DIGITS.split(key)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]
