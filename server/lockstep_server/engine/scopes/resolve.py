"""Scopes: the three words, and queries for everything else."""

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import assert_never

import msgspec

from .directory import Directory
from .parse import parse_query
from .query import Query, evaluate

SCOPE_WORDS = ("$sink", "$source", "$all")


class Sink(msgspec.Struct, frozen=True, tag=True):
    """``$sink``: the recipient fixed at the start."""


class Source(msgspec.Struct, frozen=True, tag=True):
    """``$source``: the user whose choice activated the step."""


class All(msgspec.Struct, frozen=True, tag=True):
    """``$all``: every recipient so far."""


Scope = Sink | Source | All | Query

SINK, SOURCE, ALL = Sink(), Source(), All()


@lru_cache(maxsize=4096)
def parse_scope(text: str | None) -> Scope:
    """What ``text`` means as a scope; None means ``$sink``.

    A word counts only as the whole of the trimmed text. Raises ``QueryError``, whose position
    is within ``text`` as given.
    """
    match text if text is None else text.strip():
        case None | "$sink":
            return SINK
        case "$source":
            return SOURCE
        case "$all":
            return ALL
        case _:
            assert text is not None
            return parse_query(text)


def resolve(
    scope: Scope,
    sink: str | None,
    source: str | None,
    recipients: AbstractSet[str],
    directory: Directory,
) -> set[str] | frozenset[str]:
    """The ids of the users in ``scope``, as a value of its own that no later change touches.

    Empty when the scope is ``$sink`` (``$source``) and there is none.
    """
    match scope:
        case Sink():
            return frozenset() if sink is None else frozenset((sink,))
        case Source():
            return frozenset() if source is None else frozenset((source,))
        case All():
            return frozenset(recipients)
        case Query():
            return evaluate(scope, directory, source)
        case _:
            assert_never(scope)
