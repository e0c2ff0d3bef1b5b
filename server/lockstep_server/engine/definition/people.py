"""Who a scope means, as far as the text of a definition tells.

Nobody knows the directory when a definition is checked. But that one scope takes in everybody
whom another means can often be read off both, and where it cannot, an author wants to be asked.
"""

from typing import NamedTuple

from lockstep_protocol.definition import Action, Node
from lockstep_server.engine.scopes.parse import QueryError
from lockstep_server.engine.scopes.query import (
    AllUsers,
    CurrentUser,
    Given,
    Qualifier,
    Query,
    write,
)
from lockstep_server.engine.scopes.resolve import (
    ALL,
    SINK,
    SOURCE,
    All,
    Scope,
    Sink,
    Source,
    parse_scope,
)

from .arguments import argument

SHOWN = 160
"""Characters of a scope that are shown in a finding's text."""
COMPARED = 64
"""Pairs of intersections that are compared to find out whether one query takes in another."""

_WORDS: dict[Scope, str] = {SINK: "$sink", SOURCE: "$source", ALL: "$all"}


def scope_of(text: str | None) -> Scope | None:
    """The scope; None when it does not parse."""
    try:
        scope = parse_scope(text)
    except QueryError:
        return None
    return SOURCE if scope == Query(((CurrentUser(),),)) else scope


def said(scope: Scope) -> str:
    """The scope as text, cut when it is long."""
    return cut(write(scope) if isinstance(scope, Query) else _WORDS[scope])


def cut(text: str) -> str:
    """As much of the text of a scope as is shown."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def is_one_person(scope: Scope) -> bool:
    """Whether nobody but a single user can be meant."""
    match scope:
        case Sink() | Source():
            return True
        case Query(terms=((Given(kind="users", handles=(_,)),),)):
            return True
        case _:
            return False


class Change(NamedTuple):
    """What an activation does to the items of those in a scope: moves them to the place (None:
    leaves them where they are) and sets their status."""

    scope: Scope
    place: int | None
    status: str


class _Terms(NamedTuple):
    """A query with its qualifiers as numbers, quick to compare."""

    all: frozenset[frozenset[int]]
    single: frozenset[int]
    several: tuple[frozenset[int], ...]
    excepts: frozenset[int]


class People:
    """The scopes of one definition, each read, and each pair compared, once."""

    def __init__(self) -> None:
        self._scopes: dict[str | None, Scope | None] = {}
        self._same: dict[Scope, Scope] = {}
        self._terms: dict[int, _Terms] = {}
        self._numbers: dict[Qualifier, int] = {}
        self._known: dict[tuple[int, int, bool], bool] = {}

    def scope(self, text: str | None) -> Scope | None:
        """What ``scope_of`` says; equal scopes are one and the same object."""
        if text not in self._scopes:
            scope = scope_of(text)
            self._scopes[text] = scope and self._same.setdefault(scope, scope)
        return self._scopes[text]

    def takes_in(self, wider: Scope, narrower: Scope, source_is_narrower: bool = False) -> bool:
        """Whether ``wider`` surely means everybody whom ``narrower`` means.

        Both are from ``scope``. ``source_is_narrower``: whoever acts is one of ``narrower``, as
        when they choose a path.
        """
        pair = id(wider), id(narrower), source_is_narrower
        if pair not in self._known:
            self._known[pair] = self._takes_in(wider, narrower, source_is_narrower)
        return self._known[pair]

    def changes(self, nodes: list[Node]) -> list[Change]:
        """What activating ``nodes`` one after the other does; places are indexes into them."""
        found: list[Change] = []
        for index, node in enumerate(nodes):
            scope = self.scope(node.step.scope)
            if scope is not None:
                found.append(Change(scope, index, node.step.status))
            for action in node.actions:
                status = _status(action)
                meant = self.scope(action.scope) if status else None
                if status and meant is not None:
                    found.append(Change(meant, None, status))
        return found

    def status_after(
        self, changes: list[Change], people: Scope, source_is_people: bool
    ) -> tuple[int | None, str | None]:
        """Where ``people`` stand after ``changes``, and their status.

        The place None: they were not moved. The status None: as before.
        """
        place: int | None = None
        status: str | None = None
        for change in changes:
            if self.takes_in(change.scope, people, source_is_people):
                status = change.status
                place = place if change.place is None else change.place
        return place, status

    def _takes_in(self, wider: Scope, narrower: Scope, source_is_narrower: bool) -> bool:
        if isinstance(wider, All) or wider is narrower:
            return True
        if isinstance(wider, Source):
            return source_is_narrower and is_one_person(narrower)
        if not isinstance(wider, Query) or not isinstance(narrower, Query):
            return isinstance(wider, Query) and _is_everybody(wider)
        wide, narrow = self._numbered(wider), self._numbered(narrower)
        if not wide.excepts <= narrow.excepts:
            return False
        if not wider.terms or (AllUsers(),) in wider.terms:
            return True
        if not narrow.all or len(wide.several) * len(narrow.all) > COMPARED:
            return bool(narrow.all) and narrow.all <= wide.all
        return all(
            not term.isdisjoint(wide.single) or any(each <= term for each in wide.several)
            for term in narrow.all
        )

    def _numbered(self, query: Query) -> _Terms:
        found = self._terms.get(id(query))
        if found is None:
            terms = frozenset(frozenset(map(self._number, term)) for term in query.terms)
            found = self._terms[id(query)] = _Terms(
                terms,
                frozenset(number for term in terms if len(term) == 1 for number in term),
                tuple(term for term in terms if len(term) > 1),
                frozenset(map(self._number, query.excepts)),
            )
        return found

    def _number(self, qualifier: Qualifier) -> int:
        return self._numbers.setdefault(qualifier, len(self._numbers))


def _is_everybody(query: Query) -> bool:
    return not query.excepts and (not query.terms or (AllUsers(),) in query.terms)


def _status(action: Action) -> str | None:
    """The status that an action sets."""
    status = argument(action, "status") if action.action == "status" else None
    return status if isinstance(status, str) else None
