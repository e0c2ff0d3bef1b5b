"""From bytes or text to a JSON document: what is wrong with the JSON itself."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from lockstep_protocol.codec import INTEGERS
from lockstep_protocol.definition import Definition

from .bounds import DEFINITION_BYTES, NESTING
from .findings import Findings, child
from .positions import Position, place

_STRING = r'"(?:[^"\\]|\\.)*"'
_BRACKET = re.compile(rf"{_STRING}|([\[\]{{}}])", re.DOTALL)
_NO_NUMBER = re.compile(rf"{_STRING}|(-?Infinity|NaN|\d{{4301,}})", re.DOTALL)
"""What the parser refuses without saying where: numbers of JavaScript alone, and endless ones."""
_HALF = re.compile("[\ud800-\udfff]")
_LAST_COMMA = re.compile(r",\s*[}\]]")
_REASONS = {
    "Extra data": "something follows its end",
    "Invalid control character at": "a line end, tab or other control character is in a text",
    "Unterminated string starting at": "a text that begins here is never closed",
}
_FLATTEN = "Flatten `data` or `args`."


class Unreadable(Exception):
    """There is no document to go on with; the finding that says why is there."""


def parse_json(raw: bytes | str, findings: Findings) -> tuple[Any, str]:
    """The document in ``raw`` and its text; raises ``Unreadable`` after a finding with its place.

    A member written twice in one object is an error of its own: JSON would silently drop the
    first, and with it a whole step.
    """
    _require_size(len(raw), findings, (1, 1))
    text = _decoded(raw, findings)
    doubled: list[tuple[dict[str, Any], str]] = []

    def gather(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    doubled.append((found, key))
                seen.add(key)
        return found

    try:
        document = json.loads(text, object_pairs_hook=gather, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _syntax(findings, text, error) from error
    except RecursionError as error:
        reason = f"The definition is nested deeper than {NESTING} levels."
        where = place(text, _too_deep_at(text))
        findings.written("too_large", "", reason, _FLATTEN, place=where)
        raise Unreadable from error
    except ValueError as error:
        at, word = _no_number(text)
        shown = word if len(word) < 20 else f"a number of {len(word)} digits"
        reason = f"{shown} is no number that JSON knows"
        raise _not_json(
            findings, reason, "Write a smaller number, a text, or `null`.", text, at
        ) from error
    if doubled:
        _report_doubled(document, doubled, findings)
    return document, text


def require_plain(document: Any, findings: Findings) -> None:
    """Refuse what is too large, too deep, or cannot be written as JSON."""
    if not _is_plain(document):
        _report_not_plain(document, findings)
        raise Unreadable
    try:
        encoded = msgspec.json.encode(document)
    except (TypeError, ValueError, OverflowError) as error:
        _report_unwritable(document, error, findings)
        raise Unreadable from error
    _require_size(len(encoded), findings)


def require_size(definition: Definition, findings: Findings) -> None:
    """Refuse what is too large once it is in the canonical form, which must be readable again."""
    _require_size(len(msgspec.json.encode(definition)), findings)


def _is_plain(document: Any) -> bool:
    """Whether it is not nested too deep, and every number is one that clients can be sent."""
    level = [document] if isinstance(document, dict | list) else []
    for _ in range(NESTING):
        inner: list[Any] = []
        for value in level:
            for each in value.values() if isinstance(value, dict) else value:
                if isinstance(each, dict | list):
                    inner.append(each)
                elif isinstance(each, int | float) and not _is_small(each):
                    return False
        if not inner:
            return True
        level = inner
    return False


def _is_small(number: float) -> bool:
    """Whether JSON can write it, and MessagePack: behaviors and messages go to clients in both."""
    return number in INTEGERS if isinstance(number, int) else math.isfinite(number)


def _report_not_plain(document: Any, findings: Findings) -> None:
    waiting = [("", document, 1)]
    while waiting:
        pointer, value, level = waiting.pop()
        if level > NESTING:
            text = f"The definition is nested deeper than {NESTING} levels."
            findings.written("too_large", pointer, text, _FLATTEN)
            return
        for name, each in _members(value):
            if isinstance(each, dict | list):
                waiting.append((child(pointer, name), each, level + 1))
            elif isinstance(each, int | float) and not _is_small(each):
                text = "This number is larger than JSON's readers can keep."
                if isinstance(each, int):
                    text = "This whole number does not fit 64 bits."
                hint = "Write a smaller number, or a text."
                findings.written("not_json", child(pointer, name), text, hint)


def _members(value: Any) -> Iterable[tuple[str | int, Any]]:
    match value:
        case dict():
            return value.items()
        case list():
            return enumerate(value)
        case _:
            return ()


def _require_size(size: int, findings: Findings, where: Position | None = None) -> None:
    if size > DEFINITION_BYTES:
        findings.written(
            "too_large",
            "",
            f"The definition has {size} bytes; at most {DEFINITION_BYTES} are taken.",
            "Split it into workflows that start one another.",
            place=where,
        )
        raise Unreadable


def _decoded(raw: bytes | str, findings: Findings) -> str:
    if isinstance(raw, str):
        return raw.removeprefix("\ufeff")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The bytes before are UTF-8, so they can be counted as characters.
        before = raw[: error.start].decode("utf-8-sig")
        raise _not_json(
            findings, "it is not UTF-8", "Save it as UTF-8.", before, len(before)
        ) from error


def _not_json(findings: Findings, reason: str, hint: str, text: str, at: int) -> Unreadable:
    said = f"This is not JSON: {reason}."
    findings.written("not_json", "", said, hint, place=place(text, at))
    return Unreadable()


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number that JSON knows")


def _no_number(text: str) -> tuple[int, str]:
    """Where the first number stands that cannot be read, and how it is written."""
    found = next((each for each in _NO_NUMBER.finditer(text) if each[1]), None)
    return (found.start(1), found[1]) if found else (0, "This")


def _too_deep_at(text: str) -> int:
    """Where the first object or array begins that is nested too deep."""
    level = 0
    for bracket in _BRACKET.finditer(text):
        if bracket[1]:
            level += 1 if bracket[1] in "[{" else -1
        if level > NESTING:
            return bracket.start()
    return 0


def _syntax(findings: Findings, text: str, error: json.JSONDecodeError) -> Unreadable:
    reason = _REASONS.get(error.msg, error.msg[:1].lower() + error.msg[1:])
    comma = _LAST_COMMA.match(text, max(text.rfind(",", 0, error.pos + 1), 0))
    if comma and error.pos <= comma.end() - 1:
        # Where Python says that this is depends on its version: the comma is what is wrong.
        reason = "a comma stands before the end of an object or array"
        return _not_json(findings, reason, "Take out the comma.", text, comma.start())
    return _not_json(findings, reason, _hint(text, error), text, error.pos)


def _hint(text: str, error: json.JSONDecodeError) -> str:
    rest = text[error.pos :].lstrip()
    if rest.startswith(("//", "/*", "#")):
        return "JSON has no comments: take them out."
    if not rest:
        return _unclosed(text)
    if rest.startswith("'"):
        return "JSON's quotation marks are double ones."
    if error.msg.startswith("Invalid control"):
        return "Write `\\n` for a line end, `\\t` for a tab, and close every quotation mark."
    if error.msg == "Extra data":
        return "Take out what follows, or one of the brackets before it."
    return "Check brackets, commas and quotation marks."


def _unclosed(text: str) -> str:
    """What is still open at the end of ``text``."""
    opened: list[int] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[1] in ("{", "["):
            opened.append(bracket.start())
        elif bracket[1] and opened:
            opened.pop()
    if not opened:
        return "Check brackets, commas and quotation marks."
    line, column = place(text, opened[-1])
    return f"The `{text[opened[-1]]}` of line {line}, column {column}, is never closed."


def _report_unwritable(document: Any, error: Exception, findings: Findings) -> None:
    """Texts with half a character (a lone surrogate) are what the parser lets through."""
    hint = "Write the character itself, or both of its `\\u` escapes."
    waiting = [("", document)]
    while waiting:
        pointer, value = waiting.pop()
        for name, each in _members(value):
            at = child(pointer, name)
            waiting.append((at, each))
            for text, key in ((name, True), (each, False)):
                if isinstance(text, str) and _HALF.search(text):
                    said = "This text holds half a character, which cannot be written as UTF-8."
                    findings.written("not_json", at, said, hint, key=key)
    if not findings.errors:
        findings.written("not_json", "", f"This is not JSON: {str(error).rstrip('.')}.", hint)


def _report_doubled(
    document: Any, doubled: list[tuple[dict[str, Any], str]], findings: Findings
) -> None:
    places: dict[int, str] = {}
    waiting = [("", document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            places[id(value)] = pointer
        waiting.extend((child(pointer, name), each) for name, each in _members(value))
    for found, key in doubled:
        if id(found) in places:
            pointer = places[id(found)]
            findings.written(
                "duplicate_member",
                child(pointer, key),
                f"{key!r} stands twice in the same object; all but the last would be lost.",
                "Give one of them another name, or take one out.",
                pointer.split("/")[1].replace("~1", "/").replace("~0", "~") if pointer else key,
                key=True,
            )
