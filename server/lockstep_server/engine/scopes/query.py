"""User queries: comma-separated qualifiers that name sets of users.

The union of the positive ones, then every ``except`` is taken away; with only ``except`` ones,
from all users. ``and`` between two qualifiers is their intersection and binds tighter.
"""

import re
from collections.abc import Iterable, Set
from functools import lru_cache
from typing import Literal, NamedTuple, assert_never

import msgspec

from .directory import Directory

Kind = Literal["users", "groups", "user-labels", "roles"]
KINDS: tuple[Kind, ...] = ("users", "groups", "user-labels", "roles")
MAX_QUERY_CHARACTERS = 4000
"""A query that is longer is refused by the checker."""

_TOKEN = re.compile(r"""\s*(?:(?P<mark>[\[\],])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
                    r"""|(?P<word>[^\s\[\],"']+))""")


class QueryError(ValueError):
    """The query does not parse at ``position`` (characters from 0); ``expected`` says what fits."""

    def __init__(self, position: int, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found or 'the end'}")
        self.position = position
        self.expected = expected
        self.found = found


class Named(msgspec.Struct, frozen=True, tag=True):
    """Users by id or e-mail, or all users of groups, labels or roles."""

    kind: Kind
    handles: tuple[str, ...]


class Everybody(msgspec.Struct, frozen=True, tag=True):
    """All users of the directory."""


class CurrentUser(msgspec.Struct, frozen=True, tag=True):
    """The user whose choice activated the step."""


Qualifier = Named | Everybody | CurrentUser


class Query(msgspec.Struct, frozen=True):
    """A parsed query. Each of ``given`` and ``excepted`` is an intersection of qualifiers."""

    given: tuple[tuple[Qualifier, ...], ...]
    excepted: tuple[tuple[Qualifier, ...], ...] = ()


class _Token(NamedTuple):
    text: str
    position: int
    quoted: bool


@lru_cache(maxsize=4096)
def parse(text: str) -> Query:
    """Read a query; raises ``QueryError``."""
    return _Parser(_tokens(text), len(text)).query()


def evaluate(query: Query, directory: Directory, source: str) -> set[str]:
    """The ids of the users meant. Costs as much as the sets named are large."""
    found: set[str] = set()
    if not query.given:
        found.update(directory.all_ids())
    for group in query.given:
        found |= _meet(group, directory, source)
    for group in query.excepted:
        found -= _meet(group, directory, source)
    return found


def _meet(group: tuple[Qualifier, ...], directory: Directory, source: str) -> Set[str]:
    sets = sorted((_users(qualifier, directory, source) for qualifier in group), key=len)
    met = sets[0]
    for users in sets[1:]:
        met = met & users
    return met


def _users(qualifier: Qualifier, directory: Directory, source: str) -> Set[str]:
    match qualifier:
        case Everybody():
            return directory.all_ids()
        case CurrentUser():
            return {source}
        case Named("users", handles):
            return {id for handle in handles if (id := directory.find(handle)) is not None}
        case Named("groups", handles):
            return _union(directory.in_group(handle) for handle in handles)
        case Named("user-labels", handles):
            return _union(directory.with_label(handle) for handle in handles)
        case Named("roles", handles):
            return _union(directory.with_role(handle) for handle in handles)
        case _:
            assert_never(qualifier)  # type: ignore[arg-type]


def _union(sets: Iterable[Set[str]]) -> Set[str]:
    found: set[str] = set()
    return found.union(*sets)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise QueryError(start, "a closing quote", text[start : start + 20])
        kind = match.lastgroup
        assert kind is not None
        tokens.append(
            _Token(match.group(kind), match.start(kind), kind in ("double", "single"))
        )
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._at = 0

    def query(self) -> Query:
        given: list[tuple[Qualifier, ...]] = []
        excepted: list[tuple[Qualifier, ...]] = []
        while True:
            negative = self._take("except")
            group = [self._qualifier(negative)]
            while self._take("and"):
                group.append(self._qualifier(negative))
            (excepted if negative else given).append(tuple(group))
            if self._peek() is None:
                return Query(tuple(given), tuple(excepted))
            self._require(",", "a comma, `and`, or the end")

    def _qualifier(self, negative: bool) -> Qualifier:
        if negative:
            self._take("given")
            return self._named("users, groups, user-labels or roles")
        if self._take("all"):
            self._require("users", "`users` after `all`")
            return Everybody()
        if self._take("current"):
            self._require("user", "`user` after `current`")
            return CurrentUser()
        if self._take("given"):
            return self._named("users, groups, user-labels or roles")
        raise self._error("`given …`, `all users`, `current user` or `except …`")

    def _named(self, expected: str) -> Qualifier:
        token = self._peek()
        kind = next((k for k in KINDS if token and not token.quoted and token.text == k), None)
        if kind is None:
            raise self._error(expected)
        self._at += 1
        self._require("[", f"`[` after `{kind}`")
        handles = [self._handle()]
        while self._take(","):
            handles.append(self._handle())
        self._require("]", "`,` or `]`")
        return Named(kind, tuple(handles))

    def _handle(self) -> str:
        # A handle without quotes may have spaces in it: `[field team, on-call]`.
        words: list[str] = []
        while (token := self._peek()) is not None:
            if not token.quoted and token.text in ("[", "]", ","):
                break
            words.append(token.text)
            self._at += 1
            if token.quoted:
                break
        if not words or not "".join(words):
            raise self._error("a handle")
        return " ".join(words)

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, word: str) -> bool:
        token = self._peek()
        if token is None or token.quoted or token.text != word:
            return False
        self._at += 1
        return True

    def _require(self, word: str, expected: str) -> None:
        if not self._take(word):
            raise self._error(expected)

    def _error(self, expected: str) -> QueryError:
        token = self._peek()
        if token is None:
            return QueryError(self._end, expected, "")
        return QueryError(token.position, expected, f"`{token.text}`")
