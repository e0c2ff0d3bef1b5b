"""Gathering what is wrong with a definition, all of it, at the place where the author wrote it."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Literal, NamedTuple

import msgspec

from lockstep_protocol.definition import Finding

from .positions import Places, Position

CODES: dict[str, Literal["error", "warning"]] = {
    # The document
    "not_json": "error",
    "too_large": "error",
    "too_many": "error",
    "duplicate_member": "error",
    "wrong_type": "error",
    "missing_member": "error",
    "conflicting_member": "error",
    "unknown_member": "warning",
    "unknown_action": "error",
    "unknown_behavior": "error",
    "unknown_status": "error",
    "unknown_name_style": "error",
    "bad_argument": "error",
    "unused_argument": "warning",
    # Single steps
    "no_start": "error",
    "duplicate_label": "error",
    "duplicate_handle": "error",
    "undefined_behavior": "error",
    "all_at_start": "error",
    "bad_query": "error",
    "bad_template": "error",
    "missing_scope": "warning",
    "template_outside_start": "warning",
    "retired_with_paths": "warning",
    "no_such_part": "warning",
    "unused_behavior": "warning",
    "missing_fields": "warning",
    "unknown_fields": "warning",
    "template_in_label": "warning",
    "word_as_handle": "warning",
    # The graph
    "missing_step": "error",
    "trigger_cycle": "error",
    "long_trigger_chain": "error",
    "unreachable_step": "warning",
    "dead_end": "warning",
    "lock_never_freed": "warning",
    "users_drift_apart": "warning",
}
"""Every code that a finding may have, with its severity."""

SEARCHED = 2_000_000
"""Pairs of characters that may be compared to find words that were meant: it costs the most."""
FINDINGS_KEPT = 500
"""Errors, and warnings, of one document at most: nobody reads more, and nonsense has no end."""


def child(pointer: str, *parts: str | int) -> str:
    """The JSON pointer (RFC 6901) of a member or item below ``pointer``."""
    for part in parts:
        if isinstance(part, int):
            pointer = f"{pointer}/{part}"
        elif "/" in part or "~" in part:
            pointer += "/" + part.replace("~", "~0").replace("/", "~1")
        else:
            pointer = f"{pointer}/{part}"
    return pointer


class _Spot(NamedTuple):
    key: bool
    within: int | None


class Findings:
    """The findings so far.

    ``origins`` says where the author wrote what a pointer into the canonical form names; a
    pointer that is not in it is translated by its longest beginning that is.
    """

    def __init__(self) -> None:
        self.all: list[Finding] = []
        self.origins: dict[str, str] = {}
        self.keys: set[str] = set()
        """Pointers into the canonical form at whose origin the key is meant, not the value."""
        self.errors = False
        self.incomplete: set[str] = set()
        """Steps of whose paths, actions or status something could not be read."""
        self.unread: set[str] = set()
        """Pointers into the canonical form to what was written but could not be read."""
        self.mentioned: dict[str, set[str]] = {}
        """By step the words in what could not be read of it, such as the steps it may lead to."""
        self.refused: dict[str, set[str]] = {}
        """The same for paths, behaviors and actions that an error keeps from being read at all."""
        self._spots: list[_Spot] = []
        self._searched = 0
        self._counted = {"error": 0, "warning": 0}

    def add(
        self,
        code: str,
        pointer: str,
        text: str,
        hint: str = "",
        step: str | None = None,
        within: int | None = None,
        key: bool = False,
    ) -> None:
        """Report what stands at ``pointer``, a pointer into the canonical form.

        ``within``: at which character of the text there, counted from 0. ``key``: the member's
        name is meant, not its value.
        """
        key = key or pointer in self.keys
        self.written(code, self.origin(pointer), text, hint, step, key=key, within=within)

    def written(
        self,
        code: str,
        pointer: str,
        text: str,
        hint: str = "",
        step: str | None = None,
        *,
        key: bool = False,
        within: int | None = None,
        place: Position | None = None,
    ) -> None:
        """The same for a pointer into the author's own document.

        ``key``: the member's name is meant, not its value. ``place``: where it is in the file,
        when there is no document in which to look for the pointer.
        """
        severity = CODES[code]
        self.errors = self.errors or severity == "error"
        self._counted[severity] += 1
        if self._counted[severity] <= FINDINGS_KEPT:
            line, column = place or (None, None)
            self.all.append(Finding(code, severity, pointer, text, hint, step, line, column))
            self._spots.append(_Spot(key, within))

    def refuse(self, step: str, raw: object, graph: bool = True) -> None:
        """``lose`` what an error was reported of."""
        self.lose(step, raw, graph)
        _gather(raw, self.refused.setdefault(step, set()))

    def lose(self, step: str, raw: object, graph: bool = True) -> None:
        """Remember that ``raw``, a part of ``step``, could not be read, so that nobody is warned
        of what is missing but stands in it. ``graph``: paths, actions or the status may do so."""
        if graph:
            self.incomplete.add(step)
        _gather(raw, self.mentioned.setdefault(step, set()))

    def locate(self, text: str) -> None:
        """Say of each finding where in ``text``, the JSON that was read, it stands."""
        if not self.all:
            return
        places = Places(text, {finding.pointer for finding in self.all})
        for index, (finding, spot) in enumerate(zip(self.all, self._spots, strict=True)):
            line, column = places.of(finding.pointer, spot.key, spot.within)
            self.all[index] = msgspec.structs.replace(finding, line=line, column=column)

    def origin(self, pointer: str) -> str:
        """Where the author wrote what ``pointer`` names in the canonical form."""
        head, rest = pointer, ""
        while head:
            if head in self.origins:
                return self.origins[head] + rest
            head, _, last = head.rpartition("/")
            rest = f"/{last}{rest}"
        return pointer

    def closest(self, word: str, known: Iterable[str]) -> str | None:
        """The one of ``known`` that was perhaps meant by ``word``."""
        if self._searched > SEARCHED or len(self.all) >= FINDINGS_KEPT:
            return None
        lowered = {choice.lower(): choice for choice in known}
        self._searched += len(word) * sum(map(len, lowered))
        if word.lower() in lowered:
            return lowered[word.lower()]
        if self._searched > SEARCHED:
            return None
        close = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
        return lowered[close[0]] if close else None

    def did_you_mean(self, word: str, known: Iterable[str]) -> str:
        """A hint that names the closest of ``known``, or all of them when they are few."""
        if self._searched > SEARCHED or len(self.all) >= FINDINGS_KEPT:
            return ""
        choices = [choice for choice in known if choice]
        close = self.closest(word, choices)
        return f"Did you mean `{close}`?" if close else self.known_here(choices)

    def known_here(self, choices: Collection[str]) -> str:
        """A hint that names all ``choices`` when they are few."""
        listed = ", ".join(f"`{choice}`" for choice in choices)
        return f"Known here: {listed}." if 0 < len(choices) <= 12 else ""


def _gather(raw: object, words: set[str]) -> None:
    """Add every text and every key in ``raw`` to ``words``."""
    waiting = [raw]
    while waiting:
        match waiting.pop():
            case str() as word:
                words.add(word)
            case dict() as found:
                waiting += [*found, *found.values()]
            case list() as found:
                waiting += found
