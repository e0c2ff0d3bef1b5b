"""What the queries of a definition ask about users: all that can tell two users apart."""

from itertools import islice, product

import msgspec

from lockstep_protocol.definition import Definition
from lockstep_server.engine.scopes.directory import User
from lockstep_server.engine.scopes.query import Given, Kind, Query
from lockstep_server.engine.scopes.resolve import parse_scope

Mark = tuple[Kind, str]
"""One thing that a query can ask about a user: the kind and the handle."""

CHOICES = 16
"""Ways to be meant by one term of a query that are told apart."""


class Asked(msgspec.Struct, frozen=True):
    """``meant``: marks that together make a user one of a query, those of `start` first.
    ``excepted``: marks by which a user is meant and taken away again."""

    meant: list[frozenset[Mark]]
    excepted: list[frozenset[Mark]]

    @property
    def marks(self) -> frozenset[Mark]:
        """Every mark that is asked about."""
        return frozenset().union(*self.meant, *self.excepted)


def asked(definition: Definition) -> Asked:
    """What all scopes of ``definition`` ask."""
    meant: dict[frozenset[Mark], None] = {}
    excepted: dict[frozenset[Mark], None] = {}
    for query in _queries(definition):
        found = [marks for term in query.terms for marks in _ways(term)]
        meant.update(dict.fromkeys(marks for marks in found if marks))
        base = found[0] if found else frozenset[Mark]()
        for given in query.excepts:
            for mark in _marks(given):
                # A user named by id is one certain user, who cannot be another one as well.
                alone = mark[0] == "users" or any(kind == "users" for kind, _ in base)
                excepted[frozenset({mark}) if alone else base | {mark}] = None
    return Asked(list(meant), [marks for marks in excepted if marks not in meant])


def marks_of(user: User, among: frozenset[Mark]) -> frozenset[Mark]:
    """Those of the marks ``among`` that ``user`` has."""
    email = user.email.casefold() if user.email else None
    has: dict[Kind, tuple[str, ...]] = {
        "groups": user.groups,
        "user-labels": user.labels,
        "roles": user.roles,
    }
    return frozenset(
        (kind, handle)
        for kind, handle in among
        if (
            (handle == user.id or handle.casefold() == email)
            if kind == "users"
            else handle in has[kind]
        )
    )


def _queries(definition: Definition) -> list[Query]:
    texts: list[str | None] = []
    for node in definition.values():
        texts.append(node.step.scope)
        texts += (action.scope for action in node.actions if action.scope is not None)
    scopes = (parse_scope(text) for text in dict.fromkeys(texts))
    return [scope for scope in scopes if isinstance(scope, Query)]


def _ways(term: tuple[object, ...]) -> list[frozenset[Mark]]:
    """The marks that make a user one of ``term``: one handle of each of its lists."""
    lists = [_marks(part) for part in term if isinstance(part, Given)]
    return [frozenset(marks) for marks in islice(product(*lists), CHOICES)]


def _marks(given: Given) -> list[Mark]:
    return [(given.kind, handle) for handle in given.handles]
