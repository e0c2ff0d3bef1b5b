"""Where in a JSON file the value of a pointer stands."""

import json
import re

Position = tuple[int, int]
"""Line and column, both from 1."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


def positions(text: str) -> dict[str, Position]:
    """Each value's RFC 6901 pointer with where it begins. ``text`` has to be valid JSON."""
    found: dict[str, Position] = {}
    # One level: its pointer, and the index of the next element (None: an object).
    levels: list[tuple[str, int | None]] = []
    key: str | None = None
    line, line_start, read = 1, 0, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", read, token.start())
        if (newline := text.rfind("\n", read, token.start())) >= 0:
            line_start = newline + 1
        read = token.start()
        mark = token.group()
        if mark in "}]":
            levels.pop()
        elif mark in ":,":
            continue
        elif levels and levels[-1][1] is None and key is None:
            key = _unquoted(mark)
        else:
            pointer = _pointer(levels, key)
            key = None
            found.setdefault(pointer, (line, token.start() - line_start + 1))
            if mark in "{[":
                levels.append((pointer, 0 if mark == "[" else None))
    return found


def nearest(found: dict[str, Position], pointer: str) -> Position | None:
    """Where ``pointer`` stands, or else the innermost thing around it that is there."""
    while pointer not in found:
        if not pointer:
            return None
        pointer = pointer.rpartition("/")[0]
    return found[pointer]


def _pointer(levels: list[tuple[str, int | None]], key: str | None) -> str:
    if not levels:
        return ""
    around, index = levels[-1]
    if index is None:
        return f"{around}/{(key or '').replace('~', '~0').replace('/', '~1')}"
    levels[-1] = (around, index + 1)
    return f"{around}/{index}"


def _unquoted(token: str) -> str:
    value = json.loads(token, strict=False)
    return value if isinstance(value, str) else token
