"""Gathering what is wrong with a definition, all of it, at the place where the author wrote it."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

from lockstep_protocol.definition import Finding


def child(pointer: str, *parts: str | int) -> str:
    """The JSON pointer (RFC 6901) of a member or item below ``pointer``."""
    for part in parts:
        pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
    return pointer


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the closest of ``known``, or all of them when none is close."""
    choices = list(known)
    close = get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known here: {', '.join(choices)}." if 0 < len(choices) <= 12 else ""


class Findings:
    """The findings so far. ``origins`` says where the author wrote what a pointer names."""

    def __init__(self) -> None:
        self.all: list[Finding] = []
        self.origins: dict[str, str] = {}

    def error(self, code: str, pointer: str, text: str, hint: str = "", step: str = "") -> None:
        """Something that keeps the definition from being published."""
        self._add("error", code, pointer, text, hint, step)

    def warn(self, code: str, pointer: str, text: str, hint: str = "", step: str = "") -> None:
        """Something that is probably not meant."""
        self._add("warning", code, pointer, text, hint, step)

    @property
    def errors(self) -> bool:
        """Whether one of them is an error."""
        return any(finding.severity == "error" for finding in self.all)

    def _add(
        self,
        severity: Literal["error", "warning"],
        code: str,
        pointer: str,
        text: str,
        hint: str,
        step: str,
    ) -> None:
        written = self._origin(pointer)
        self.all.append(
            Finding(
                code=code,
                severity=severity,
                pointer=written,
                text=text,
                hint=hint,
                step=step or None,
            )
        )

    def _origin(self, pointer: str) -> str:
        """Where the author wrote it: the longest known beginning of the pointer is translated."""
        head, rest = pointer, ""
        while head:
            if head in self.origins:
                return self.origins[head] + rest
            head, _, last = head.rpartition("/")
            rest = f"/{last}{rest}"
        return pointer
