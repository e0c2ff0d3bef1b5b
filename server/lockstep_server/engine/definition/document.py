"""From bytes or text to a JSON document: what is wrong with the JSON itself."""

import json
from typing import Any

import msgspec

from .bounds import DEFINITION_BYTES, NESTING
from .findings import Findings, child


class Unreadable(Exception):
    """There is no document to go on with; the finding that says why is there."""


def parse_json(raw: bytes | str, findings: Findings) -> Any:
    """The document in ``raw``; raises ``Unreadable`` after a finding with line and column.

    A member written twice in one object is an error of its own: JSON would silently drop the
    first, and with it a whole step.
    """
    _require_size(len(raw), findings)
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
        text = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=gather, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _unreadable(findings, "it is not UTF-8", "Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        findings.written(
            "not_json",
            "",
            f"This is not JSON: {reason}.",
            _hint(text, error.pos),
            line=error.lineno,
            column=error.colno,
        )
        raise Unreadable from error
    except RecursionError as error:
        raise _unreadable(findings, "it is nested too deep", "") from error
    except ValueError as error:
        raise _unreadable(findings, str(error), "") from error
    if doubled:
        _report_doubled(document, doubled, findings)
    return document


def require_plain(document: Any, findings: Findings) -> None:
    """Refuse what is too large, too deep, or cannot be written as JSON."""
    waiting = [(document, 1)]
    while waiting:
        value, level = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        if level > NESTING:
            text = f"The definition is nested deeper than {NESTING} levels."
            findings.written("too_large", "", text, "Flatten `data` or `args`.")
            raise Unreadable
        inside = value.values() if isinstance(value, dict) else value
        waiting.extend((each, level + 1) for each in inside)
    try:
        encoded = msgspec.json.encode(document)
    except (TypeError, ValueError, OverflowError) as error:
        raise _unreadable(findings, str(error).rstrip("."), "") from error
    _require_size(len(encoded), findings)


def _require_size(size: int, findings: Findings) -> None:
    if size > DEFINITION_BYTES:
        findings.written(
            "too_large",
            "",
            f"The definition has {size} bytes; at most {DEFINITION_BYTES} are taken.",
            "Split it into workflows that start one another.",
        )
        raise Unreadable


def _unreadable(findings: Findings, reason: str, hint: str) -> Unreadable:
    findings.written("not_json", "", f"This is not JSON: {reason}.", hint)
    return Unreadable()


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number that JSON knows")


def _hint(text: str, position: int) -> str:
    rest = text[position:].lstrip()
    before = text[:position].rstrip()
    if rest.startswith(("//", "/*", "#")):
        return "JSON has no comments: take them out."
    if rest.startswith(("}", "]")) and before.endswith(","):
        return "Take out the comma before it."
    if rest.startswith("'"):
        return "JSON's quotation marks are double ones."
    return "Check brackets, commas and quotation marks."


def _report_doubled(
    document: Any, doubled: list[tuple[dict[str, Any], str]], findings: Findings
) -> None:
    places: dict[int, str] = {}
    waiting = [(document, "")]
    while waiting:
        value, pointer = waiting.pop()
        if isinstance(value, dict):
            places[id(value)] = pointer
            waiting.extend((each, child(pointer, key)) for key, each in value.items())
        elif isinstance(value, list):
            waiting.extend((each, child(pointer, index)) for index, each in enumerate(value))
    for found, key in doubled:
        if id(found) in places:
            pointer = places[id(found)]
            findings.written(
                "duplicate_member",
                child(pointer, key),
                f"{key!r} stands twice in the same object; all but the last would be lost.",
                "Give one of them another name.",
                pointer.split("/")[1].replace("~1", "/").replace("~0", "~") if pointer else key,
            )
