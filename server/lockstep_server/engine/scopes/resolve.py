"""Scopes: three words with a meaning of their own; any other text is a user query."""

from functools import lru_cache

import msgspec

from . import query as queries
from .query import Query


class Sink(msgspec.Struct, frozen=True, tag=True):
    """The recipient fixed at the start."""


class Source(msgspec.Struct, frozen=True, tag=True):
    """The user whose choice activated the step."""


class All(msgspec.Struct, frozen=True, tag=True):
    """Every recipient so far."""


Scope = Sink | Source | All | Query


@lru_cache(maxsize=4096)
def parse_scope(text: str | None) -> Scope:
    """The scope that ``text`` names; None is ``$sink``. Raises ``QueryError``."""
    match text.strip() if text is not None else "$sink":
        case "$sink":
            return Sink()
        case "$source":
            return Source()
        case "$all":
            return All()
        case query:
            return queries.parse(query)
