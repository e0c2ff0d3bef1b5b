"""Reading single values: of the right kind, or a finding that says what is there instead."""

from typing import Any, get_args

from .bounds import NAME_CHARACTERS
from .findings import Findings, child

_AS = {
    "a text": 'Write it between quotation marks: `"…"`.',
    "an object": "Write its members between braces: `{…}`.",
    "an array or an object": "Write them between brackets, `[…]`, or by key between braces, `{…}`.",
    "an array of texts": 'Write them between brackets: `["…"]`.',
}
"""How to write a value of each kind that is wanted."""
_AS_TEXT = {
    "scope": "Write one query as a text, such as `given groups [a, b]`, or `$sink`.",
    "target": "Write one query as a text, such as `given groups [a, b]`, or `$sink`.",
    "behavior": "Write the handle of one of the step's `behaviors`, as a text.",
}
_OF_THE_GRAPH = ("step", "paths", "actions", "status", "args", "action")
"""Members of which the graph is made; what was perhaps one of them is no reason to say that
something is missing."""


class ValueReader:
    """Reads values; pointers are into the author's document."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def text(self, raw: Any, place: str, member: str, step: str) -> str | None:
        """A text, or nothing. ``place``: what it is a ``member`` of, in the canonical form."""
        if raw is None or isinstance(raw, str):
            return raw
        pointer = self._findings.origin(child(place, member))
        what = f"`{member}` in {step!r}"
        self.wrong_type(pointer, what, "a text", raw, step, _AS_TEXT.get(member, ""))
        return None

    def one_of(self, raw: Any, place: str, step: str, member: str, code: str, kind: Any) -> Any:
        """The same for one of the words of the literal type ``kind``."""
        known = get_args(kind)
        if raw is None or (isinstance(raw, str) and raw in known):
            return raw
        pointer = self._findings.origin(child(place, member))
        shown = repr(raw) if isinstance(raw, str) else kind_of(raw)
        text = f"`{member}` in {step!r} cannot be {shown}."
        word = raw if isinstance(raw, str) else ""
        self._findings.written(code, pointer, text, self._findings.did_you_mean(word, known), step)
        return None

    def require_known(
        self, raw: dict[str, Any], pointer: str, known: tuple[str, ...], step: str
    ) -> None:
        """Warn of members that mean nothing."""
        for name in raw:
            if name in known:
                continue
            close = self._findings.closest(name, known)
            hint = self._findings.known_here(known)
            if close is not None:
                hint = f"Did you mean `{close}`?"
                self._findings.lose(step, raw[name], close in _OF_THE_GRAPH)
            self._findings.written(
                "unknown_member",
                child(pointer, name),
                f"The member {name!r} in {step!r} means nothing here and is left out.",
                hint,
                step,
                key=True,
            )

    def require_name(
        self, pointer: str, what: str, name: str, step: str | None, key: bool = False
    ) -> bool:
        """Refuse a key, label or handle that is blank or too long to be named."""
        if len(name) > NAME_CHARACTERS:
            text = f"A {what} has {len(name)} characters; at most {NAME_CHARACTERS} are taken."
            hint = "Shorten it: long texts belong into `description`."
            self._findings.written("too_large", pointer, text, hint, step, key=key)
        elif not name.strip():
            hint = "Write at least one letter or digit."
            text = f"A {what} is empty."
            self._findings.written("bad_argument", pointer, text, hint, step, key=key)
        return len(name) <= NAME_CHARACTERS

    def missing(self, pointer: str, what: str, member: str, step: str) -> None:
        """Report that something has no ``member``."""
        text = f"{what} has no `{member}`."
        self._findings.written("missing_member", pointer, text, f"Add `{member}`.", step)

    def wrong_type(
        self,
        pointer: str,
        what: str,
        wanted: str,
        raw: object,
        step: str | None,
        hint: str = "",
    ) -> None:
        """Report a value of another kind."""
        text = f"{what} must be {wanted}, not {kind_of(raw)}."
        self._findings.written("wrong_type", pointer, text, hint or _AS[wanted], step)


def is_name(name: str) -> bool:
    """Whether ``name`` can be named: it is not blank, and not too long."""
    return len(name) <= NAME_CHARACTERS and bool(name.strip())


def kind_of(raw: object) -> str:
    """What kind of JSON value ``raw`` is, in words."""
    match raw:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list() | tuple():
            return "an array"
        case _:
            return "an object"
