"""Where in a JSON text stands what a pointer names, for people who look for it in an editor."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from json import JSONDecoder
from typing import Any

Position = tuple[int, int]
"""Line and column, both from 1; a column is a character, and CRLF ends one line."""

_DECODER = JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]",
    re.DOTALL,
)
"""One character of a string as it is written: two escapes may be one."""

_Wanted = dict[str, Any]
"""The wanted pointers as a tree: name to what is wanted within."""


class Places:
    """Where in ``text``, a JSON document, the values of ``pointers`` stand.

    The text is read once from its beginning; what holds nothing wanted is passed over. Of a
    member written twice the last counts, as it does for those who read the document.
    """

    def __init__(self, text: str, pointers: Iterable[str]) -> None:
        self._text = text
        self._values: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._lines = line_beginnings(text)
        wanted: _Wanted = {}
        for pointer in pointers:
            inner = wanted
            for name in pointer.split("/")[1:]:
                inner = inner.setdefault(name, {})
        self._value(self._skip(0), "", wanted)

    def of(self, pointer: str, key: bool = False, within: int | None = None) -> Position:
        """The place of a value; of its key when ``key``; of a character of the string it is,
        counted from 0, when ``within``. What is not there has the place of what is around it."""
        while pointer not in self._values:
            pointer, key, within = pointer.rpartition("/")[0], False, None
        at = self._values[pointer]
        if key:
            at = self._keys.get(pointer, at)
        elif within is not None and self._text[at] == '"':
            at = self._character(at + 1, within)
        return place(self._text, at, self._lines)

    def _character(self, at: int, count: int) -> int:
        for _ in range(count):
            written = _CHARACTER.match(self._text, at)
            if written is None or self._text[at] == '"':
                break
            at = written.end()
        return at

    def _value(self, at: int, pointer: str, wanted: _Wanted) -> int:
        """Note the value at ``at``; where what follows it begins."""
        self._values[pointer] = at
        opening = self._text[at : at + 1]
        if wanted and opening == "{":
            return self._object(at, pointer, wanted)
        if wanted and opening == "[":
            return self._array(at, pointer, wanted)
        return self._pass(at)

    def _object(self, at: int, pointer: str, wanted: _Wanted) -> int:
        at = self._skip(at + 1)
        while self._text[at] != "}":
            key, end = _DECODER.raw_decode(self._text, at)
            value = self._skip(self._skip(end) + 1)
            name = key.replace("~", "~0").replace("/", "~1")
            if name in wanted:
                inner = f"{pointer}/{name}"
                if wanted[name] and inner in self._values:
                    self._forget(inner)
                self._keys[inner] = at
                at = self._value(value, inner, wanted[name])
            else:
                at = self._pass(value)
            at = self._next(at)
        return at + 1

    def _array(self, at: int, pointer: str, wanted: _Wanted) -> int:
        at = self._skip(at + 1)
        index = 0
        while self._text[at] != "]":
            name = str(index)
            if name in wanted:
                at = self._value(at, f"{pointer}/{name}", wanted[name])
            else:
                at = self._pass(at)
            at = self._next(at)
            index += 1
        return at + 1

    def _forget(self, pointer: str) -> None:
        inside = [each for each in self._values if each.startswith(f"{pointer}/")]
        for each in inside:
            del self._values[each]

    def _pass(self, at: int) -> int:
        return _DECODER.raw_decode(self._text, at)[1]

    def _next(self, at: int) -> int:
        at = self._skip(at)
        return self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        space = _SPACE.match(self._text, at)
        return space.end() if space else at


def place(text: str, at: int, lines: list[int] | None = None) -> Position:
    """The line and column of the character at ``at``, which counts from 0.

    ``lines``: where each line begins, when that is known already.
    """
    lines = lines or line_beginnings(text)
    number = bisect_right(lines, at)
    return number, at - lines[number - 1] + 1


def offset(text: str, line: int, column: int) -> int:
    """The other way round: how many characters of ``text`` come before that place."""
    lines = line_beginnings(text)
    return min(lines[min(line, len(lines)) - 1] + column - 1, len(text))


def line_beginnings(text: str) -> list[int]:
    """Where each line of ``text`` begins."""
    if "\r" in text:
        return [0, *(end.end() for end in _LINE_END.finditer(text))]
    lengths = map(len, text.split("\n")[:-1])
    return [end + number for number, end in enumerate(accumulate(lengths, initial=0))]
