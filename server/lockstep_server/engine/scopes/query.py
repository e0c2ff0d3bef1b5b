"""User queries: what one says, and who it means.

A query is a list of terms with commas between them. A term is a qualifier, or several joined by
``and``. The users of all terms together are the result, less those of every ``except``; a query
of nothing but ``except`` takes from all users.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Literal, assert_never

import msgspec

from .directory import Directory

Kind = Literal["users", "groups", "user-labels", "roles"]
KINDS: tuple[Kind, ...] = ("users", "groups", "user-labels", "roles")


class AllUsers(msgspec.Struct, frozen=True, tag=True):
    """``all users``."""


class CurrentUser(msgspec.Struct, frozen=True, tag=True):
    """``current user``: the one whose choice is being carried out."""


class Given(msgspec.Struct, frozen=True, tag=True):
    """``given KIND [HANDLE, …]``: who is, or has, any of the handles."""

    kind: Kind
    handles: tuple[str, ...]


Qualifier = AllUsers | CurrentUser | Given


class Query(msgspec.Struct, frozen=True):
    """A parsed query. Each term is an intersection; ``excepts`` are what is taken away."""

    terms: tuple[tuple[Qualifier, ...], ...]
    excepts: tuple[Given, ...] = ()


def evaluate(query: Query, directory: Directory, source: str | None) -> set[str]:
    """The ids of the users that ``query`` means now; ``source`` is the current user.

    Whoever is named but not in the directory is left out. The cost follows the sizes of the
    sets that the query names; in an intersection, that of its smallest.
    """
    terms = query.terms or ((AllUsers(),),)
    found = _intersection(terms[0], directory, source)
    for term in terms[1:]:
        found |= _intersection(term, directory, source)
    for taken in query.excepts:
        for ids in _sets(taken, directory, source):
            found -= ids
    return found


def write(query: Query) -> str:
    """The query as text that parses to the same; handles are quoted where they must be."""
    terms = [" and ".join(_write_qualifier(each) for each in term) for term in query.terms]
    excepts = [f"except {each.kind} {_write_handles(each)}" for each in query.excepts]
    return ", ".join(terms + excepts)


def _intersection(
    term: tuple[Qualifier, ...], directory: Directory, source: str | None
) -> set[str]:
    parts = sorted(
        (list(_sets(qualifier, directory, source)) for qualifier in term),
        key=lambda sets: sum(map(len, sets)),
    )
    found: set[str] = set().union(*parts[0])
    for sets in parts[1:]:
        found = {id for id in found if any(id in ids for ids in sets)}
    return found


def _sets(
    qualifier: Qualifier, directory: Directory, source: str | None
) -> Iterator[AbstractSet[str]]:
    match qualifier:
        case AllUsers():
            yield directory.all_ids()
        case CurrentUser():
            yield frozenset() if source is None else frozenset((source,))
        case Given(kind, handles):
            for handle in handles:
                yield _named(kind, handle, directory)
        case _:
            assert_never(qualifier)


def _named(kind: Kind, handle: str, directory: Directory) -> AbstractSet[str]:
    match kind:
        case "users":
            return frozenset((handle,)) if handle in directory else directory.with_email(handle)
        case "groups":
            return directory.in_group(handle)
        case "user-labels":
            return directory.with_label(handle)
        case "roles":
            return directory.with_role(handle)
        case _:
            assert_never(kind)


def _write_qualifier(qualifier: Qualifier) -> str:
    match qualifier:
        case AllUsers():
            return "all users"
        case CurrentUser():
            return "current user"
        case Given(kind):
            return f"given {kind} {_write_handles(qualifier)}"
        case _:
            assert_never(qualifier)


def _write_handles(given: Given) -> str:
    return "[" + ", ".join(_write_handle(handle) for handle in given.handles) + "]"


def _write_handle(handle: str) -> str:
    plain = handle.strip() == handle and not set(handle) & set(',[]"\\\n')
    if handle and plain and handle[0] != "'":
        return handle
    escaped = handle.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
