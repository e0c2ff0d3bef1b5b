"""From the text of a user query to a ``Query``; errors say where and what was expected."""

import re
from difflib import get_close_matches

from .query import KINDS, AllUsers, CurrentUser, Given, Qualifier, Query

QUERY_CHARACTERS = 4096
"""The longest query that is read."""

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"[A-Za-z$_-]+")
_BARE = re.compile(r"[^,\[\]\"]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_HANDLE = "a handle"
_QUALIFIERS = ("all users", "current user", "given", "except")


class QueryError(ValueError):
    """The text is no query. ``position`` counts characters from 0; ``expected`` says what would
    have been right there; ``text`` is the whole query."""

    def __init__(self, position: int, expected: tuple[str, ...], text: str, why: str = "") -> None:
        self.position = position
        self.expected = expected
        self.text = text
        self.why = why
        super().__init__(self._message())

    @property
    def line(self) -> int:
        """The line of ``position`` within the text, from 1."""
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """The column of ``position`` within its line, from 1."""
        return self.position - (self.text.rfind("\n", 0, self.position) + 1) + 1

    @property
    def found(self) -> str:
        """What stands at ``position``: a word or one character; nothing at the end."""
        word = _WORD.match(self.text, self.position)
        return word[0] if word else self.text[self.position : self.position + 1]

    @property
    def hint(self) -> str:
        """A word that was perhaps meant."""
        words = [word for words in self.expected for word in words.split()]
        close = get_close_matches(self.found.lower(), words, 1, 0.7)
        return f"Did you mean `{close[0]}`?" if close else ""

    def _message(self) -> str:
        if self.why:
            return self.why
        *most, last = (each if each == _HANDLE else f"`{each}`" for each in self.expected)
        wanted = f"{', '.join(most)} or {last}" if most else last
        here = f"`{self.found}`" if self.found else "the end of the query"
        return f"expected {wanted}, found {here}"


def parse_query(text: str) -> Query:
    """Read a query. Raises ``QueryError``."""
    if len(text) > QUERY_CHARACTERS:
        why = f"a query has at most {QUERY_CHARACTERS} characters, this has {len(text)}"
        raise QueryError(QUERY_CHARACTERS, (), text, why)
    return _Parser(text).query()


class _Parser:
    """Reads from left to right; ``at`` is the first character that is not read yet."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._skip_space()

    def query(self) -> Query:
        terms: list[tuple[Qualifier, ...]] = []
        excepts: list[Given] = []
        while True:
            if self._take("except"):
                excepts.append(self._given())
                ends: tuple[str, ...] = (",",)
                if self._peek() == "and":
                    why = "`except` is taken from the whole query: put a comma before what follows"
                    raise QueryError(self.at, ends, self.text, why)
            else:
                terms.append(self._term())
                ends = (",", "and")
            if self.at == len(self.text):
                return Query(tuple(terms), tuple(excepts))
            self._expect(",", ends)

    def _term(self) -> tuple[Qualifier, ...]:
        qualifiers = [self._qualifier(_QUALIFIERS)]
        while self._take("and"):
            if self._peek() == "except":
                why = "`except` is taken from the whole query: put a comma before it, not `and`"
                raise QueryError(self.at, _QUALIFIERS[:3], self.text, why)
            qualifiers.append(self._qualifier(_QUALIFIERS[:3]))
        return tuple(qualifiers)

    def _qualifier(self, expected: tuple[str, ...]) -> Qualifier:
        if self._take("all"):
            self._expect("users", ("users",))
            return AllUsers()
        if self._take("current"):
            self._expect("user", ("user",))
            return CurrentUser()
        if self._take("given"):
            return self._given()
        raise QueryError(self.at, expected, self.text)

    def _given(self) -> Given:
        word = self._peek()
        for kind in KINDS:
            if word == kind:
                self._take(kind)
                return Given(kind, self._handles())
        raise QueryError(self.at, KINDS, self.text)

    def _handles(self) -> tuple[str, ...]:
        self._expect("[", ("[",))
        handles = [self._handle()]
        while not self._take("]"):
            self._expect(",", (",", "]"))
            handles.append(self._handle())
        return tuple(handles)

    def _handle(self) -> str:
        start = self.at
        if self.text[start : start + 1] in ('"', "'"):
            quoted = _QUOTED.match(self.text, start)
            if quoted is None:
                raise QueryError(start, (), self.text, "the quotation mark is never closed")
            handle = _ESCAPE.sub(r"\1", quoted[1] if quoted[1] is not None else quoted[2])
            self._move(quoted.end())
        else:
            bare = _BARE.match(self.text, start)
            handle = bare[0].strip() if bare else ""
            self._move(bare.end() if bare else start)
        if not handle:
            raise QueryError(start, (_HANDLE,), self.text)
        return handle

    def _peek(self) -> str:
        """The next word, or the next character when it is a sign."""
        word = _WORD.match(self.text, self.at)
        return word[0] if word else self.text[self.at : self.at + 1]

    def _take(self, word: str) -> bool:
        if self._peek() != word:
            return False
        self._move(self.at + len(word))
        return True

    def _expect(self, word: str, expected: tuple[str, ...]) -> None:
        if not self._take(word):
            raise QueryError(self.at, expected, self.text)

    def _move(self, at: int) -> None:
        self.at = at
        self._skip_space()

    def _skip_space(self) -> None:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
