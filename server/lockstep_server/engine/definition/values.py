"""Reading single values: of the right kind, or a finding that says what is there instead."""

from typing import Any, get_args

from .bounds import NAME_CHARACTERS
from .findings import Findings, child


class ValueReader:
    """Reads values; pointers are into the author's document."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def text(self, raw: Any, pointer: str, member: str, step: str) -> str | None:
        """A text, or nothing."""
        if raw is None or isinstance(raw, str):
            return raw
        self.wrong_type(pointer, f"`{member}` in {step!r}", "a text", raw, step)
        return None

    def one_of(self, raw: Any, pointer: str, step: str, member: str, code: str, kind: Any) -> Any:
        """One of the words of the literal type ``kind``, or nothing."""
        known = get_args(kind)
        if raw is None or (isinstance(raw, str) and raw in known):
            return raw
        shown = repr(raw) if isinstance(raw, str) else kind_of(raw)
        text = f"`{member}` in {step!r} cannot be {shown}."
        self._findings.incomplete.add(step)
        self._findings.written(
            code, pointer, text, self._findings.did_you_mean(str(raw), known), step
        )
        return None

    def require_known(
        self, raw: dict[str, Any], pointer: str, known: tuple[str, ...], step: str
    ) -> None:
        """Warn of members that mean nothing."""
        for name in raw:
            if name not in known:
                self._findings.written(
                    "unknown_member",
                    child(pointer, name),
                    f"The member {name!r} in {step!r} means nothing here and is left out.",
                    self._findings.did_you_mean(name, known),
                    step,
                    key=True,
                )

    def require_name(self, pointer: str, what: str, name: str, step: str | None) -> None:
        """Refuse a key, label or handle that is blank or too long to be named."""
        if len(name) > NAME_CHARACTERS:
            text = f"A {what} has {len(name)} characters; at most {NAME_CHARACTERS} are taken."
            self._findings.written("too_large", pointer, text, "", step)
        elif not name.strip():
            self._findings.written("bad_argument", pointer, f"A {what} is empty.", "", step)

    def missing(self, pointer: str, what: str, member: str, step: str) -> None:
        """Report that something has no ``member``."""
        text = f"{what} has no `{member}`."
        self._findings.incomplete.add(step)
        self._findings.written("missing_member", pointer, text, f"Add `{member}`.", step)

    def wrong_type(
        self, pointer: str, what: str, wanted: str, raw: object, step: str | None
    ) -> None:
        """Report a value of another kind."""
        text = f"{what} must be {wanted}, not {kind_of(raw)}."
        if step is not None:
            self._findings.incomplete.add(step)
        self._findings.written("wrong_type", pointer, text, "", step)


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
